import {
  bitWidth,
  BLOCK_BITS,
  BLOCK_HEADER_BITS,
  blockBits,
  lowWidthOf,
  POSTINGS_PER_BLOCK_MAX,
  WORDS_PER_BLOCK,
} from './block.ts';

// NOTE: `as number` in this file follows index arithmetic that stays inside the arrays by
// construction; a check per posting would only be there for the compiler.

/** How many postings are tried at once, before the exact end is sought in ever shorter strides. */
const STRIDE = 32;
/** A block that ends this close to the last posting might not be full. */
const TAIL = 32;

/** Sorted postings in two columns. */
export interface Postings {
  readonly hashes: Uint32Array;
  readonly ordinals: Uint32Array;
  readonly count: number;
}

/**
 * Packs sorted postings into `ef` blocks as full as they get. Returns the blocks and the directory
 * (first hash of each). `isLast` false leaves a tail that might still fill up; `used` says how many
 * postings went in, and the caller passes the rest again in front of the next ones.
 */
export function encodeBlocks(
  postings: Postings,
  hashShift: number,
  isLast: boolean,
): { blocks: Uint32Array; directory: Uint32Array; used: number } {
  const { count } = postings;
  const shifted = { ...postings, hashes: postings.hashes.map((hash) => hash >>> hashShift) };
  // No block but the last holds fewer postings than fit at the widest widths.
  const postingsMin = Math.floor((BLOCK_BITS - BLOCK_HEADER_BITS) / 70);
  const blockCountMax = Math.ceil(count / postingsMin) + 1;
  const blocks = new Uint32Array(blockCountMax * WORDS_PER_BLOCK);
  const directory = new Uint32Array(blockCountMax);
  let blockCount = 0;
  let from = 0;
  while (from < count) {
    const size = postingsThatFit(shifted, from);
    if (!isLast && from + size + TAIL > count) break;
    directory[blockCount] = shifted.hashes[from] as number;
    writeBlock(blocks, blockCount * WORDS_PER_BLOCK, shifted, { from, to: from + size });
    from += size;
    blockCount += 1;
  }
  return {
    blocks: blocks.subarray(0, blockCount * WORDS_PER_BLOCK),
    directory: directory.subarray(0, blockCount),
    used: from,
  };
}

/** The longest run from `from` that fits one block. */
function postingsThatFit(postings: Postings, from: number): number {
  const { hashes, ordinals, count } = postings;
  const first = hashes[from] as number;
  const limit = Math.min(count - from, POSTINGS_PER_BLOCK_MAX);
  let size = 0;
  let min = 0xffff_ffff;
  let max = 0;
  for (let stride = STRIDE; stride > 0;) {
    const tried = Math.min(size + stride, limit);
    let triedMin = min;
    let triedMax = max;
    for (let i = from + size; i < from + tried; i++) {
      const ordinal = ordinals[i] as number;
      if (ordinal < triedMin) triedMin = ordinal;
      if (ordinal > triedMax) triedMax = ordinal;
    }
    const range = (hashes[from + tried - 1] as number) - first;
    const fits = blockBits(tried, range, bitWidth(triedMax - triedMin)) <= BLOCK_BITS;
    if (fits) {
      size = tried;
      min = triedMin;
      max = triedMax;
      if (size === limit) break;
    } else {
      stride >>= 1;
    }
  }
  return size;
}

function writeBlock(
  blocks: Uint32Array,
  base: number,
  { hashes, ordinals }: Postings,
  { from, to }: { from: number; to: number },
): void {
  const count = to - from;
  const first = hashes[from] as number;
  const range = (hashes[to - 1] as number) - first;
  let min = 0xffff_ffff;
  let max = 0;
  for (let i = from; i < to; i++) {
    const ordinal = ordinals[i] as number;
    if (ordinal < min) min = ordinal;
    if (ordinal > max) max = ordinal;
  }
  const lowWidth = lowWidthOf(range, count);
  const idWidth = bitWidth(max - min);
  const highWords = Math.ceil((count + (range >>> lowWidth)) / 64);
  blocks[base] = first;
  blocks[base + 1] = min;
  blocks[base + 2] = count | (highWords << 16) | (lowWidth << 24);
  blocks[base + 3] = idWidth;
  const lowMask = (1 << lowWidth) - 1;
  const lowBit = BLOCK_HEADER_BITS + highWords * 64;
  const idBit = lowBit + count * lowWidth;
  for (let i = 0; i < count; i++) {
    const delta = (hashes[from + i] as number) - first;
    const highBit = BLOCK_HEADER_BITS + (delta >>> lowWidth) + i;
    const at = base + (highBit >>> 5);
    blocks[at] = (blocks[at] as number) | (1 << (highBit & 31));
    putBits(blocks, base, lowBit + i * lowWidth, delta & lowMask);
    putBits(blocks, base, idBit + i * idWidth, (ordinals[from + i] as number) - min);
  }
}

/** Sets the bits of `value` at a bit offset; what lies there must still be zero. */
function putBits(blocks: Uint32Array, base: number, bit: number, value: number): void {
  if (value === 0) return;
  const at = base + (bit >>> 5);
  const shift = bit & 31;
  blocks[at] = (blocks[at] as number) | (value << shift);
  if (shift > 0) {
    const carried = value >>> (32 - shift);
    if (carried !== 0) blocks[at + 1] = (blocks[at + 1] as number) | carried;
  }
}
