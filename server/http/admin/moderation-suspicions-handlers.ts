import { z } from 'zod';
import { listAccountNames } from '../../account/account-name-queries.ts';
import type { Context } from '../../context.ts';
import { actSchema } from '../../moderation/acts.ts';
import { loadRecordings } from '../../musicbrainz/load-recordings.ts';
import { findSuspicion, listTrackLabels } from '../../suspicion/case-queries.ts';
import { listQueueLengths } from '../../suspicion/queue-length-queries.ts';
import { dismissSuspicions, listSuspicions, reopenSuspicions } from '../../suspicion/queue.ts';
import type { Suspicion } from '../../suspicion/queue.ts';
import { listTrackFingerprints, listTrackRecordings } from '../../track/track-detail-queries.ts';
import { AdminError } from './admin-error.ts';
import { adminPart } from './admin-api.ts';
import type { AdminPart, Handlers } from './admin-api.ts';
import {
  evidence,
  moderationSuspicionsContract,
  QUEUE_COUNT_MAX,
} from './contract/moderation-suspicions.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { knownRecordingOf } from './known-recording.ts';
import { pathId } from './path-id.ts';
import { requireAccount } from './session-handlers.ts';

const RECORDING_NEEDS = { depth: 'none', artists: true, isrcs: false } as const;

const place = z.strictObject({ score: z.number(), id: z.int().positive() });

/** The queues of suspicion, and deciding against them. */
export function moderationSuspicionsPart(context: Context): AdminPart {
  const fingerprint = context.databases.fingerprint.pool;
  const handlers: Handlers<typeof moderationSuspicionsContract> = {
    'GET /suspicion-queues': () => listQueueLengths(fingerprint, QUEUE_COUNT_MAX),
    'GET /suspicions': async ({ query: { cursor, kind, limit, state } }) => {
      const page = { after: readCursor(place, cursor), limit };
      const filters = { ...(kind && { kinds: [kind] }), state };
      const { next, suspicions } = await listSuspicions(fingerprint, filters, page);
      return { rows: await describe(context, suspicions), next: next && writeCursor(next) };
    },
    'GET /suspicions/:id': async ({ params }) => {
      const suspicion = await findSuspicion(fingerprint, pathId(params.id));
      if (!suspicion) throw new AdminError('not_found', 'there is no such suspicion');
      const [described] = await describe(context, [suspicion]);
      if (!described) throw new Error('a suspicion was not described');
      const tracks = described.tracks.map(async (track) => ({
        ...track,
        ...(await detailsOf(context, track.id)),
      }));
      return { ...described, tracks: await Promise.all(tracks) };
    },
    'POST /suspicions/dismiss': async ({ account, body: { ids, note } }) => {
      const by = { accountId: requireAccount(account).id, note };
      return { decided: [...(await dismissSuspicions(fingerprint, ids, by))] };
    },
    'POST /suspicions/reopen': async ({ account, body: { ids, note } }) => {
      const by = { accountId: requireAccount(account).id, note };
      return { decided: [...(await reopenSuspicions(fingerprint, ids, by))] };
    },
    'POST /suspicions/refresh': async () => {
      await context.tasks.enqueue([{ name: 'refresh_suspicions', args: {} }]);
    },
  };
  return adminPart(moderationSuspicionsContract, handlers);
}

/** Rows of a queue, with the names of their tracks and of who decided. */
async function describe({ databases }: Context, suspicions: readonly Suspicion[]) {
  const labels = await listTrackLabels(
    databases.fingerprint.pool,
    suspicions.flatMap(({ tracks }) => tracks),
  );
  const mbids = [...labels.values()].flatMap(({ mbid }) => mbid ?? []);
  const [recordings, names] = await Promise.all([
    loadRecordings(databases.musicbrainz.pool, mbids, RECORDING_NEEDS),
    listAccountNames(
      databases.app.pool,
      suspicions.flatMap(({ decided_by }) => decided_by ?? []),
    ),
  ]);
  const nameTrack = (id: number) => {
    const label = labels.get(id);
    if (!label) return [];
    const { artist, gid, mbid, title } = label;
    const recording = recordings.get(mbid ?? '');
    const known = knownRecordingOf(mbid ?? '', recording);
    const named = recording ? known : { title, artists: artist };
    return [{ id, gid, title: named.title, artists: named.artists }];
  };
  return suspicions.map((suspicion) => ({
    id: suspicion.id,
    kind: suspicion.kind,
    score: suspicion.score,
    state: suspicion.state,
    note: suspicion.note,
    decided: suspicion.decided,
    mbid: z.string().safeParse(suspicion.subject['mbid']).data ?? null,
    tracks: suspicion.tracks.flatMap(nameTrack),
    evidence: evidence.parse({ ...asObject(suspicion.evidence), kind: suspicion.kind }),
    suggested: actSchema.parse(suspicion.suggested),
    firstSeen: suspicion.first_seen,
    decidedBy: names.get(suspicion.decided_by ?? 0) ?? null,
  }));
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

async function detailsOf({ databases }: Context, trackId: number) {
  const [fingerprints, links] = await Promise.all([
    listTrackFingerprints(databases.fingerprint.pool, trackId),
    listTrackRecordings(databases.fingerprint.pool, trackId),
  ]);
  const mbids = links.map(({ mbid }) => mbid);
  const recordings = await loadRecordings(databases.musicbrainz.pool, mbids, RECORDING_NEEDS);
  return {
    fingerprints: fingerprints.map(({ id, length, submission_count }) => ({
      id,
      lengthSeconds: length,
      submissions: submission_count,
    })),
    recordings: links.map(({ disabled, mbid, submission_count }) => ({
      ...knownRecordingOf(mbid, recordings.get(mbid)),
      sources: submission_count,
      isDisabled: disabled,
    })),
  };
}
