import { z } from 'zod';
import { actSchema, noteSchema } from '../../../moderation/acts.ts';
import { SUSPICION_KINDS } from '../../../suspicion/finding.ts';
import { moment, page, pageOf } from './endpoint.ts';
import type { EndpointTable } from './endpoint.ts';
import { rowId } from './fields.ts';
import { knownRecording } from './tracks.ts';

/** Suspicions decided on at once. */
const DECIDED_MAX = 200;
/** Beyond this a queue is only said to be longer. */
export const QUEUE_COUNT_MAX = 10_000;

const SUSPICION_STATES = ['open', 'dismissed', 'resolved'] as const;

const lengthEvidence = z.object({
  kind: z.literal('link_length'),
  recording_seconds: z.number(),
  gap_seconds: z.number(),
  limit_seconds: z.number(),
  shortest_seconds: z.number(),
  longest_seconds: z.number(),
  fingerprints: z.number(),
  title: z.string().optional(),
  artist: z.string().optional(),
  sources: z.number(),
  submissions: z.number(),
});

const loneEvidence = z.object({
  kind: z.literal('lone_link'),
  title: z.string(),
  artist: z.string(),
  title_similarity: z.number(),
  artist_similarity: z.number(),
  texts: z.array(
    z.object({
      meta: z.number(),
      title: z.string(),
      artist: z.string().nullable(),
      submissions: z.number(),
      title_similarity: z.number(),
      artist_similarity: z.number(),
    }),
  ),
  submissions: z.number(),
  other_links: z.number(),
});

const splitEvidence = z.object({
  kind: z.literal('track_split'),
  clusters: z.array(
    z.object({
      fingerprints: z.array(z.number()),
      lengths: z.array(z.number()),
      submissions: z.number(),
    }),
  ),
  best_between: z.number(),
  worst_within: z.number(),
  /** Scores of all pairs, in the order of the clusters; left out when it is large. */
  matrix: z.array(z.array(z.number())).optional(),
});

const mergeEvidence = z.object({
  kind: z.literal('track_merge'),
  worst_match: z.number(),
  best_match: z.number(),
  mean_match: z.number(),
  length_gap_seconds: z.number(),
  fingerprints: z.array(z.number()),
  submissions: z.array(z.number()),
  mbids: z.array(z.string()),
});

const duplicateEvidence = z.object({
  kind: z.literal('duplicate_metas'),
  metas: z.array(
    z.object({
      meta_id: z.number(),
      submission_count: z.number(),
      track: z.string().nullable(),
      artist: z.string().nullable(),
      album: z.string().nullable(),
      album_artist: z.string().nullable(),
      track_no: z.number().nullable(),
      disc_no: z.number().nullable(),
      year: z.number().nullable(),
    }),
  ),
});

/** The numbers behind a suspicion, by its kind. */
export const evidence = z.discriminatedUnion('kind', [
  lengthEvidence,
  loneEvidence,
  splitEvidence,
  mergeEvidence,
  duplicateEvidence,
]);

const track = {
  id: z.number(),
  gid: z.string(),
  /** Of the best recording, or else as users wrote it. */
  title: z.string().nullable(),
  artists: z.string().nullable(),
};

const suspicion = {
  id: z.number(),
  kind: z.enum(SUSPICION_KINDS),
  score: z.number(),
  state: z.enum(SUSPICION_STATES),
  /** The MBID it is about, where it is about a link. */
  mbid: z.string().nullable(),
  tracks: z.array(z.object(track)),
  evidence,
  suggested: actSchema,
  firstSeen: moment,
  decided: moment.nullable(),
  decidedBy: z.string().nullable(),
  note: z.string().nullable(),
};

const decision = {
  access: 'moderator',
  body: z.strictObject({ ids: z.array(rowId).min(1).max(DECIDED_MAX), note: noteSchema }),
  /** Those that were decided on now; others had been decided on before. */
  answer: z.object({ decided: z.array(z.number()) }),
} as const;

/** The queues of suspicion. */
export const moderationSuspicionsContract = {
  'GET /suspicion-queues': {
    access: 'moderator',
    answer: z.array(
      z.object({
        kind: z.enum(SUSPICION_KINDS),
        /** At most QUEUE_COUNT_MAX. */
        open: z.number(),
        isMore: z.boolean(),
      }),
    ),
  },
  'GET /suspicions': {
    access: 'moderator',
    query: z.strictObject({
      kind: z.enum(SUSPICION_KINDS).optional(),
      state: z.enum(SUSPICION_STATES).default('open'),
      ...page,
    }),
    answer: pageOf(z.object(suspicion)),
  },
  'GET /suspicions/:id': {
    access: 'moderator',
    answer: z.object({
      ...suspicion,
      tracks: z.array(
        z.object({
          ...track,
          fingerprints: z.array(
            z.object({ id: z.number(), lengthSeconds: z.number(), submissions: z.number() }),
          ),
          recordings: z.array(
            z.object({ ...knownRecording, sources: z.number(), isDisabled: z.boolean() }),
          ),
        }),
      ),
    }),
  },
  'POST /suspicions/dismiss': decision,
  'POST /suspicions/reopen': decision,
  /** Looks for more now, in the background, instead of when it is time. */
  'POST /suspicions/refresh': { access: 'moderator' },
} as const satisfies EndpointTable;
