// The `ef` block (see ../../block.ts for the grammar), read where it lies. Addresses are bytes;
// bit offsets count from the block's first byte. Reads of 64 bits may run into the next block or
// the guard.

export const BLOCK_SHIFT: u32 = 9;
export const BLOCK_BITS: u32 = 4096;
export const HEADER_BYTES: u32 = 16;
export const HEADER_BITS: u32 = 128;
export const POSTINGS_MAX: u32 = 3968;

// @ts-ignore: decorator
@inline
export function countOf(block: u32): u32 {
  return load<u16>(block, 8);
}

// @ts-ignore: decorator
@inline
export function highWordsOf(block: u32): u32 {
  return load<u8>(block, 10);
}

// @ts-ignore: decorator
@inline
export function lowWidthOf(block: u32): u32 {
  return load<u8>(block, 11);
}

// @ts-ignore: decorator
@inline
export function idWidthOf(block: u32): u32 {
  return load<u8>(block, 12);
}

// @ts-ignore: decorator
@inline
export function lowBitOf(block: u32): u32 {
  return HEADER_BITS + (highWordsOf(block) << 6);
}

// @ts-ignore: decorator
@inline
export function idBitOf(block: u32): u32 {
  return lowBitOf(block) + countOf(block) * lowWidthOf(block);
}

/** `width` ≤ 32 bits at a bit offset. */
// @ts-ignore: decorator
@inline
export function bitsAt(block: u32, bit: u32, mask: u64): u32 {
  return <u32>((load<u64>(block + (bit >> 3)) >> (bit & 7)) & mask);
}

// @ts-ignore: decorator
@inline
export function maskOf(width: u32): u64 {
  return (<u64>1 << width) - 1;
}

// @ts-ignore: decorator
@inline
export function ordinalAt(block: u32, place: u32): u32 {
  const width = idWidthOf(block);
  return load<u32>(block, 4) + bitsAt(block, idBitOf(block) + place * width, maskOf(width));
}

/** Bit (0 … 63) of the `rank`-th set bit of a word, counting from 1. */
function select(word: u64, rank: u32): u32 {
  let position: u32 = 0;
  let count = <u32>popcnt(word & 0xffff_ffff);
  if (rank > count) {
    rank -= count;
    word >>= 32;
    position = 32;
  }
  count = <u32>popcnt(word & 0xffff);
  if (rank > count) {
    rank -= count;
    word >>= 16;
    position += 16;
  }
  count = <u32>popcnt(word & 0xff);
  if (rank > count) {
    rank -= count;
    word >>= 8;
    position += 8;
  }
  while (--rank > 0) word &= word - 1;
  return position + <u32>ctz(word);
}

/** The bit just after the `zeros`-th zero of `high`, or -1 when there are not that many. */
function afterZeros(block: u32, zeros: u32): i32 {
  if (zeros == 0) return 0;
  const end = block + HEADER_BYTES + (highWordsOf(block) << 3);
  let bit: u32 = 0;
  for (let at = block + HEADER_BYTES; at < end; at += 8) {
    const free = ~load<u64>(at);
    const count = <u32>popcnt(free);
    if (count >= zeros) return <i32>(bit + select(free, zeros) + 1);
    zeros -= count;
    bit += 64;
  }
  return -1;
}

/**
 * The postings of a shifted hash: first place in the upper half, place after the last in the lower.
 * Equal halves mean there is none.
 */
export function findRun(block: u32, hash: u32): u64 {
  const first = load<u32>(block);
  if (hash < first) return 0;
  const delta = hash - first;
  const lowWidth = lowWidthOf(block);
  const high = delta >> lowWidth;
  const start = afterZeros(block, high);
  if (start < 0) return 0;
  const count = countOf(block);
  let bit = <u32>start;
  let from = bit - high;
  let to = from;
  const lowMask = maskOf(lowWidth);
  const low = delta & <u32>lowMask;
  const lowBit = lowBitOf(block);
  while (to < count) {
    if (((load<u8>(block + HEADER_BYTES + (bit >> 3)) >> <u8>(bit & 7)) & 1) == 0) break;
    if (lowWidth > 0) {
      const found = bitsAt(block, lowBit + to * lowWidth, lowMask);
      if (found > low) break;
      if (found < low) from = to + 1;
    }
    to += 1;
    bit += 1;
  }
  return (<u64>from << 32) | to;
}
