import type { Pool } from 'pg';
import { withTransaction } from '../db/databases.ts';
import type { Queryable } from '../db/queryable.ts';
import type { IndexClient } from '../index/client.ts';
import { ImportCatalog } from './import-catalog.ts';
import { listImported, listUnindexed, lockImports } from './import-queries.ts';
import { prepareSubmission } from './prepare.ts';
import type { PreparedSubmission } from './prepare.ts';
import type { SubmissionResult, SubmissionRow } from './submission-queries.ts';
import { writeImports } from './write-imports.ts';

/** Candidates taken from the index, and the share of the best score they need (percent). */
const INDEX_LIMIT = 20;
const INDEX_SCORE_PERCENT = 10;
/** An import has time; it must not miss a match because the machine is busy. */
const INDEX_TIMEOUT_MS = 10_000;
/** Few enough that a lookup does not wait long behind them. */
const INDEX_SEARCHES_AT_ONCE = 12;

export interface ImportParts {
  readonly fingerprint: Pool;
  readonly index: IndexClient;
  /**
   * Changelog position the index had reached before the search. What came later is searched in
   * the database, so that a fingerprint is found from the moment it is committed.
   */
  readonly indexedPosition: number;
}

/**
 * Imports submissions into the fingerprint database in one transaction, in the given order, each
 * exactly once however often it is called (behaviours.md section 3). Returns what became of each,
 * by id; throws when a part is missing or one cannot be stored, and has changed nothing then.
 */
export async function importSubmissions(
  parts: ImportParts,
  submissions: readonly SubmissionRow[],
): Promise<ReadonlyMap<number, SubmissionResult>> {
  const results = new Map<number, SubmissionResult>();
  const batch: PreparedSubmission[] = [];
  for (const submission of submissions) {
    const prepared = prepareSubmission(submission);
    if ('skipped' in prepared) results.set(submission.id, skipped(prepared.skipped));
    else batch.push(prepared);
  }
  if (batch.length === 0) return results;
  // Outside the transaction: the import lock is not held while the index searches.
  const candidates = await searchIndex(parts.index, batch);
  await withTransaction(parts.fingerprint, async (transaction) => {
    await lockImports(transaction);
    const ids = batch.map(({ id }) => id);
    for (const [id, earlier] of await listImported(transaction, ids)) results.set(id, earlier);
    const todo = batch.filter(({ id }) => !results.has(id));
    await addUnindexed(transaction, parts.indexedPosition, todo, candidates);
    const catalog = await ImportCatalog.load(transaction, todo, candidates);
    const plans = todo.map((prepared) => catalog.plan(prepared));
    for (const [id, result] of await writeImports(transaction, plans)) results.set(id, result);
  });
  return results;
}

function skipped(verdict: SubmissionResult['verdict']): SubmissionResult {
  return { verdict, fingerprint_id: null, track_id: null, meta_id: null, meta_gid: null };
}

async function searchIndex(
  index: IndexClient,
  batch: readonly PreparedSubmission[],
): Promise<Map<number, Set<number>>> {
  const candidates = new Map<number, Set<number>>();
  const queue = batch.values();
  const searcher = async (): Promise<void> => {
    for (const { id, query } of queue) {
      const hits = await index.search(query, {
        limit: INDEX_LIMIT,
        minScore: 1,
        scorePercent: INDEX_SCORE_PERCENT,
        timeoutMs: INDEX_TIMEOUT_MS,
      });
      candidates.set(id, new Set(hits.map((hit) => hit.id)));
    }
  };
  await Promise.all(Array.from({ length: INDEX_SEARCHES_AT_ONCE }, searcher));
  return candidates;
}

/** Adds to the candidates of each submission what shares a hash with it and is not indexed yet. */
async function addUnindexed(
  transaction: Queryable,
  position: number,
  batch: readonly PreparedSubmission[],
  candidates: ReadonlyMap<number, Set<number>>,
): Promise<void> {
  const hashes = new Set(batch.flatMap(({ query }) => [...query]));
  const unindexed = await listUnindexed(transaction, position, hashes);
  if (unindexed.length === 0) return;
  for (const { id, query } of batch) {
    const wanted = new Set(query);
    for (const each of unindexed) {
      // The database holds hashes signed.
      if (each.query.some((hash) => wanted.has(hash >>> 0))) {
        candidates.get(id)?.add(each.fingerprint_id);
      }
    }
  }
}
