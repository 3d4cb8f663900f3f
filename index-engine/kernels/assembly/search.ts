// The search of one segment over shared memory: the twin of ../scalar.ts, step for step, on the
// region of ../../segment-memory.ts. No static data and no allocation, because several threads run
// instances of this module over one memory, each with a scratch of its own.
//
// Scratch, by byte offset:
//      0  u32 × 256    query hashes, ascending                         (in)
//   1024  u32 × 256    list: shifted hash
//   2048  u32 × 256    list: first block
//   3072  u32 × 256    list: last block
//   4096  u32 × 256    deferred lists, shortest first
//   5120  u32 × 258    reached[c]: documents with at least c counted postings
//   7680  u32 × 8      truncated, counted, deferred, skipped, postings, verified, blocks   (out)
//   7712  u32 × 7      documentCountMax, hashCount, scoreMin, scorePct, limit, best, exact   (in)
//   7744  u32 × 64     disk cache: block of each slot
//   8192  576 × 64     disk cache: slots, each a block and a guard
//  49152  u32 × 1025   result ordinals                                 (out)
//  57344  u32 × 1025   result scores                                   (out)
//  61504  u32 × 10     lists counted, by documents on them             (out)
//  61544  u32 × 6      lists counted, by blocks they span              (out)
//  65536  tables and open block of the streamvbyte codec, see streamvbyte.ts
// 131072  u8 × documentCountMax    counters, all zero between searches
//     ..  u32 × documentCountMax   touched ordinals
import { bitsAt, BLOCK_SHIFT, findRun, idBitOf, idWidthOf, maskOf, ordinalAt } from './block';
import { lowerBound } from './directory';
import { keepBest, scoreAt } from './results';
import { clearScans, increment, noteScan } from './scans';
import { DELTAS, fillTables, firstOrdinal, openRun } from './streamvbyte';

const HASHES: u32 = 0;
const LIST_HASH: u32 = 1024;
const LIST_START: u32 = 2048;
const LIST_END: u32 = 3072;
const DEFERRED: u32 = 4096;
const REACHED: u32 = 5120;
const STATS: u32 = 7680;
const SETTINGS: u32 = 7712;
const SLOT_BLOCKS: u32 = 7744;
const SLOTS: u32 = 8192;
const SLOT_COUNT: u32 = 64;
const SLOT_SIZE: u32 = 576;
const TABLES: u32 = 65536;
const COUNTERS: u32 = 131072;
const CODEC_STREAMVBYTE: u32 = 2;
const NO_BLOCK: u32 = 0xffff_ffff;

const SHORT_LIST_BLOCKS_MAX: u32 = 2;
const POSTINGS_PER_BLOCK_ESTIMATE: u32 = 180;
const VERIFY_COST_POSTINGS: u64 = 24;
const POSTINGS_BUDGET: u32 = 2000;
const CANDIDATES_BUDGET: u32 = 64;

// The search under way. One instance serves one thread, so these are safe.
let scratch: u32 = 0;
let counters: u32 = 0;
let touched: u32 = 0;
let touchedCount: u32 = 0;
let blocksAt: u32 = 0;
let isOnDisk: bool = false;
let isStreamVByte: bool = false;
let tables: u32 = 0;
let live: u32 = 0;
let listCount: u32 = 0;
let deferredCount: u32 = 0;
let postings: u32 = 0;
let blocksRead: u32 = 0;
let verified: u32 = 0;
let resultCount: u32 = 0;
let resultLimit: u32 = 0;

/** Reads block `block` of the segment under search to address `into`. */
// @ts-ignore: decorator
@external('host', 'readBlock')
declare function readBlock(block: u32, into: u32): void;

/**
 * Searches the segment whose descriptor is at `region`; query and settings are in scratch already.
 * Returns how many results are in scratch. `best` is the best score of the segments before.
 */
export function search(region: u32, scratchAt: u32): u32 {
  const settings = scratchAt + SETTINGS;
  const hashCount = load<u32>(settings, 4);
  const scoreMin = load<u32>(settings, 8);
  const scorePct = load<u32>(settings, 12);
  const best = load<u32>(settings, 20);
  const exact = load<u32>(settings, 24) != 0;
  prepare(region, scratchAt, load<u32>(settings), load<u32>(settings, 16));
  const bar = max<u32>(max<u32>(1, scoreMin), percentOf(best, scorePct));
  // No document has more hashes of the query than there are; and tables end there.
  if (bar > hashCount) return 0;
  locate(region, hashCount);
  if (!isOnDisk) touch();
  for (let i: u32 = 0; i < listCount; i++) {
    if (load<u32>(scratch + LIST_END + (i << 2)) - start(i) < SHORT_LIST_BLOCKS_MAX) countList(i);
    else defer(i);
  }
  const counted = listCount - deferredCount;
  const next = extend(bar, exact);
  const skipped = deferredCount - next;
  let truncated = skipped >= bar;
  let needed = bar > skipped ? bar - skipped : 1;
  if (!exact && skipped > 0) {
    while (reached(needed) > CANDIDATES_BUDGET) {
      needed += 1;
      truncated = true;
    }
  }
  collect(next, needed, bar, scorePct);
  const stats = scratch + STATS;
  store<u32>(stats, truncated ? 1 : 0);
  store<u32>(stats, counted + next, 4);
  store<u32>(stats, deferredCount, 8);
  store<u32>(stats, skipped, 12);
  store<u32>(stats, postings, 16);
  store<u32>(stats, verified, 20);
  store<u32>(stats, blocksRead, 24);
  return resultCount;
}

function prepare(
  region: u32,
  scratchAt: u32,
  documentCountMax: u32,
  limit: u32,
): void {
  scratch = scratchAt;
  counters = scratchAt + COUNTERS;
  touched = counters + ((documentCountMax + 63) & ~63);
  touchedCount = 0;
  blocksAt = load<u32>(region);
  live = load<u32>(region, 28);
  isOnDisk = load<u32>(region, 32) != 0;
  isStreamVByte = load<u32>(region, 36) == CODEC_STREAMVBYTE;
  tables = scratchAt + TABLES;
  if (isStreamVByte) fillTables(tables);
  listCount = 0;
  deferredCount = 0;
  postings = 0;
  blocksRead = 0;
  verified = 0;
  resultCount = 0;
  resultLimit = limit;
  memory.fill(scratch + REACHED, 0, 258 << 2);
  memory.fill(scratch + STATS, 0, 32);
  clearScans(scratch);
  if (isOnDisk) memory.fill(scratch + SLOT_BLOCKS, 0xff, SLOT_COUNT << 2);
}

// @ts-ignore: decorator
@inline
function start(list: u32): u32 {
  return load<u32>(scratch + LIST_START + (list << 2));
}

// @ts-ignore: decorator
@inline
function reached(count: u32): u32 {
  return load<u32>(scratch + REACHED + (count << 2));
}

// @ts-ignore: decorator
@inline
function percentOf(score: u32, percent: u32): u32 {
  return (score * percent) / 100;
}

/** Step 1: the blocks each hash may be in. */
function locate(region: u32, hashCount: u32): void {
  const blockCount = load<u32>(region, 4);
  if (blockCount == 0) return;
  const directory = load<u32>(region, 8);
  const radix = load<u32>(region, 12);
  const radixShift = load<u32>(region, 16);
  const hashShift = load<u32>(region, 20);
  const lostBits = (<u32>1 << hashShift) - 1;
  for (let i: u32 = 0; i < hashCount; i++) {
    const full = load<u32>(scratch + HASHES + (i << 2));
    if ((full & lostBits) != 0) continue;
    const hash = full >> hashShift;
    const bucket = radix + ((radixShift == 32 ? 0 : hash >> radixShift) << 2);
    const from = load<u32>(bucket);
    const to = load<u32>(bucket, 4);
    const notBelow = lowerBound(directory, from, to, hash);
    let above = notBelow;
    if (above < to && load<u32>(directory + (above << 2)) == hash) {
      above = hash == 0xffff_ffff ? to : lowerBound(directory, above, to, hash + 1);
    }
    if (above == 0) continue;
    const at = listCount << 2;
    store<u32>(scratch + LIST_HASH + at, hash);
    store<u32>(scratch + LIST_START + at, notBelow == 0 ? 0 : notBelow - 1);
    store<u32>(scratch + LIST_END + at, above - 1);
    listCount += 1;
  }
}

/** Step 1½: starts fetching every short list's block, so that the misses of memory overlap. */
function touch(): void {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < listCount; i++) {
    const block = blocksAt + (start(i) << BLOCK_SHIFT);
    sum += load<u8>(block) + load<u8>(block, 64);
  }
  // Stored so that the loads are not optimised away.
  store<u32>(scratch + STATS, sum, 28);
}

function blockAt(block: u32): u32 {
  if (!isOnDisk) return blocksAt + (block << BLOCK_SHIFT);
  const slot = block & (SLOT_COUNT - 1);
  const tag = scratch + SLOT_BLOCKS + (slot << 2);
  const at = scratch + SLOTS + slot * SLOT_SIZE;
  if (load<u32>(tag) != block) {
    readBlock(block, at);
    store<u32>(tag, block);
  }
  return at;
}

/** Step 2: one more for every document on the list. */
function countList(list: u32): void {
  const hash = load<u32>(scratch + LIST_HASH + (list << 2));
  const end = load<u32>(scratch + LIST_END + (list << 2));
  const before = postings;
  for (let number = start(list); number <= end; number++) {
    const block = blockAt(number);
    const run = isStreamVByte ? openRun(block, hash, tables) : findRun(block, hash);
    const from = <u32>(run >> 32);
    const to = <u32>run;
    if (from >= to) continue;
    postings += to - from;
    if (isStreamVByte) countOpenRun(from, to);
    else countRun(block, from, to);
  }
  const blocks = end - start(list) + 1;
  blocksRead += blocks;
  noteScan(scratch, postings - before, blocks);
}

function countRun(block: u32, from: u32, to: u32): void {
  const width = idWidthOf(block);
  const mask = maskOf(width);
  const first = load<u32>(block, 4);
  let bit = idBitOf(block) + from * width;
  for (let place = from; place < to; place++) {
    countOne(first + bitsAt(block, bit, mask));
    bit += width;
  }
}

/** The same for the ordinals that `openRun` has left. */
function countOpenRun(from: u32, to: u32): void {
  const end = tables + DELTAS + (to << 2);
  for (let at = tables + DELTAS + (from << 2); at < end; at += 4) countOne(load<u32>(at));
}

// @ts-ignore: decorator
@inline
function countOne(ordinal: u32): void {
  const count = <u32>load<u8>(counters + ordinal) + 1;
  store<u8>(counters + ordinal, count);
  if (count == 1) {
    store<u32>(touched + (touchedCount << 2), ordinal);
    touchedCount += 1;
  }
  increment(scratch + REACHED + (count << 2));
}

// @ts-ignore: decorator
@inline
function span(list: u32): u32 {
  return load<u32>(scratch + LIST_END + (list << 2)) - start(list);
}

/** Inserts a list among the deferred, shortest first, equal ones in the order of their hashes. */
function defer(list: u32): void {
  const length = span(list);
  let at = deferredCount;
  while (at > 0) {
    const other = load<u32>(scratch + DEFERRED + ((at - 1) << 2));
    if (span(other) <= length) break;
    store<u32>(scratch + DEFERRED + (at << 2), other);
    at -= 1;
  }
  store<u32>(scratch + DEFERRED + (at << 2), list);
  deferredCount += 1;
}

// @ts-ignore: decorator
@inline
function deferred(i: u32): u32 {
  return load<u32>(scratch + DEFERRED + (i << 2));
}

/** Step 3. Returns the first deferred list that was left out. */
function extend(bar: u32, exact: bool): u32 {
  let work: u64 = 0;
  for (let i: u32 = 0; i < deferredCount; i++) {
    work += <u64>span(deferred(i)) * POSTINGS_PER_BLOCK_ESTIMATE;
  }
  let spent: u64 = 0;
  for (let next: u32 = 0; next < deferredCount; next++) {
    const left = deferredCount - next;
    if (left < bar) {
      const candidates = reached(bar - left);
      if (<u64>candidates * left * VERIFY_COST_POSTINGS <= work) return next;
    }
    const estimate = <u64>span(deferred(next)) * POSTINGS_PER_BLOCK_ESTIMATE;
    if (!exact && spent + estimate > POSTINGS_BUDGET) return next;
    countList(deferred(next));
    spent += estimate;
    work -= estimate;
  }
  return deferredCount;
}

/** Steps 4 and 5, and the counters cleared for the next search. */
function collect(next: u32, needed: u32, bar: u32, scorePct: u32): void {
  // The candidates move to the front of the touched ordinals; all others are done with.
  let candidateCount: u32 = 0;
  let highest: u32 = 0;
  for (let i: u32 = 0; i < touchedCount; i++) {
    const ordinal = load<u32>(touched + (i << 2));
    const count = <u32>load<u8>(counters + ordinal);
    if (count < needed) {
      store<u8>(counters + ordinal, 0);
    } else {
      store<u32>(touched + (candidateCount << 2), ordinal);
      candidateCount += 1;
      highest = max<u32>(highest, count);
    }
  }
  const skipped = deferredCount - next;
  for (let count = highest; count >= needed && candidateCount > 0; count--) {
    if (count + skipped < bar) break;
    if (reached(count) == reached(count + 1)) continue;
    for (let i: u32 = 0; i < candidateCount; i++) {
      const ordinal = load<u32>(touched + (i << 2));
      if (<u32>load<u8>(counters + ordinal) != count) continue;
      if (count + skipped < bar) break;
      if (((load<u32>(live + ((ordinal >> 5) << 2)) >> (ordinal & 31)) & 1) == 0) continue;
      const score = verify(ordinal, count, next, bar);
      if (score < bar) continue;
      resultCount = keepBest(scratch, resultCount, resultLimit, ordinal, score);
      bar = max<u32>(bar, percentOf(score, scorePct));
      if (resultCount == resultLimit) {
        bar = max<u32>(bar, scoreAt(scratch, resultCount - 1));
      }
    }
  }
  // Kept before a better one raised the bar: which those are depends on the order of the visits.
  while (resultCount > 0 && scoreAt(scratch, resultCount - 1) < bar) {
    resultCount -= 1;
  }
  for (let i: u32 = 0; i < candidateCount; i++) {
    store<u8>(counters + load<u32>(touched + (i << 2)), 0);
  }
}

/** The document's score, or less than the bar once it cannot reach that. */
function verify(ordinal: u32, count: u32, next: u32, bar: u32): u32 {
  let score = count;
  if (next < deferredCount) verified += 1;
  for (let i = next; i < deferredCount; i++) {
    if (score + deferredCount - i < bar) break;
    if (contains(deferred(i), ordinal)) score += 1;
  }
  return score;
}

/** Whether a list holds an ordinal: the block by its first ordinal, the place by halving. */
function contains(list: u32, ordinal: u32): bool {
  let from = start(list);
  let to = load<u32>(scratch + LIST_END + (list << 2));
  while (from < to) {
    const middle = (from + to + 1) >> 1;
    const block = blockAt(middle);
    const first = isStreamVByte ? firstOrdinal(block, tables) : ordinalAt(block, 0);
    if (first <= ordinal) from = middle;
    else to = middle - 1;
  }
  const block = blockAt(from);
  const hash = load<u32>(scratch + LIST_HASH + (list << 2));
  const run = isStreamVByte ? openRun(block, hash, tables) : findRun(block, hash);
  const end = <u32>run;
  let low = <u32>(run >> 32);
  let high = end;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (openOrdinal(block, middle) < ordinal) low = middle + 1;
    else high = middle;
  }
  return low < end && openOrdinal(block, low) == ordinal;
}

/** Ordinal at a place of the run opened last. */
// @ts-ignore: decorator
@inline
function openOrdinal(block: u32, place: u32): u32 {
  return isStreamVByte ? load<u32>(tables + DELTAS + (place << 2)) : ordinalAt(block, place);
}
