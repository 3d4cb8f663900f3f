import { readIntArray } from '../db/int-array.ts';
import { extractQuery } from '../fingerprint/query.ts';
import { cleanMeta } from '../meta/clean-meta.ts';
import { metaGid } from '../meta/meta-gid.ts';
import type { SubmissionResult, SubmissionRow } from './submission-queries.ts';
import type { SubmittedMeta } from './submission.ts';

/** Fewer distinct hashes than this say too little to be told apart from other music. */
const UNIQUE_HASHES_MIN = 80;

/** A submission ready to be imported: decoded, its query hashes taken, its metadata cleaned. */
export interface PreparedSubmission {
  readonly id: number;
  readonly hashes: Uint32Array;
  readonly query: Uint32Array;
  readonly lengthSeconds: number;
  readonly row: SubmissionRow;
  readonly source: {
    readonly applicationId: number;
    readonly accountId: number;
    readonly version: string | null;
  };
  readonly meta: { readonly gid: string; readonly values: SubmittedMeta } | null;
}

type SkipVerdict = Extract<SubmissionResult['verdict'], `skipped:${string}`>;

/**
 * Prepares a submission, or says why it is to be skipped (behaviours.md section 3, step 3). Pure;
 * done outside the import's transaction.
 */
export function prepareSubmission(
  row: SubmissionRow,
): PreparedSubmission | { readonly skipped: SkipVerdict } {
  const { account_id, application_id, application_version, mbid, meta, puid } = row;
  // Metadata that cleaning left nothing of says nothing, though submit had to accept it.
  const saysNothing = meta === null || Object.keys(meta).length === 0;
  if (mbid === null && puid === null && saysNothing) return { skipped: 'skipped:no_data' };
  const hashes = readIntArray(row.fingerprint);
  if (!hasUniqueHashes(hashes, UNIQUE_HASHES_MIN)) return { skipped: 'skipped:too_few_hashes' };
  const query = extractQuery(hashes);
  if (query.length === 0) return { skipped: 'skipped:empty_query' };
  if (account_id === null || application_id === null) return { skipped: 'skipped:unknown_source' };
  const values = meta && cleanMeta(meta);
  return {
    id: row.id,
    hashes,
    query,
    lengthSeconds: row.length,
    row,
    source: {
      applicationId: application_id,
      accountId: account_id,
      version: application_version,
    },
    meta: values && { gid: metaGid(values), values },
  };
}

/** Whether there are so many different ones; looks no further than it must. */
function hasUniqueHashes(hashes: Uint32Array, count: number): boolean {
  const seen = new Set<number>();
  for (const hash of hashes) {
    seen.add(hash);
    if (seen.size >= count) return true;
  }
  return false;
}
