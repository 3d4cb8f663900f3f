import { z } from 'zod';
import { SUBMISSION_STATES } from '../../../submission/submission-list-queries.ts';
import { moment, page, pageOf, uuid } from './endpoint.ts';
import type { EndpointTable } from './endpoint.ts';
import { rowId } from './fields.ts';

/** Beyond this the numbers of those that wait or are parked are only said to be more. */
export const SUBMISSION_COUNT_MAX = 10_000;

const VERDICTS = [
  'new_track',
  'joined_track',
  'merged_fingerprint',
  'skipped:no_data',
  'skipped:too_few_hashes',
  'skipped:empty_query',
  'skipped:unknown_source',
] as const;

const named = z.object({ id: z.number(), name: z.string() });

const submission = {
  id: z.number(),
  state: z.enum(SUBMISSION_STATES),
  /** What the importer decided; null as long as it has not, and in rows from upstream. */
  verdict: z.string().nullable(),
  created: moment,
  handled: moment.nullable(),
  account: named.nullable(),
  application: named.nullable(),
  applicationVersion: z.string().nullable(),
  mbid: z.string().nullable(),
  /** The track that has it now, wherever it was put at first. */
  track: z.string().nullable(),
  fingerprint: z.number().nullable(),
  attempts: z.number(),
  error: z.string().nullable(),
};

const userText = z.object({
  track: z.string().optional(),
  artist: z.string().optional(),
  album: z.string().optional(),
  album_artist: z.string().optional(),
  track_no: z.number().optional(),
  disc_no: z.number().optional(),
  year: z.number().optional(),
});

/** Submissions: what became of each, and those that could not be imported. */
export const submissionsContract = {
  'GET /submissions': {
    access: 'admin',
    query: z.strictObject({
      state: z.enum(SUBMISSION_STATES).optional(),
      verdict: z.enum(VERDICTS).optional(),
      account: rowId.optional(),
      application: rowId.optional(),
      mbid: uuid.optional(),
      id: rowId.optional(),
      ...page,
    }),
    answer: pageOf(z.object(submission)),
  },
  'GET /submission-counts': {
    access: 'admin',
    /** Counted up to SUBMISSION_COUNT_MAX. */
    answer: z.object({ pending: z.number(), parked: z.number() }),
  },
  'GET /submissions/:id': {
    access: 'admin',
    answer: z.object({
      ...submission,
      puid: z.string().nullable(),
      foreignId: z.string().nullable(),
      metaId: z.number().nullable(),
      /** Null when its own row has been cleaned up. */
      detail: z
        .object({
          lengthSeconds: z.number(),
          bitrate: z.number().nullable(),
          format: z.string().nullable(),
          hashes: z.number(),
          meta: userText.nullable(),
        })
        .nullable(),
    }),
  },
  /** All parked ones, a good many at a time. */
  'POST /submissions/retry': {
    access: 'admin',
    answer: z.object({ retried: z.number(), isMore: z.boolean() }),
  },
  'POST /submissions/:id/retry': { access: 'admin' },
} as const satisfies EndpointTable;
