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
  scans: Scans;
}

/** How much was read for each list that was counted: how many lists fall under each bound. */
export interface Scans {
  /** One more than there are bounds in DOCUMENT_BOUNDS; the last is for what is above them all. */
  documents: number[];
  blocks: number[];
  postings: number;
  blocksRead: number;
}

/** Upstream's buckets (fpindex.md section 2.8). */
export const DOCUMENT_BOUNDS = [1, 2, 3, 5, 10, 50, 100, 500, 1000];
export const BLOCK_BOUNDS = [1, 2, 3, 5, 10];

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
    scans: {
      documents: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      blocks: [0, 0, 0, 0, 0, 0],
      postings: 0,
      blocksRead: 0,
    },
  };
}

/** Notes one list of `documents` postings in `blocks` blocks. */
export function noteScan(scans: Scans, documents: number, blocks: number): void {
  count(scans.documents, DOCUMENT_BOUNDS, documents);
  count(scans.blocks, BLOCK_BOUNDS, blocks);
  scans.postings += documents;
  scans.blocksRead += blocks;
}

function count(counts: number[], bounds: readonly number[], value: number): void {
  const place = bounds.findIndex((bound) => value <= bound);
  const at = place < 0 ? bounds.length : place;
  counts[at] = (counts[at] ?? 0) + 1;
}
