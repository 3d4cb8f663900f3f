import type { Queryable } from '../db/queryable.ts';
import { fingerprintGid } from './gid.ts';
import { packFingerprint, unpackFingerprint } from './packed.ts';
import { simhash } from './simhash.ts';

export interface NewFingerprint {
  /** The track to join; `undefined` makes a new one. */
  readonly trackId: number | undefined;
  readonly hashes: Uint32Array;
  readonly lengthSeconds: number;
  readonly bitrate: number | null;
  readonly formatId: number | null;
}

/** The service keeps fingerprints of this algorithm only. */
const ALGORITHM_VERSION = 1;

/**
 * Inserts a fingerprint with its packed vector, and its track where it founds one. Its count is 0
 * until its source is inserted, whose trigger counts. A vector that another fingerprint already
 * has (same audio, other length) is kept without a gid, which names the vector once.
 */
export async function insertFingerprint(
  fingerprint: Queryable,
  row: NewFingerprint,
): Promise<{ id: number; track_id: number }> {
  const { bitrate, formatId, hashes, lengthSeconds, trackId } = row;
  const signed = new Int32Array(hashes.buffer, hashes.byteOffset, hashes.length);
  const { rows } = await fingerprint.query<{ id: number; track_id: number }>({
    name: 'insert-fingerprint',
    text: `
      with new_track as (
        insert into track (gid) select gen_random_uuid() where $1::int is null returning id
      ), new_fingerprint as (
        insert into fingerprint (track_id, fingerprint, length, bitrate, format_id)
        values (coalesce($1, (select id from new_track)), $2::int[], $3, $4, $5)
        returning id, track_id
      ), data as (
        insert into fingerprint_data (fingerprint_id, gid, fingerprint, simhash)
        select id, (select $6::uuid where not exists (select from fingerprint_data where gid = $6)),
          $7, $8
        from new_fingerprint
      )
      select id, track_id from new_fingerprint`,
    values: [
      trackId ?? null,
      `{${signed.join(',')}}`,
      lengthSeconds,
      bitrate,
      formatId,
      fingerprintGid(ALGORITHM_VERSION, hashes),
      packFingerprint(hashes, ALGORITHM_VERSION),
      simhash(hashes) | 0,
    ],
  });
  const [inserted] = rows;
  if (!inserted) throw new Error('insert into fingerprint returned no row');
  return inserted;
}

/**
 * Keeps that a submission produced or confirmed a fingerprint. The submission id is unique here:
 * this row is what makes an import happen once.
 */
export async function insertFingerprintSource(
  fingerprint: Queryable,
  fingerprintId: number,
  sourceId: number,
  submissionId: number,
): Promise<void> {
  await fingerprint.query({
    name: 'insert-fingerprint-source',
    text: `
      insert into fingerprint_source (fingerprint_id, source_id, submission_id)
      values ($1, $2, $3)`,
    values: [fingerprintId, sourceId, submissionId],
  });
}

/** Fingerprints changed after `position` of the changelog that share a hash with the query. */
export async function listUnindexedMatches(
  fingerprint: Queryable,
  position: number,
  query: Uint32Array,
): Promise<number[]> {
  const signed = new Int32Array(query.buffer, query.byteOffset, query.length);
  const { rows } = await fingerprint.query<{ fingerprint_id: number }>({
    name: 'list-unindexed-matches',
    text: `
      select distinct fingerprint_id from fpindex_changelog
      where id > $1 and query && $2::int[]`,
    values: [position, `{${signed.join(',')}}`],
  });
  return rows.map(({ fingerprint_id }) => fingerprint_id);
}

/** Bounds of the id column; other numbers are nobody's. */
const ID_MAX = 2_147_483_647;

/** A stored fingerprint and its length in seconds. */
export async function findFingerprint(
  fingerprint: Queryable,
  id: number,
): Promise<{ readonly hashes: Uint32Array; readonly length: number } | undefined> {
  if (id < 1 || id > ID_MAX) return undefined;
  const { rows } = await fingerprint.query<{
    length: number;
    packed: Buffer | null;
    fingerprint: number[] | null;
  }>({
    name: 'find-fingerprint',
    text: `
      select f.length, d.fingerprint as packed,
        case when d.fingerprint is null then f.fingerprint end as fingerprint
      from fingerprint f left join fingerprint_data d on d.fingerprint_id = f.id
      where f.id = $1`,
    values: [id],
  });
  const [row] = rows;
  if (!row) return undefined;
  const hashes = row.packed
    ? unpackFingerprint(row.packed).hashes
    : Uint32Array.from(row.fingerprint ?? []);
  return { hashes, length: row.length };
}
