import { intArrayBytes } from '../db/int-array.ts';
import type { Queryable } from '../db/queryable.ts';
import type { SubmissionResult } from './submission-queries.ts';

/**
 * The lock every import takes before it decides: the one the changelog takes for each new
 * fingerprint (behaviours.md section 8). Imports that insert wait for each other there anyway;
 * taken before the decision it also makes sure that none decides without having seen the others,
 * so two workers never make two tracks for one recording. docs/decisions/0003.
 */
const IMPORT_LOCK = 7_723_016_524_936_704_001n;

/** Waits for the import lock, which is held until the transaction ends. */
export async function lockImports(fingerprint: Queryable): Promise<void> {
  await fingerprint.query('select pg_advisory_xact_lock($1)', [IMPORT_LOCK]);
}

interface ProvenanceRow {
  readonly submission_id: number;
  readonly fingerprint_id: number;
  readonly track_id: number;
  readonly meta_id: number | null;
  readonly meta_gid: string | null;
  readonly founded_fingerprint: boolean;
  readonly founded_track: boolean;
}

/**
 * What earlier imports of these submissions did, read back from their provenance. It finds
 * something after a crash between the commits of the two databases: the import is done then, and
 * only its result is still to be written.
 */
export async function listImported(
  fingerprint: Queryable,
  submissionIds: readonly number[],
): Promise<ReadonlyMap<number, SubmissionResult>> {
  const { rows } = await fingerprint.query<ProvenanceRow>({
    name: 'list-imported',
    text: `
      select s.submission_id, s.fingerprint_id, f.track_id, m.id as meta_id, m.gid as meta_gid,
        not exists (
          select from fingerprint_source e
          where e.fingerprint_id = s.fingerprint_id and e.id < s.id
        ) as founded_fingerprint,
        not exists (
          select from fingerprint e where e.track_id = f.track_id and e.id < f.id
        ) as founded_track
      from fingerprint_source s
      join fingerprint f on f.id = s.fingerprint_id
      left join lateral (
        select tm.meta_id from track_meta tm
        join track_meta_source ms on ms.track_meta_id = tm.id
        where tm.track_id = f.track_id and ms.submission_id = s.submission_id
      ) linked on true
      left join meta m on m.id = linked.meta_id
      where s.submission_id = any($1::int[])`,
    values: [submissionIds],
  });
  return new Map(rows.map((row) => [row.submission_id, resultOf(row)]));
}

function resultOf(row: ProvenanceRow): SubmissionResult {
  const { fingerprint_id, founded_fingerprint, founded_track, meta_gid, meta_id, track_id } = row;
  const founded = founded_track ? 'new_track' : 'joined_track';
  const verdict = founded_fingerprint ? founded : 'merged_fingerprint';
  return { verdict, fingerprint_id, track_id, meta_id, meta_gid };
}

/** A fingerprint the index does not have yet, with the hashes it will be found by. */
interface UnindexedFingerprint {
  readonly fingerprint_id: number;
  readonly query: number[];
}

/** Fingerprints changed after `position` of the changelog that share a hash with any of these. */
export async function listUnindexed(
  fingerprint: Queryable,
  position: number,
  hashes: Iterable<number>,
): Promise<UnindexedFingerprint[]> {
  const { rows } = await fingerprint.query<UnindexedFingerprint>({
    name: 'list-unindexed',
    text: `
      select fingerprint_id, query from fpindex_changelog
      where id > $1 and query && $2::int[]`,
    values: [position, intArrayBytes(Uint32Array.from(hashes))],
  });
  return rows;
}

/** Ids for rows about to be inserted. */
export async function allocateIds(
  fingerprint: Queryable,
  trackCount: number,
  fingerprintCount: number,
): Promise<{ tracks: readonly number[]; fingerprints: readonly number[] }> {
  const { rows } = await fingerprint.query<{ tracks: number[]; fingerprints: number[] }>({
    name: 'allocate-ids',
    text: `
      select
        array(select nextval('track_id_seq')::int from generate_series(1, $1)) as tracks,
        array(select nextval('fingerprint_id_seq')::int from generate_series(1, $2)) as fingerprints`,
    values: [trackCount, fingerprintCount],
  });
  const [row] = rows;
  if (!row) throw new Error('no ids were allocated');
  return row;
}
