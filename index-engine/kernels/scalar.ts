/**
 * The search of one segment in plain TypeScript: the oracle of the SIMD kernel, and what runs where
 * that is missing. Both do the same five steps on the same bytes:
 *
 *   1. locate   each hash's list of blocks, through radix table and directory
 *   2. count    the short lists: one counter per ordinal, ordinals noted when first touched
 *   3. extend   the long lists, shortest first, until what is left cannot lift an unseen document
 *               over the bar, or verifying the candidates is cheaper, or the budget is spent
 *   4. verify   candidates against the lists that were left out, best first, by membership
 *   5. collect  the best `limit` by (score, then id), dropping documents that are no longer live
 *
 * Step 3 is MaxScore (Turtle & Flood 1995): with r lists left, a document needs bar - r already.
 * Scores are exact in either mode; what the budget can cost is a document, and then `truncated` is set.
 */
import { BLOCK_SIZE_BYTES, WORDS_PER_BLOCK } from '../block.ts';
import { createBlockReader, type Run } from '../block-reader.ts';
import {
  emptyResult,
  noteScan,
  percentOf,
  type Searcher,
  type SegmentQuery,
  type SegmentResult,
} from './searcher.ts';
import type { Segment } from '../segment.ts';

// NOTE: `as number` in this file follows places bounded by the segment's own counts.

/** Lists over this many blocks are deferred: one that starts and ends inside neighbours is not long. */
const SHORT_LIST_BLOCKS_MAX = 2;
/** What a block of a single hash holds, about; good enough to weigh work. */
const POSTINGS_PER_BLOCK_ESTIMATE = 180;
/** One membership test costs about as much as counting this many postings. */
const VERIFY_COST_POSTINGS = 24;
const POSTINGS_BUDGET = 2000;
const CANDIDATES_BUDGET = 64;

interface List {
  hash: number;
  /** First block that may hold the hash, and last. */
  start: number;
  end: number;
}

/** Searches segments one after another, reusing its counters. Not reentrant. */
export class ScalarSearcher implements Searcher {
  #counters = new Uint32Array(0);
  #touched = new Uint32Array(0);
  #touchedCount = 0;
  /** reached[c] is how many documents have at least c counted postings. */
  #reached: number[] = [];
  readonly #readers = {
    ef: createBlockReader('ef'),
    streamvbyte: createBlockReader('streamvbyte'),
  };
  #block = this.#readers.ef;
  readonly #run: Run = { from: 0, to: 0 };
  /** The block last read from disk, and the guard that bit reads may run into. */
  readonly #diskBlock = new Uint32Array(WORDS_PER_BLOCK + 1);
  readonly #diskBlockBytes = new Uint8Array(this.#diskBlock.buffer, 0, BLOCK_SIZE_BYTES);

  search(segment: Segment, query: SegmentQuery): SegmentResult {
    try {
      return this.#search(segment, query);
    } catch (error) {
      // A block that could not be read: the counters of this search must not count in the next.
      this.#counters.fill(0);
      throw error;
    }
  }

  #search(segment: Segment, query: SegmentQuery): SegmentResult {
    const result = emptyResult();
    const bar = Math.max(1, query.scoreMin, percentOf(query.best, query.scorePct));
    // No document has more hashes of the query than there are.
    if (bar > query.hashes.length) return result;
    const deferred: List[] = [];
    this.#block = this.#readers[segment.codec];
    this.#prepare(segment.documents.length, query.hashes.length);
    for (const list of locate(segment, query.hashes)) {
      if (list.end - list.start < SHORT_LIST_BLOCKS_MAX) this.#count(segment, list, result);
      else deferred.push(list);
    }
    deferred.sort((a, b) => a.end - a.start - (b.end - b.start) || a.hash - b.hash);
    result.listsDeferred = deferred.length;
    const skipped = this.#extend(segment, { query, deferred, bar }, result);
    result.listsSkipped = skipped.length;
    this.#collect(segment, { query, skipped, bar }, result);
    return result;
  }

  #moveTo(segment: Segment, block: number): void {
    if (segment.disk) {
      segment.disk.readBlock(block, this.#diskBlockBytes);
      this.#block.moveTo(this.#diskBlock, 0);
    } else {
      this.#block.moveTo(segment.blocks, block * WORDS_PER_BLOCK);
    }
  }

  #prepare(documentCount: number, hashCount: number): void {
    if (this.#counters.length < documentCount) {
      this.#counters = new Uint32Array(documentCount);
      this.#touched = new Uint32Array(documentCount);
    }
    this.#touchedCount = 0;
    this.#reached = Array.from<number>({ length: hashCount + 2 }).fill(0);
  }

  #count(segment: Segment, list: List, result: SegmentResult): void {
    const { hash } = list;
    const before = result.postingsCounted;
    for (let block = list.start; block <= list.end; block++) {
      this.#moveTo(segment, block);
      this.#block.find(hash, this.#run);
      const { from, to } = this.#run;
      for (let place = from; place < to; place++) this.#countOne(this.#block.ordinalAt(place));
      result.postingsCounted += to - from;
    }
    result.listsCounted += 1;
    noteScan(result.scans, result.postingsCounted - before, list.end - list.start + 1);
  }

  #countOne(ordinal: number): void {
    const count = (this.#counters[ordinal] as number) + 1;
    this.#counters[ordinal] = count;
    if (count === 1) this.#touched[this.#touchedCount++] = ordinal;
    this.#reached[count] = (this.#reached[count] as number) + 1;
  }

  /** Step 3. Returns the lists left out; notes in `result` if that could cost a document. */
  #extend(
    segment: Segment,
    { query, deferred, bar }: { query: SegmentQuery; deferred: List[]; bar: number },
    result: SegmentResult,
  ): List[] {
    let work = deferred.reduce((sum, list) => sum + estimate(list), 0);
    let spent = 0;
    let next = 0;
    for (; next < deferred.length; next++) {
      const list = deferred[next] as List;
      const left = deferred.length - next;
      if (left < bar) {
        const candidates = this.#reached[bar - left] ?? 0;
        if (candidates * left * VERIFY_COST_POSTINGS <= work) break;
      }
      if (!query.exact && spent + estimate(list) > POSTINGS_BUDGET) break;
      this.#count(segment, list, result);
      spent += estimate(list);
      work -= estimate(list);
    }
    const left = deferred.slice(next);
    if (left.length >= bar) result.truncated = true;
    return left;
  }

  /** Steps 4 and 5, and the counters cleared for the next search. */
  #collect(
    segment: Segment,
    { query, skipped, bar }: { query: SegmentQuery; skipped: List[]; bar: number },
    result: SegmentResult,
  ): void {
    let needed = Math.max(1, bar - skipped.length);
    if (!query.exact && skipped.length > 0) {
      while ((this.#reached[needed] ?? 0) > CANDIDATES_BUDGET) {
        needed += 1;
        result.truncated = true;
      }
    }
    const candidates: { ordinal: number; count: number }[] = [];
    for (let i = 0; i < this.#touchedCount; i++) {
      const ordinal = this.#touched[i] as number;
      const count = this.#counters[ordinal] as number;
      this.#counters[ordinal] = 0;
      if (count >= needed) candidates.push({ ordinal, count });
    }
    // By count alone, and stably: candidates of one count keep the order in which the kernel has them.
    candidates.sort((a, b) => b.count - a.count);
    let currentBar = bar;
    for (const candidate of candidates) {
      if (candidate.count + skipped.length < currentBar) break;
      if (!segment.isLive(candidate.ordinal)) continue;
      const score = this.#verify(segment, { ...candidate, skipped, bar: currentBar }, result);
      if (score < currentBar) continue;
      keepBest(result, candidate.ordinal, score, query.limit);
      currentBar = Math.max(currentBar, percentOf(score, query.scorePct));
      if (result.scores.length === query.limit) {
        currentBar = Math.max(currentBar, result.scores.at(-1) ?? 0);
      }
    }
    // Kept before a better one raised the bar: which those are depends on the order of the visits.
    while ((result.scores.at(-1) ?? currentBar) < currentBar) {
      result.scores.pop();
      result.ordinals.pop();
    }
  }

  #verify(
    segment: Segment,
    candidate: { ordinal: number; count: number; skipped: List[]; bar: number },
    result: SegmentResult,
  ): number {
    const { ordinal, skipped, bar } = candidate;
    let score = candidate.count;
    if (skipped.length > 0) result.candidatesVerified += 1;
    for (let i = 0; i < skipped.length && score + skipped.length - i >= bar; i++) {
      if (this.#contains(segment, skipped[i] as List, ordinal)) score += 1;
    }
    return score;
  }

  /** Whether a list holds an ordinal: the block by its first ordinal, the place by halving. */
  #contains(segment: Segment, list: List, ordinal: number): boolean {
    // Every block after the first starts with the list's hash, so its place 0 is of this list.
    let from = list.start;
    let to = list.end;
    while (from < to) {
      const middle = (from + to + 1) >>> 1;
      this.#moveTo(segment, middle);
      if (this.#block.ordinalAt(0) <= ordinal) from = middle;
      else to = middle - 1;
    }
    this.#moveTo(segment, from);
    this.#block.find(list.hash, this.#run);
    let low = this.#run.from;
    let high = this.#run.to;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#block.ordinalAt(middle) < ordinal) low = middle + 1;
      else high = middle;
    }
    return low < this.#run.to && this.#block.ordinalAt(low) === ordinal;
  }
}

/** Step 1. Lists that cannot hold anything are left out. */
function locate(segment: Segment, hashes: Uint32Array): List[] {
  const { directory, hashShift } = segment;
  const lists: List[] = [];
  if (directory.length === 0) return lists;
  const lostBits = hashShift === 0 ? 0 : 2 ** hashShift - 1;
  for (let i = 0; i < hashes.length; i++) {
    const full = hashes[i] as number;
    if ((full & lostBits) !== 0) continue;
    const hash = full >>> hashShift;
    const list = locateOne(segment, hash);
    if (list.end >= list.start) lists.push(list);
  }
  return lists;
}

function locateOne(segment: Segment, hash: number): List {
  const { directory, radix, radixShift } = segment;
  const prefix = radixShift === 32 ? 0 : hash >>> radixShift;
  let notBelow = radix[prefix] as number;
  let to = radix[prefix + 1] as number;
  const bucketEnd = to;
  while (notBelow < to) {
    const middle = (notBelow + to) >>> 1;
    if ((directory[middle] as number) < hash) notBelow = middle + 1;
    else to = middle;
  }
  let above = notBelow;
  to = bucketEnd;
  while (above < to) {
    const middle = (above + to) >>> 1;
    if ((directory[middle] as number) <= hash) above = middle + 1;
    else to = middle;
  }
  // The block before the first that starts at or above the hash may end with it.
  return { hash, start: Math.max(0, notBelow - 1), end: above - 1 };
}

function estimate(list: List): number {
  return (list.end - list.start) * POSTINGS_PER_BLOCK_ESTIMATE;
}

/** Inserts into the result, which stays ordered by score descending, ordinal ascending, and bounded. */
function keepBest(result: SegmentResult, ordinal: number, score: number, limit: number): void {
  const { ordinals, scores } = result;
  let at = scores.length;
  while (at > 0) {
    const other = scores[at - 1] as number;
    if (other > score || (other === score && (ordinals[at - 1] as number) < ordinal)) break;
    at -= 1;
  }
  if (at >= limit) return;
  scores.splice(at, 0, score);
  ordinals.splice(at, 0, ordinal);
  if (scores.length > limit) {
    scores.pop();
    ordinals.pop();
  }
}
