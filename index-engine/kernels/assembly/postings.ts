// Making segments: decoding blocks for a merge, sorting postings, encoding blocks. The twins are
// ../../block-reader.ts, ../../posting-sort.ts and ../../block-writer.ts, and bytes come out the same.
// The caller lays memory out; nothing is allocated here.
import {
  BLOCK_BITS,
  BLOCK_SHIFT,
  bitsAt,
  countOf,
  HEADER_BITS,
  HEADER_BYTES,
  highWordsOf,
  idBitOf,
  idWidthOf,
  lowBitOf,
  lowWidthOf,
  maskOf,
  POSTINGS_MAX,
} from './block';

const DROPPED: u32 = 0xffff_ffff;
const DIGIT_BITS: u32 = 11;
const DIGIT_COUNT: u32 = 2048;
const STRIDE: u32 = 16;

/** Where `sort` counts digits: 8 KiB. */
const COUNTERS: u32 = 1024;

// Postings are in one pair of columns; a sorting pass writes to the other, and they swap.
let hashes: u32 = 0;
let ordinals: u32 = 0;
let otherHashes: u32 = 0;
let otherOrdinals: u32 = 0;
let fromHash: u32 = 0;
let toHash: u32 = 0;
let widen: u32 = 0;

/** Sets where the columns are; each needs room for one posting more than it will hold. */
export function setColumns(h: u32, o: u32, otherH: u32, otherO: u32): void {
  hashes = h;
  ordinals = o;
  otherHashes = otherH;
  otherOrdinals = otherO;
}

/** Sets what `decode` keeps: fromHash ≤ shifted hash ≤ toHash, shifted left by `widenBy` then. */
export function setRange(from: u32, to: u32, widenBy: u32): void {
  fromHash = from;
  toHash = to;
  widen = widenBy;
}

/**
 * Decodes blocks and appends the postings in range whose document lives on, renumbered through
 * `ordinalMap`. Returns the new count.
 */
export function decode(blocks: u32, blockCount: u32, ordinalMap: u32, count: u32): u32 {
  for (let i: u32 = 0; i < blockCount; i++) {
    const block = blocks + (i << BLOCK_SHIFT);
    const first = load<u32>(block);
    const min = load<u32>(block, 4);
    const size = countOf(block);
    const lowWidth = lowWidthOf(block);
    const idWidth = idWidthOf(block);
    const lowMask = maskOf(lowWidth);
    const idMask = maskOf(idWidth);
    const words = highWordsOf(block);
    let lowBit = lowBitOf(block);
    let idBit = idBitOf(block);
    let place: u32 = 0;
    for (let word: u32 = 0; word < words; word++) {
      let bits = load<u64>(block + HEADER_BYTES + (word << 3));
      while (bits != 0 && place < size) {
        const high = (word << 6) + <u32>ctz(bits) - place;
        bits &= bits - 1;
        const hash = first + ((high << lowWidth) | bitsAt(block, lowBit, lowMask));
        const old = min + bitsAt(block, idBit, idMask);
        lowBit += lowWidth;
        idBit += idWidth;
        place += 1;
        const ordinal = load<u32>(ordinalMap + (old << 2));
        // Written always, counted only if wanted: the branch would be a coin toss at slice ends.
        store<u32>(hashes + (count << 2), hash << widen);
        store<u32>(ordinals + (count << 2), ordinal);
        count += u32(ordinal != DROPPED) & u32(hash >= fromHash) & u32(hash <= toHash);
      }
    }
  }
  return count;
}

/**
 * Sorts places `from` … `count` - 1 by (hash, ordinal), stable, least significant digit first, over
 * the bits that vary only. Returns 1 if the columns have swapped.
 */
export function sort(from: u32, count: u32, ordinalsAscend: bool): u32 {
  let swapped: u32 = 0;
  for (let column: u32 = ordinalsAscend ? 1 : 0; column < 2; column++) {
    const varying = varyingBits((column == 0 ? ordinals : hashes) + (from << 2), count - from);
    const end: u32 = 32 - <u32>clz(varying);
    for (let shift: u32 = varying == 0 ? end : <u32>ctz(varying); shift < end; shift += DIGIT_BITS) {
      scatter(column == 0 ? ordinals : hashes, shift, from, count);
      swapColumns();
      swapped ^= 1;
    }
  }
  return swapped;
}

function swapColumns(): void {
  let other = hashes;
  hashes = otherHashes;
  otherHashes = other;
  other = ordinals;
  ordinals = otherOrdinals;
  otherOrdinals = other;
}

function varyingBits(keys: u32, count: u32): u32 {
  if (count == 0) return 0;
  const first = load<u32>(keys);
  let varying: u32 = 0;
  for (let at = keys; at < keys + (count << 2); at += 4) varying |= load<u32>(at) ^ first;
  return varying;
}

function scatter(keys: u32, shift: u32, from: u32, count: u32): void {
  memory.copy(otherHashes, hashes, from << 2);
  memory.copy(otherOrdinals, ordinals, from << 2);
  memory.fill(COUNTERS, 0, DIGIT_COUNT << 2);
  for (let i = from; i < count; i++) {
    const at = COUNTERS + (((load<u32>(keys + (i << 2)) >> shift) & (DIGIT_COUNT - 1)) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  let sum = from;
  for (let digit: u32 = 0; digit < DIGIT_COUNT; digit++) {
    const at = COUNTERS + (digit << 2);
    const size = load<u32>(at);
    store<u32>(at, sum);
    sum += size;
  }
  for (let i = from; i < count; i++) {
    const place = i << 2;
    const at = COUNTERS + (((load<u32>(keys + place) >> shift) & (DIGIT_COUNT - 1)) << 2);
    const to = load<u32>(at);
    store<u32>(at, to + 1);
    store<u32>(otherHashes + (to << 2), load<u32>(hashes + place));
    store<u32>(otherOrdinals + (to << 2), load<u32>(ordinals + place));
  }
}

/** Shifts out the trailing zero bits all hashes share. Returns how many. */
export function dropCommonZeros(count: u32): u32 {
  let union: u32 = 0;
  for (let at = hashes; at < hashes + (count << 2); at += 4) union |= load<u32>(at);
  if (union == 0) return 0;
  const shift = <u32>ctz(union);
  if (shift == 0) return 0;
  for (let at = hashes; at < hashes + (count << 2); at += 4) {
    store<u32>(at, load<u32>(at) >> shift);
  }
  return shift;
}

/** Drops repeated (hash, ordinal) pairs of sorted postings. Returns the new count. */
export function dropRepeats(count: u32): u32 {
  if (count == 0) return 0;
  let kept: u32 = 1;
  for (let i: u32 = 1; i < count; i++) {
    const hash = load<u32>(hashes + (i << 2));
    const ordinal = load<u32>(ordinals + (i << 2));
    const last = (kept - 1) << 2;
    store<u32>(hashes + (kept << 2), hash);
    store<u32>(ordinals + (kept << 2), ordinal);
    kept += u32(load<u32>(hashes + last) != hash) | u32(load<u32>(ordinals + last) != ordinal);
  }
  return kept;
}

/**
 * Packs sorted postings into blocks and their first hashes, and moves what is left to the front:
 * nothing on the last call, else postings that might not fill a block. Returns postings left; the
 * number of blocks is at address 512. Eight bytes after the last block are overwritten.
 */
export function encode(count: u32, isLast: bool, blocks: u32, directory: u32): u32 {
  let blockCount: u32 = 0;
  let from: u32 = 0;
  while (from < count) {
    const size = postingsThatFit(from, count);
    if (!isLast && from + size + STRIDE > count) break;
    store<u32>(directory + (blockCount << 2), load<u32>(hashes + (from << 2)));
    writeBlock(blocks + (blockCount << BLOCK_SHIFT), from, size);
    from += size;
    blockCount += 1;
  }
  memory.copy(hashes, hashes + (from << 2), (count - from) << 2);
  memory.copy(ordinals, ordinals + (from << 2), (count - from) << 2);
  store<u32>(512, blockCount);
  return count - from;
}

// @ts-ignore: decorator
@inline
function bitWidth(value: u32): u32 {
  return 32 - <u32>clz(value);
}

// @ts-ignore: decorator
@inline
function lowWidthFor(range: u32, count: u32): u32 {
  const mean = range / count;
  return mean == 0 ? 0 : 31 - <u32>clz(mean);
}

function postingsThatFit(from: u32, count: u32): u32 {
  const first = load<u32>(hashes + (from << 2));
  const limit = min<u32>(count - from, POSTINGS_MAX);
  let size: u32 = 0;
  let least: u32 = 0xffff_ffff;
  let most: u32 = 0;
  let stride = STRIDE;
  while (stride > 0) {
    const tried = min<u32>(size + stride, limit);
    let triedLeast = least;
    let triedMost = most;
    for (let i = from + size; i < from + tried; i++) {
      const ordinal = load<u32>(ordinals + (i << 2));
      triedLeast = min<u32>(triedLeast, ordinal);
      triedMost = max<u32>(triedMost, ordinal);
    }
    const range = load<u32>(hashes + ((from + tried - 1) << 2)) - first;
    const lowWidth = lowWidthFor(range, tried);
    const highBits = ((tried + (range >> lowWidth) + 63) >> 6) << 6;
    const width = lowWidth + bitWidth(triedMost - triedLeast);
    if (HEADER_BITS + highBits + tried * width <= BLOCK_BITS) {
      size = tried;
      least = triedLeast;
      most = triedMost;
      if (size == limit) break;
    } else {
      stride = stride == 1 ? 0 : 1;
    }
  }
  return size;
}

function writeBlock(block: u32, from: u32, count: u32): void {
  memory.fill(block, 0, 512);
  const first = load<u32>(hashes + (from << 2));
  const range = load<u32>(hashes + ((from + count - 1) << 2)) - first;
  let least: u32 = 0xffff_ffff;
  let most: u32 = 0;
  for (let i = from; i < from + count; i++) {
    const ordinal = load<u32>(ordinals + (i << 2));
    least = min<u32>(least, ordinal);
    most = max<u32>(most, ordinal);
  }
  const lowWidth = lowWidthFor(range, count);
  const idWidth = bitWidth(most - least);
  const highWords = (count + (range >> lowWidth) + 63) >> 6;
  store<u32>(block, first);
  store<u32>(block, least, 4);
  store<u32>(block, count | (highWords << 16) | (lowWidth << 24), 8);
  store<u32>(block, idWidth, 12);
  const lowMask = <u32>maskOf(lowWidth);
  let lowBit = HEADER_BITS + (highWords << 6);
  let idBit = lowBit + count * lowWidth;
  for (let i: u32 = 0; i < count; i++) {
    const delta = load<u32>(hashes + ((from + i) << 2)) - first;
    const highBit = HEADER_BITS + (delta >> lowWidth) + i;
    const at = block + (highBit >> 3);
    store<u8>(at, load<u8>(at) | (<u8>1 << <u8>(highBit & 7)));
    putBits(block, lowBit, delta & lowMask);
    putBits(block, idBit, load<u32>(ordinals + ((from + i) << 2)) - least);
    lowBit += lowWidth;
    idBit += idWidth;
  }
}

/** Sets bits in zeroed memory. Eight bytes from there on must be the caller's. */
// @ts-ignore: decorator
@inline
function putBits(block: u32, bit: u32, value: u32): void {
  const at = block + (bit >> 3);
  store<u64>(at, load<u64>(at) | (<u64>value << (bit & 7)));
}
