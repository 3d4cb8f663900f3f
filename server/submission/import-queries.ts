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
  readonly fingerprint_id: number;
  readonly track_id: number;
  readonly meta_id: number | null;
  readonly meta_gid: string | null;
  readonly founded_fingerprint: boolean;
  readonly founded_track: boolean;
}

/**
 * What an earlier import of this submission did, read back from its provenance. It finds
 * something after a crash between the commits of the two databases: the import is done then, and
 * only its result is still to be written.
 */
export async function findImported(
  fingerprint: Queryable,
  submissionId: number,
): Promise<SubmissionResult | undefined> {
  const { rows } = await fingerprint.query<ProvenanceRow>({
    name: 'find-imported',
    text: `
      select s.fingerprint_id, f.track_id, m.id as meta_id, m.gid as meta_gid,
        not exists (
          select from fingerprint_source e
          where e.fingerprint_id = s.fingerprint_id and e.id < s.id
        ) as founded_fingerprint,
        not exists (
          select from fingerprint e where e.track_id = f.track_id and e.id < f.id
        ) as founded_track
      from fingerprint_source s
      join fingerprint f on f.id = s.fingerprint_id
      left join track_meta_source ms on ms.submission_id = s.submission_id
      left join track_meta tm on tm.id = ms.track_meta_id
      left join meta m on m.id = tm.meta_id
      where s.submission_id = $1`,
    values: [submissionId],
  });
  const [row] = rows;
  return row && resultOf(row);
}

function resultOf(row: ProvenanceRow): SubmissionResult {
  const { fingerprint_id, founded_fingerprint, founded_track, meta_gid, meta_id, track_id } = row;
  const founded = founded_track ? 'new_track' : 'joined_track';
  const verdict = founded_fingerprint ? founded : 'merged_fingerprint';
  return { verdict, fingerprint_id, track_id, meta_id, meta_gid };
}
