import type { Segment } from '../segment.ts';

/** One segment's share of a search. */
export interface SegmentQuery {
  /** Ascending, without repeats, full 32-bit hashes. */
  readonly hashes: Uint32Array;
  readonly scoreMin: number;
  readonly scorePct: number;
  readonly limit: number;
  /** Best score in the segments searched so far; lifts the bar from the start. */
  readonly best: number;
  readonly exact: boolean;
}

/** What one segment found, and how. */
export interface SegmentResult {
  /** Ordinals and scores, best first; at most `limit`. */
  ordinals: number[];
  scores: number[];
  truncated: boolean;
  listsCounted: number;
  listsDeferred: number;
  listsSkipped: number;
  postingsCounted: number;
  candidatesVerified: number;
}

/** Searches segments one after another with scratch of its own. Not reentrant. */
export interface Searcher {
  search(segment: Segment, query: SegmentQuery): SegmentResult;
}

export function percentOf(score: number, percent: number): number {
  return Math.floor((score * percent) / 100);
}

export function emptyResult(): SegmentResult {
  return {
    ordinals: [],
    scores: [],
    truncated: false,
    listsCounted: 0,
    listsDeferred: 0,
    listsSkipped: 0,
    postingsCounted: 0,
    candidatesVerified: 0,
  };
}
