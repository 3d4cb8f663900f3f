import type { Queryable } from '../db/queryable.ts';
import { listImportedFingerprintIds } from './submission-queries.ts';

const ID_MAX = 2_147_483_647;

/** The gid of the track each imported submission belongs to now; the others have no entry. */
export async function loadImportedTracks(
  databases: { readonly ingest: Queryable; readonly fingerprint: Queryable },
  submissionIds: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const ids = [...new Set(submissionIds)].filter((id) => id > 0 && id <= ID_MAX);
  if (ids.length === 0) return new Map();
  const fingerprints = await listImportedFingerprintIds(databases.ingest, ids);
  const gids = await listTrackGids(databases.fingerprint, [...new Set(fingerprints.values())]);
  const tracks = new Map<number, string>();
  for (const [submissionId, fingerprintId] of fingerprints) {
    const gid = gids.get(fingerprintId);
    if (gid !== undefined) tracks.set(submissionId, gid);
  }
  return tracks;
}

async function listTrackGids(
  fingerprint: Queryable,
  fingerprintIds: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const { rows } = await fingerprint.query<{ id: number; gid: string }>({
    name: 'list-track-gids',
    text: `
      select f.id, t.gid from fingerprint f join track t on t.id = f.track_id
      where f.id = any($1::int[])`,
    values: [fingerprintIds],
  });
  return new Map(rows.map(({ gid, id }) => [id, gid]));
}
