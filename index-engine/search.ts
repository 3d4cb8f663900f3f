import type { SearchResult, SegmentExplanation } from './contract.ts';
import { RequestError } from './errors.ts';
import { createSearcher } from './kernels/kernels.ts';
import {
  percentOf,
  type Scans,
  type SegmentQuery,
  type SegmentResult,
} from './kernels/searcher.ts';
import type { SearchThreads } from './search-threads.ts';
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
  /** Time spent in segments. */
  milliseconds: number;
  /** How much each segment read. */
  scans: Scans[];
}

/** One segment's result and how long it took. */
export interface TimedResult {
  readonly found: SegmentResult;
  readonly microseconds: number;
}

/** What a search asks of every segment. */
export interface PlannedSearch extends Omit<SegmentQuery, 'best'> {
  readonly deadlineMs: number;
}

const searcher = createSearcher();

/**
 * Searches one immutable list of segments (fpindex.md section 2.5). A document lives in exactly one
 * segment, the newest that mentions it, so the segments' answers need only be put in one order.
 * Throws RequestError `SearchTimeout` past the deadline; partial results are never returned.
 */
export function searchSegments(segments: readonly Segment[], search: Search): SearchOutcome {
  const plan = planSearch(search);
  const results = searchEach(segments, plan, (segment, query) => searcher.search(segment, query));
  return outcomeOf(segments, results, search);
}

/** The same on a search thread. The caller pins the segments and sees to it that none changed. */
export async function searchInThread(
  threads: SearchThreads,
  segments: readonly Segment[],
  search: Search,
): Promise<SearchOutcome> {
  return outcomeOf(segments, await threads.run(segments, planSearch(search)), search);
}

/** Searches segments in order, each knowing the best score before it. */
export function searchEach<T>(
  segments: readonly T[],
  plan: PlannedSearch,
  searchOne: (segment: T, query: SegmentQuery) => SegmentResult,
): TimedResult[] {
  if (plan.hashes.length === 0) return [];
  let best = 0;
  // Oldest first: that is where most documents are, so the bar is high early.
  return segments.map((segment) => {
    const startedMs = performance.now();
    if (startedMs > plan.deadlineMs) throw new RequestError('SearchTimeout');
    const found = searchOne(segment, { ...plan, best });
    best = Math.max(best, found.scores[0] ?? 0);
    return { found, microseconds: Math.round((performance.now() - startedMs) * 1000) };
  });
}

function planSearch(search: Search): PlannedSearch {
  const { limit, scorePct, exact, deadlineMs } = search;
  const scoreMin = search.scoreMin ?? Math.ceil(search.query.length / 20);
  return { hashes: asSet(search.query), scoreMin, limit, scorePct, exact, deadlineMs };
}

/** Puts the segments' results in one order and cuts them where the best of all says. */
function outcomeOf(
  segments: readonly Segment[],
  results: readonly TimedResult[],
  search: Search,
): SearchOutcome {
  const outcome: SearchOutcome = {
    results: [],
    truncated: false,
    explain: [],
    milliseconds: 0,
    scans: [],
  };
  for (const [i, timed] of results.entries()) {
    const { ordinals, scores, truncated } = timed.found;
    const segment = segments[i] as Segment;
    for (let place = 0; place < ordinals.length; place++) {
      const id = segment.documents[ordinals[place] as number] as number;
      outcome.results.push({ id, score: scores[place] as number });
    }
    outcome.truncated ||= truncated;
    outcome.scans.push(timed.found.scans);
    outcome.milliseconds += timed.microseconds / 1000;
    if (search.explain) outcome.explain.push(explanation(segment, timed));
  }
  outcome.results.sort((a, b) => b.score - a.score || a.id - b.id);
  const best = outcome.results[0]?.score ?? 0;
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

function explanation(segment: Segment, { found, microseconds }: TimedResult): SegmentExplanation {
  const { first, last } = segment.identity;
  return {
    segment: `${first}-${last}${segment.file === undefined ? ' (memory)' : ''}`,
    postings: segment.postingCount,
    microseconds,
    lists_counted: found.listsCounted,
    lists_deferred: found.listsDeferred,
    lists_skipped: found.listsSkipped,
    postings_counted: found.postingsCounted,
    candidates_verified: found.candidatesVerified,
    truncated: found.truncated,
  };
}
