// Whole `ef` blocks (see ../../block.ts for the grammar) from keys and to keys, a key being a posting
// with the hash in its upper half and the ordinal in its lower.
import {
  bitsAt,
  BLOCK_BITS,
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

/** First stride of the search for a block's size, in postings. */
const STRIDE: u32 = 32;

// What `fit` found out about the block it measured.
let fitCount: u32 = 0;
let fitLeast: u32 = 0;
let fitMost: u32 = 0;

/** Decodes a block to `to`, hashes shifted left by `shift`. Returns where the keys end. */
export function decodeEf(block: u32, shift: u32, to: u32): u32 {
  const first = load<u32>(block);
  const least = load<u32>(block, 4);
  const lowWidth = lowWidthOf(block);
  const idWidth = idWidthOf(block);
  const lowMask = maskOf(lowWidth);
  const idMask = maskOf(idWidth);
  const end = to + (countOf(block) << 3);
  const wordsEnd = HEADER_BITS + (highWordsOf(block) << 6);
  let lowBit = lowBitOf(block);
  let idBit = idBitOf(block);
  let place: u32 = 0;
  for (let bit = HEADER_BITS; bit < wordsEnd; bit += 64) {
    let bits = load<u64>(block + (bit >> 3));
    const base = bit - HEADER_BITS;
    while (bits != 0 && to < end) {
      const high = base + <u32>ctz(bits) - place;
      bits &= bits - 1;
      const hash = first + ((high << lowWidth) | bitsAt(block, lowBit, lowMask));
      store<u64>(to, (<u64>(hash << shift) << 32) | (least + bitsAt(block, idBit, idMask)));
      lowBit += lowWidth;
      idBit += idWidth;
      place += 1;
      to += 8;
    }
  }
  return to;
}

/** Packs keys from `at` on into one block, as many as fit. Returns where the next block begins. */
export function encodeEf(at: u32, end: u32, shift: u32, block: u32): u32 {
  fit(at, (end - at) >> 3, shift);
  write(at, shift, block);
  return at + (fitCount << 3);
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

/** The longest run that fits a block: in long strides first, then in ever shorter ones. */
function fit(at: u32, count: u32, shift: u32): void {
  const first = load<u32>(at, 4) >> shift;
  const limit = min<u32>(count, POSTINGS_MAX);
  let size: u32 = 0;
  // Of two keys at a time; the lanes of the hashes come along for nothing.
  let leasts = i32x4.splat(-1);
  let mosts = i32x4.splat(0);
  for (let stride = STRIDE; stride > 0; ) {
    const tried = min<u32>(size + stride, limit);
    const end = at + (tried << 3);
    let triedLeasts = leasts;
    let triedMosts = mosts;
    for (let key = at + (size << 3); key < end; key += 16) {
      const pair = key + 8 < end ? v128.load(key) : i64x2.splat(load<u64>(key));
      triedLeasts = i32x4.min_u(triedLeasts, pair);
      triedMosts = i32x4.max_u(triedMosts, pair);
    }
    const range = (load<u32>(end - 8, 4) >> shift) - first;
    const lowWidth = lowWidthFor(range, tried);
    const highBits = ((tried + (range >> lowWidth) + 63) >> 6) << 6;
    const width = lowWidth + bitWidth(mostOf(triedMosts) - leastOf(triedLeasts));
    if (HEADER_BITS + highBits + tried * width <= BLOCK_BITS) {
      size = tried;
      leasts = triedLeasts;
      mosts = triedMosts;
      if (size == limit) break;
    } else {
      stride >>= 1;
    }
  }
  fitCount = size;
  fitLeast = leastOf(leasts);
  fitMost = mostOf(mosts);
}

// @ts-ignore: decorator
@inline
function leastOf(keys: v128): u32 {
  return min<u32>(i32x4.extract_lane(keys, 0), i32x4.extract_lane(keys, 2));
}

// @ts-ignore: decorator
@inline
function mostOf(keys: v128): u32 {
  return max<u32>(i32x4.extract_lane(keys, 0), i32x4.extract_lane(keys, 2));
}

function write(keys: u32, shift: u32, block: u32): void {
  const count = fitCount;
  const end = keys + (count << 3);
  const first = load<u32>(keys, 4) >> shift;
  const range = (load<u32>(end - 8, 4) >> shift) - first;
  const lowWidth = lowWidthFor(range, count);
  const idWidth = bitWidth(fitMost - fitLeast);
  const highWords = (count + (range >> lowWidth) + 63) >> 6;
  memory.fill(block, 0, 512);
  store<u32>(block, first);
  store<u32>(block, fitLeast, 4);
  store<u32>(block, count | (highWords << 16) | (lowWidth << 24), 8);
  store<u32>(block, idWidth, 12);
  writeHigh(keys, end, first, shift, lowWidth, block + HEADER_BYTES);
  // Two streams of bits, one directly after the other: what is not a whole byte yet is carried over.
  const lowMask = <u32>maskOf(lowWidth);
  let to = block + HEADER_BYTES + (highWords << 3);
  let held: u64 = 0;
  let heldBits: u32 = 0;
  for (let at = keys; at < end; at += 8) {
    held |= <u64>(((load<u32>(at, 4) >> shift) - first) & lowMask) << heldBits;
    heldBits += lowWidth;
    store<u64>(to, held);
    to += heldBits >> 3;
    held >>= heldBits & ~7;
    heldBits &= 7;
  }
  for (let at = keys; at < end; at += 8) {
    held |= <u64>(load<u32>(at) - fitLeast) << heldBits;
    heldBits += idWidth;
    store<u64>(to, held);
    to += heldBits >> 3;
    held >>= heldBits & ~7;
    heldBits &= 7;
  }
}

/** Sets bit (delta >> lowWidth) + i for key i, a word at a time; words between stay zero. */
function writeHigh(
  keys: u32,
  end: u32,
  first: u32,
  shift: u32,
  lowWidth: u32,
  words: u32,
): void {
  let word: u64 = 0;
  let wordAt = words;
  let place: u32 = 0;
  for (let at = keys; at < end; at += 8) {
    const bit = ((((load<u32>(at, 4) >> shift) - first) >> lowWidth) + place);
    const bitAt = words + ((bit >> 6) << 3);
    if (bitAt != wordAt) {
      store<u64>(wordAt, word);
      word = 0;
      wordAt = bitAt;
    }
    word |= <u64>1 << (bit & 63);
    place += 1;
  }
  store<u64>(wordAt, word);
}
