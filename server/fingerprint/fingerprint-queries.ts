import { joinArrays } from '../db/int-array.ts';
import type { Queryable } from '../db/queryable.ts';
import { fingerprintGid } from './gid.ts';
import { packFingerprint, unpackFingerprint } from './packed.ts';
import { simhash } from './simhash.ts';

export interface NewFingerprint {
  readonly id: number;
  readonly trackId: number;
  readonly hashes: Uint32Array;
  /** The hashes it is to be found by. */
  readonly query: Uint32Array;
  readonly lengthSeconds: number;
  readonly bitrate: number | null;
  readonly formatId: number | null;
}

export interface FingerprintSource {
  readonly fingerprintId: number;
  readonly sourceId: number | null;
  readonly submissionId: number;
}

/** The service keeps fingerprints of this algorithm only. */
const ALGORITHM_VERSION = 1;

/**
 * Inserts fingerprints with their packed vectors, and tells the index's changelog of them. Their
 * count is 0 until their sources are inserted, whose trigger counts. A vector that another
 * fingerprint already has (same audio, other length) is kept without a gid, which names the vector
 * once.
 */
export async function insertFingerprints(
  fingerprint: Queryable,
  fingerprints: readonly NewFingerprint[],
): Promise<void> {
  if (fingerprints.length === 0) return;
  const queries = joinArrays(fingerprints.map(({ query }) => query));
  // Before the rows, whose trigger takes the hashes itself of those that are not there yet.
  await fingerprint.query({
    name: 'append-fingerprints-to-changelog',
    text: `
      select fpindex_changelog_append(id, ($4::int[])[first:last])
      from unnest($1::int[], $2::int[], $3::int[]) as n (id, first, last) order by id`,
    values: [fingerprints.map(({ id }) => id), queries.firsts, queries.lasts, queries.joined],
  });
  // Vectors differ in length, which no array of arrays allows; so they travel as one.
  const vectors = joinArrays(fingerprints.map(({ hashes }) => hashes));
  await fingerprint.query({
    name: 'insert-fingerprints',
    text: `
      insert into fingerprint (id, track_id, fingerprint, length, bitrate, format_id)
      select id, track_id, ($7::int[])[first:last], length, bitrate, format_id
      from unnest($1::int[], $2::int[], $3::int[], $4::int[], $5::int2[], $6::int2[], $8::int[])
        as n (id, track_id, first, last, length, bitrate, format_id)
      order by id`,
    values: [
      fingerprints.map(({ id }) => id),
      fingerprints.map(({ trackId }) => trackId),
      vectors.firsts,
      vectors.lasts,
      fingerprints.map(({ lengthSeconds }) => lengthSeconds),
      fingerprints.map(({ bitrate }) => bitrate),
      vectors.joined,
      fingerprints.map(({ formatId }) => formatId),
    ],
  });
  await fingerprint.query({
    name: 'insert-fingerprint-data',
    text: `
      insert into fingerprint_data (fingerprint_id, gid, fingerprint, simhash)
      select n.id,
        case when row_number() over (partition by n.gid order by n.id) = 1
          and not exists (select from fingerprint_data d where d.gid = n.gid) then n.gid end,
        n.packed, n.simhash
      from unnest($1::int[], $2::uuid[], $3::bytea[], $4::int[]) as n (id, gid, packed, simhash)`,
    values: [
      fingerprints.map(({ id }) => id),
      fingerprints.map(({ hashes }) => fingerprintGid(ALGORITHM_VERSION, hashes)),
      fingerprints.map(({ hashes }) => packFingerprint(hashes, ALGORITHM_VERSION)),
      fingerprints.map(({ hashes }) => simhash(hashes) | 0),
    ],
  });
}

/**
 * Keeps that submissions produced or confirmed fingerprints. The submission id is unique here:
 * these rows are what makes an import happen once.
 */
export async function insertFingerprintSources(
  fingerprint: Queryable,
  sources: readonly FingerprintSource[],
): Promise<void> {
  await fingerprint.query({
    name: 'insert-fingerprint-sources',
    text: `
      insert into fingerprint_source (fingerprint_id, source_id, submission_id)
      select * from unnest($1::int[], $2::int[], $3::int[])
        as s (fingerprint_id, source_id, submission_id)
      order by submission_id`,
    values: [
      sources.map(({ fingerprintId }) => fingerprintId),
      sources.map(({ sourceId }) => sourceId),
      sources.map(({ submissionId }) => submissionId),
    ],
  });
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
