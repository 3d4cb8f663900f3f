// Making segments: gathering postings, sorting them, decoding and encoding blocks. The twin is
// ../scalar-workbench.ts, and bytes come out the same. The caller lays memory out; nothing is
// allocated here.
//
// A posting is one u64 key: the full hash in the upper half, the ordinal in the lower, so that one
// load, one compare and one store move it. There are two columns of keys; a sorting pass writes to
// the other, and they swap. What the host hands in is staged in the other column, too.
//
// Fixed addresses:
//    512  u32            blocks made by `encode`
//   1024  u32 × 2048     digit counts of a sorting pass
//  16384  tables of the streamvbyte codec, see streamvbyte.ts
import { decodeEf, encodeEf } from './ef-blocks';
import { decodeStreamVByte, encodeStreamVByte } from './streamvbyte-blocks';
import { fillTables } from './streamvbyte';

const BLOCK_COUNT: u32 = 512;
const COUNTERS: u32 = 1024;
const TABLES: u32 = 16384;
const DROPPED: u32 = 0xffff_ffff;
const DIGIT_BITS_MAX: u32 = 11;
const CODEC_EF: u32 = 1;
/** A block that ends this close to the last posting might not be full: 32 postings. */
const TAIL: u32 = 256;

let keys: u32 = 0;
let otherKeys: u32 = 0;

/** Sets where the columns are; each needs room for one key more than it will hold. */
export function setColumns(first: u32, second: u32): void {
  keys = first;
  otherKeys = second;
  fillTables(TABLES);
}

/**
 * Appends documents: `hashes` of document i are the places starts[i] … starts[i + 1] - 1, its ordinal
 * is ordinals[i], or DROPPED to leave it out. Returns the new count.
 */
export function gather(
  hashes: u32,
  starts: u32,
  ordinals: u32,
  documentCount: u32,
  count: u32,
): u32 {
  let to = keys + (count << 3);
  for (let i: u32 = 0; i < documentCount; i++) {
    const ordinal = load<u32>(ordinals + (i << 2));
    if (ordinal == DROPPED) continue;
    const end = hashes + (load<u32>(starts + (i << 2), 4) << 2);
    for (let at = hashes + (load<u32>(starts + (i << 2)) << 2); at < end; at += 4) {
      store<u64>(to, (<u64>load<u32>(at) << 32) | ordinal);
      to += 8;
    }
  }
  return (to - keys) >> 3;
}

/** Appends postings given as two columns. */
export function append(hashes: u32, ordinals: u32, size: u32, count: u32): void {
  for (let i: u32 = 0; i < size; i++) {
    const key = (<u64>load<u32>(hashes + (i << 2)) << 32) | load<u32>(ordinals + (i << 2));
    store<u64>(keys + ((count + i) << 3), key);
  }
}

/** Trailing zero bits that all hashes share; 0 if all are 0. */
export function commonZeros(count: u32): u32 {
  let union: u32 = 0;
  const end = keys + (count << 3);
  for (let at = keys; at < end; at += 8) union |= load<u32>(at, 4);
  return union == 0 ? 0 : <u32>ctz(union);
}

/**
 * Decodes whole blocks and appends the postings with `from` ≤ hash ≤ `to` whose document lives on.
 * The new ordinal is the old one plus `base`, or looked up in `ordinalMap` unless that is 0. Returns
 * the new count.
 */
export function decode(
  codec: u32,
  blocks: u32,
  blockCount: u32,
  shift: u32,
  from: u32,
  to: u32,
  ordinalMap: u32,
  base: u32,
  count: u32,
): u32 {
  const start = keys + (count << 3);
  let at = start;
  for (let i: u32 = 0; i < blockCount; i++) {
    const block = blocks + (i << 9);
    const decoded =
      codec == CODEC_EF ? decodeEf(block, shift, at) : decodeStreamVByte(block, shift, at, TABLES);
    // Only at its ends can a block stick out of the range.
    const isInside = load<u32>(at, 4) >= from && load<u32>(decoded - 8, 4) <= to;
    at = isInside
      ? renumber(at, decoded, ordinalMap, base)
      : renumberInRange(at, decoded, from, to, ordinalMap, base);
  }
  return count + ((at - start) >> 3);
}

/** Keeps the keys of `at` … `end` that are in range, then as `renumber`. */
function renumberInRange(
  at: u32,
  end: u32,
  from: u32,
  to: u32,
  ordinalMap: u32,
  base: u32,
): u32 {
  let kept = at;
  for (let key = at; key < end; key += 8) {
    const hash = load<u32>(key, 4);
    if (hash < from || hash > to) continue;
    store<u64>(kept, load<u64>(key));
    kept += 8;
  }
  return renumber(at, kept, ordinalMap, base);
}

/** Gives the keys of `at` … `end` their new ordinals, in place; returns the end of those kept. */
function renumber(at: u32, end: u32, ordinalMap: u32, base: u32): u32 {
  if (ordinalMap == 0) {
    // A 32-bit addition, so that the hash above it is untouched.
    for (let key = at; key < end; key += 8) store<u32>(key, load<u32>(key) + base);
    return end;
  }
  let kept = at;
  for (let key = at; key < end; key += 8) {
    const ordinal = load<u32>(ordinalMap + (load<u32>(key) << 2));
    // Written always, kept only if wanted: no branch that depends on the data.
    store<u64>(kept, (load<u64>(key) & 0xffff_ffff_0000_0000) | ordinal);
    kept += ordinal == DROPPED ? 0 : 8;
  }
  return kept;
}

/**
 * Sorts places `from` … `count` - 1 by (hash, ordinal): a stable radix sort, least significant digit
 * first, over the bits that vary only. `ordinalsAscend` if they do already among equal hashes.
 * Returns 1 if the columns have swapped.
 */
export function sort(from: u32, count: u32, ordinalsAscend: bool): u32 {
  const varying = varyingBits(from, count);
  let swapped: u32 = 0;
  if (!ordinalsAscend) swapped ^= sortBits(varying & 0xffff_ffff, from, count);
  return swapped ^ sortBits(varying & 0xffff_ffff_0000_0000, from, count);
}

function varyingBits(from: u32, count: u32): u64 {
  if (from >= count) return 0;
  const end = keys + (count << 3);
  const first = load<u64>(keys + (from << 3));
  let varying: u64 = 0;
  for (let at = keys + (from << 3); at < end; at += 8) varying |= load<u64>(at) ^ first;
  return varying;
}

/** Sorts by the bits between the lowest and the highest set in `varying`, in digits of equal width. */
function sortBits(varying: u64, from: u32, count: u32): u32 {
  if (varying == 0) return 0;
  const start = <u32>ctz(varying);
  const width: u32 = 64 - <u32>clz(varying) - start;
  const passes: u32 = (width + DIGIT_BITS_MAX - 1) / DIGIT_BITS_MAX;
  const digitBits: u32 = (width + passes - 1) / passes;
  for (let pass: u32 = 0; pass < passes; pass++) {
    scatter(start + pass * digitBits, digitBits, from, count);
    const other = keys;
    keys = otherKeys;
    otherKeys = other;
  }
  return passes & 1;
}

function scatter(shift: u64, digitBits: u32, from: u32, count: u32): void {
  const mask: u32 = (<u32>1 << digitBits) - 1;
  const end = keys + (count << 3);
  const start = keys + (from << 3);
  memory.copy(otherKeys, keys, from << 3);
  memory.fill(COUNTERS, 0, (mask + 1) << 2);
  for (let at = start; at < end; at += 8) {
    const counter = COUNTERS + ((<u32>(load<u64>(at) >> shift) & mask) << 2);
    store<u32>(counter, load<u32>(counter) + 8);
  }
  // Counts become addresses.
  let sum = otherKeys + (from << 3);
  for (let counter = COUNTERS; counter <= COUNTERS + (mask << 2); counter += 4) {
    const size = load<u32>(counter);
    store<u32>(counter, sum);
    sum += size;
  }
  for (let at = start; at < end; at += 8) {
    const key = load<u64>(at);
    const counter = COUNTERS + ((<u32>(key >> shift) & mask) << 2);
    const to = load<u32>(counter);
    store<u32>(counter, to + 8);
    store<u64>(to, key);
  }
}

/** Drops repeated postings of sorted ones. Returns the new count. */
export function dropRepeats(count: u32): u32 {
  if (count == 0) return 0;
  const end = keys + (count << 3);
  let last = load<u64>(keys);
  let kept = keys + 8;
  for (let at = keys + 8; at < end; at += 8) {
    const key = load<u64>(at);
    store<u64>(kept, key);
    kept += key == last ? 0 : 8;
    last = key;
  }
  return (kept - keys) >> 3;
}

/**
 * Packs sorted postings into blocks and their first hashes, and moves what is left to the front:
 * nothing on the last call, else postings that might not fill a block. Returns postings left; the
 * number of blocks is at address 512. A few bytes after the last block are overwritten.
 */
export function encode(
  codec: u32,
  count: u32,
  isLast: bool,
  shift: u32,
  blocks: u32,
  directory: u32,
): u32 {
  let blockCount: u32 = 0;
  let at = keys;
  const end = keys + (count << 3);
  while (at < end) {
    const block = blocks + (blockCount << 9);
    const next =
      codec == CODEC_EF ? encodeEf(at, end, shift, block) : encodeStreamVByte(at, end, shift, block);
    if (!isLast && next + TAIL > end) break;
    store<u32>(directory + (blockCount << 2), load<u32>(at, 4) >> shift);
    at = next;
    blockCount += 1;
  }
  memory.copy(keys, at, end - at);
  store<u32>(BLOCK_COUNT, blockCount);
  return (end - at) >> 3;
}
