import type { Queryable } from '../db/queryable.ts';
import { unpackFingerprint } from '../fingerprint/packed.ts';

/** Where a stored fingerprint is, without its vector. */
export interface Neighbour {
  readonly id: number;
  readonly length: number;
  readonly track_id: number;
}

/** A stored fingerprint with its vector. */
export interface StoredFingerprint {
  readonly id: number;
  readonly trackId: number;
  readonly lengthSeconds: number;
  readonly hashes: Uint32Array;
}

interface StoredRow extends Neighbour {
  readonly packed: Buffer | null;
  readonly fingerprint: number[] | null;
}

/** Lengths and tracks of these fingerprints; merges are followed one hop. */
export async function listNeighbours(
  fingerprint: Queryable,
  ids: readonly number[],
): Promise<Neighbour[]> {
  if (ids.length === 0) return [];
  const { rows } = await fingerprint.query<Neighbour>({
    name: 'list-neighbours',
    text: `
      select f.id, f.length, coalesce(t.new_id, t.id) as track_id
      from fingerprint f join track t on t.id = f.track_id
      where f.id = any($1::int[])`,
    values: [ids],
  });
  return rows;
}

/** Every fingerprint of these tracks. */
export async function listTrackFingerprints(
  fingerprint: Queryable,
  trackIds: readonly number[],
): Promise<StoredFingerprint[]> {
  if (trackIds.length === 0) return [];
  const { rows } = await fingerprint.query<StoredRow>({
    name: 'list-track-fingerprints',
    text: `
      select f.id, f.length, coalesce(t.new_id, t.id) as track_id, d.fingerprint as packed,
        case when d.fingerprint is null then f.fingerprint end as fingerprint
      from track t
      join fingerprint f on f.track_id = t.id
      left join fingerprint_data d on d.fingerprint_id = f.id
      where t.id = any($1::int[]) or t.new_id = any($1::int[])`,
    values: [trackIds],
  });
  return rows.map(({ fingerprint: hashes, id, length, packed, track_id }) => ({
    id,
    trackId: track_id,
    lengthSeconds: length,
    hashes: packed ? unpackFingerprint(packed).hashes : Uint32Array.from(hashes ?? []),
  }));
}
