import type { Queryable } from '../db/queryable.ts';
import type { NewSubmission, Submitter } from './submission.ts';
import { insertSubmissions } from './submission-queries.ts';

/** A submission that says nothing a track could be linked to is not kept; a foreign id is not enough. */
export function isWorthKeeping(submission: NewSubmission): boolean {
  const { mbid, meta, puid } = submission;
  return mbid !== undefined || puid !== undefined || meta !== undefined;
}

/**
 * Stores submissions and queues them for import, all or none, in one transaction (a single
 * statement). What this returns is acknowledged: it survives a crash from here on.
 */
export async function acceptSubmissions(
  ingest: Queryable,
  submitter: Submitter,
  submissions: readonly NewSubmission[],
): Promise<number[]> {
  if (submissions.length === 0) return [];
  return insertSubmissions(ingest, submitter, submissions);
}
