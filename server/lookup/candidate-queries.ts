import type { Queryable } from '../db/queryable.ts';
import { unpackFingerprint } from '../fingerprint/packed.ts';

/** A stored fingerprint that may match, with what is needed to score and report it. */
export interface Candidate {
  readonly id: number;
  readonly length: number;
  readonly track_id: number;
  readonly track_gid: string;
  readonly hashes: Uint32Array;
}

interface CandidateRow {
  readonly id: number;
  readonly length: number;
  readonly track_id: number;
  readonly track_gid: string;
  readonly packed: Buffer | null;
  readonly fingerprint: number[] | null;
}

/** Bounds of `fingerprint.length`, a smallint. */
const LENGTH_MAX = 32_767;

/**
 * Loads the fingerprints of these ids whose length lies within `tolerance` seconds of `length`,
 * with the track each belongs to now (merges are followed one hop, which is all there are).
 */
export async function listCandidates(
  fingerprint: Queryable,
  ids: readonly number[],
  length: number,
  tolerance: number,
): Promise<Candidate[]> {
  const from = Math.max(length - tolerance, 0);
  const to = Math.min(length + tolerance, LENGTH_MAX);
  if (ids.length === 0 || from > to) return [];
  const { rows } = await fingerprint.query<CandidateRow>({
    name: 'list-candidates',
    text: `
      select f.id, f.length, coalesce(m.id, t.id) as track_id, coalesce(m.gid, t.gid) as track_gid,
        d.fingerprint as packed,
        case when d.fingerprint is null then f.fingerprint end as fingerprint
      from fingerprint f
      join track t on t.id = f.track_id
      left join track m on m.id = t.new_id
      left join fingerprint_data d on d.fingerprint_id = f.id
      where f.id = any($1::int[]) and f.length between $2 and $3`,
    values: [ids, from, to],
  });
  return rows.map(candidateOf);
}

/** Loads every fingerprint of these tracks, for the question whether another fits beside them. */
export async function listTrackFingerprints(
  fingerprint: Queryable,
  trackIds: readonly number[],
): Promise<Candidate[]> {
  const { rows } = await fingerprint.query<CandidateRow>({
    name: 'list-track-fingerprints',
    text: `
      select f.id, f.length, t.id as track_id, t.gid as track_gid,
        d.fingerprint as packed,
        case when d.fingerprint is null then f.fingerprint end as fingerprint
      from fingerprint f
      join track t on t.id = f.track_id
      left join fingerprint_data d on d.fingerprint_id = f.id
      where f.track_id = any($1::int[])`,
    values: [trackIds],
  });
  return rows.map(candidateOf);
}

function candidateOf(row: CandidateRow): Candidate {
  const { fingerprint, id, length, packed, track_gid, track_id } = row;
  const hashes = packed ? unpackFingerprint(packed).hashes : Uint32Array.from(fingerprint ?? []);
  return { id, length, track_id, track_gid, hashes };
}
