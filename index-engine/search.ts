import type { SearchResult, SegmentExplanation } from './contract.ts';
import { RequestError } from './errors.ts';
import { createSearcher } from './kernels/kernels.ts';
import { percentOf, type SegmentResult } from './kernels/searcher.ts';
import type { Segment } from './segment.ts';

// NOTE: `as number` in this file follows loops over a result's own length.

export interface Search {
  /** As sent: any order, repeats allowed. */
  readonly query: Uint32Array;
  readonly limit: number;
  /** Undefined means ceil(length of the query as sent / 20). */
  readonly scoreMin: number | undefined;
  readonly scorePct: number;
  /** On the clock of `performance.now()`. */
  readonly deadlineMs: number;
  readonly exact: boolean;
  readonly explain: boolean;
}

export interface SearchOutcome {
  results: SearchResult[];
  truncated: boolean;
  explain: SegmentExplanation[];
}

const searcher = createSearcher();

/**
 * Searches one immutable list of segments (fpindex.md section 2.5). A document lives in exactly one
 * segment, the newest that mentions it, so the segments' answers need only be put in one order.
 * Throws RequestError `SearchTimeout` past the deadline; partial results are never returned.
 */
export function searchSegments(segments: readonly Segment[], search: Search): SearchOutcome {
  const hashes = asSet(search.query);
  const scoreMin = search.scoreMin ?? Math.ceil(search.query.length / 20);
  const outcome: SearchOutcome = { results: [], truncated: false, explain: [] };
  if (hashes.length === 0) return outcome;
  let best = 0;
  // Oldest first: that is where most documents are, so the bar is high early.
  for (const segment of segments) {
    if (performance.now() > search.deadlineMs) throw new RequestError('SearchTimeout');
    const { limit, scorePct, exact } = search;
    const startedMs = search.explain ? performance.now() : 0;
    const found = searcher.search(segment, { hashes, scoreMin, scorePct, limit, best, exact });
    found.ordinals.forEach((ordinal, i) => {
      outcome.results.push({
        id: segment.documents[ordinal] as number,
        score: found.scores[i] as number,
      });
    });
    best = Math.max(best, found.scores[0] ?? 0);
    outcome.truncated ||= found.truncated;
    if (search.explain) outcome.explain.push(explanation(segment, found, startedMs));
  }
  outcome.results.sort((a, b) => b.score - a.score || a.id - b.id);
  cut(outcome.results, search.limit, percentOf(best, search.scorePct));
  return outcome;
}

/** The query as a sorted set. */
function asSet(query: Uint32Array): Uint32Array {
  const hashes = query.slice().sort();
  let kept = 0;
  for (let i = 0; i < hashes.length; i++) {
    if (i > 0 && hashes[i] === hashes[i - 1]) continue;
    hashes[kept++] = hashes[i] as number;
  }
  return hashes.subarray(0, kept);
}

/** Ends the ordered results at `limit`, or at the first below the bar the best of all has set. */
function cut(results: SearchResult[], limit: number, bar: number): void {
  const below = results.findIndex((result) => result.score < bar);
  results.length = Math.min(results.length, limit, below < 0 ? Infinity : below);
}

function explanation(
  segment: Segment,
  found: SegmentResult,
  startedMs: number,
): SegmentExplanation {
  const { first, last } = segment.identity;
  return {
    segment: `${first}-${last}${segment.file === undefined ? ' (memory)' : ''}`,
    postings: segment.postingCount,
    microseconds: Math.round((performance.now() - startedMs) * 1000),
    lists_counted: found.listsCounted,
    lists_deferred: found.listsDeferred,
    lists_skipped: found.listsSkipped,
    postings_counted: found.postingsCounted,
    candidates_verified: found.candidatesVerified,
    truncated: found.truncated,
  };
}
