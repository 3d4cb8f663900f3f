import type { Queryable } from '../db/queryable.ts';
import {
  insertFingerprints,
  insertFingerprintSources,
} from '../fingerprint/fingerprint-queries.ts';
import { upsertForeignIds } from '../foreignid/foreignid-queries.ts';
import { upsertMetas } from '../meta/meta-queries.ts';
import { upsertFormats, upsertSources } from '../source/source-queries.ts';
import { linkTracks } from '../track/track-link-queries.ts';
import type { TrackLink } from '../track/track-link-queries.ts';
import { insertTracks } from '../track/track-write-queries.ts';
import type { Plan } from './import-catalog.ts';
import { allocateIds } from './import-queries.ts';
import type { SubmissionResult } from './submission-queries.ts';

/**
 * Carries out the plans of a batch with a fixed number of statements, whatever its size. Returns
 * what became of each submission, by id.
 */
export async function writeImports(
  transaction: Queryable,
  plans: readonly Plan[],
): Promise<ReadonlyMap<number, SubmissionResult>> {
  if (plans.length === 0) return new Map();
  const ids = await resolvePlaceholders(transaction, plans);
  // Another copy in the same batch is merged into a fingerprint that is still to be made.
  const founded = plans.filter(({ verdict }) => verdict !== 'merged_fingerprint');
  const formats = await upsertFormats(
    transaction,
    valuesOf(plans, ({ row }) => row.format),
  );
  const sources = await upsertSources(
    transaction,
    plans.map(({ prepared }) => prepared.source),
  );
  const newTracks = new Set(plans.flatMap(({ trackId }) => (trackId < 0 ? [ids(trackId)] : [])));
  await insertTracks(transaction, [...newTracks]);
  await insertFingerprints(
    transaction,
    founded.map(({ fingerprintId, prepared, trackId }) => ({
      id: ids(fingerprintId),
      trackId: ids(trackId),
      hashes: prepared.hashes,
      query: prepared.query,
      lengthSeconds: prepared.lengthSeconds,
      bitrate: prepared.row.bitrate,
      formatId: prepared.row.format === null ? null : (formats.get(prepared.row.format) ?? null),
    })),
  );
  await insertFingerprintSources(
    transaction,
    plans.map(({ fingerprintId, prepared }, at) => ({
      fingerprintId: ids(fingerprintId),
      sourceId: sources[at] ?? null,
      submissionId: prepared.id,
    })),
  );
  const metas = await linkAll(transaction, plans, (plan, at) => ({
    trackId: ids(plan.trackId),
    sourceId: sources[at] ?? null,
    submissionId: plan.prepared.id,
  }));
  return new Map(
    plans.map(({ fingerprintId, prepared, trackId, verdict }) => [
      prepared.id,
      {
        verdict,
        fingerprint_id: ids(fingerprintId),
        track_id: ids(trackId),
        meta_id: prepared.meta ? (metas.get(prepared.meta.gid) ?? null) : null,
        meta_gid: prepared.meta?.gid ?? null,
      },
    ]),
  );
}

/** Ids below zero become those of rows about to be made, the same one each time. */
async function resolvePlaceholders(
  transaction: Queryable,
  plans: readonly Plan[],
): Promise<(id: number) => number> {
  const tracks = [...new Set(plans.map(({ trackId }) => trackId))].filter((id) => id < 0);
  const fingerprints = [...new Set(plans.map((plan) => plan.fingerprintId))].filter((id) => id < 0);
  const allocated = await allocateIds(transaction, tracks.length, fingerprints.length);
  const real = new Map<number, number>();
  for (const [at, id] of tracks.entries()) real.set(id, allocated.tracks[at] ?? id);
  for (const [at, id] of fingerprints.entries()) real.set(id, allocated.fingerprints[at] ?? id);
  return (id) => real.get(id) ?? id;
}

/** Links the tracks with everything the submissions say; the ids of the metas by their gids. */
async function linkAll(
  transaction: Queryable,
  plans: readonly Plan[],
  linkOf: (plan: Plan, at: number) => Omit<TrackLink, 'value'>,
): Promise<ReadonlyMap<string, number>> {
  const metas = await upsertMetas(
    transaction,
    plans.flatMap(({ prepared }) => prepared.meta ?? []),
  );
  const foreignIds = await upsertForeignIds(
    transaction,
    valuesOf(plans, ({ row }) => row.foreignid),
  );
  const links = (valueOf: (plan: Plan) => string | number | null | undefined): TrackLink[] =>
    plans.flatMap((plan, at) => {
      const value = valueOf(plan) ?? null;
      return value === null ? [] : [{ ...linkOf(plan, at), value }];
    });
  await linkTracks(
    transaction,
    'mbid',
    links(({ prepared }) => prepared.row.mbid),
  );
  await linkTracks(
    transaction,
    'puid',
    links(({ prepared }) => prepared.row.puid),
  );
  await linkTracks(
    transaction,
    'foreignid',
    links(({ prepared }) => foreignIds.get(prepared.row.foreignid ?? '')),
  );
  await linkTracks(
    transaction,
    'meta',
    links(({ prepared }) => metas.get(prepared.meta?.gid ?? '')),
  );
  return metas;
}

function valuesOf(
  plans: readonly Plan[],
  valueOf: (prepared: Plan['prepared']) => string | null,
): string[] {
  return plans.flatMap(({ prepared }) => valueOf(prepared) ?? []);
}
