/**
 * The `ef` block: 512 bytes of postings, sorted by (hash, ordinal), readable at random.
 *
 *   block     := first min count highWords lowWidth idWidth zero[3] high low ids padding
 *   first     := u32 LE   hash of the first posting, shifted right by the segment's hash shift
 *   min       := u32 LE   smallest ordinal in the block
 *   count     := u16 LE   postings, 1 … 3968
 *   highWords := u8       64-bit words of `high`, 1 … 62
 *   lowWidth  := u8       l, bits per posting in `low`, 0 … 31
 *   idWidth   := u8       w, bits per posting in `ids`, 0 … 32
 *   high      := u64 LE × highWords     bit (delta >> l) + i is set for posting i, where
 *                                       delta = shifted hash - first
 *   low       := count × l bits         delta & (2^l - 1), least significant bit first
 *   ids       := count × w bits         ordinal - min, directly after `low`, not byte-aligned
 *   padding   := zero bits up to 512 bytes
 *
 * `high` with `low` is an Elias-Fano sequence (Vigna, "Quasi-succinct indices", 2013): l is
 * floor(log2((last - first) / count)), so a posting's hash costs about l + 2 bits. An ordinal is a
 * document's place in its segment's document table, which is dense where ids need not be.
 * A hash that fills many blocks starts each further one with delta 0.
 *
 * Example: hashes 8, 8, 13 (shift 0) with ordinals 4, 6, 5: first 8, min 4, count 3, l = 0, w = 2,
 * high = bits 0, 1 and 7 = 0x83, ids = 0, 2, 1 = bits 00 01 10 read from the left = 0x18:
 *
 *   08000000 04000000 0300 01 00 02 000000 | 8300000000000000 | 18 | 00 …
 *
 * Good for: one hash in a block found by popcount, without decoding the rest. Not for: a scan of all
 * postings, where byte-aligned codes are faster.
 */
export const BLOCK_SIZE_BYTES = 512;

/**
 * How the blocks of a segment are packed: `ef` as above, or `streamvbyte`, upstream's block
 * (upstream/streamvbyte.ts) with ordinals in place of ids and 0 as the lowest of them.
 */
export type Codec = 'ef' | 'streamvbyte';

/** As files and kernels have them. */
export const CODEC_NUMBERS: Readonly<Record<Codec, number>> = { ef: 1, streamvbyte: 2 };

export const isCodec = (text: string): text is Codec => Object.hasOwn(CODEC_NUMBERS, text);

export const WORDS_PER_BLOCK = BLOCK_SIZE_BYTES / 4;
const BLOCK_HEADER_SIZE_BYTES = 16;
export const BLOCK_BITS = BLOCK_SIZE_BYTES * 8;
export const BLOCK_HEADER_BITS = BLOCK_HEADER_SIZE_BYTES * 8;
export const POSTINGS_PER_BLOCK_MAX = ((BLOCK_SIZE_BYTES - BLOCK_HEADER_SIZE_BYTES) / 8) * 64;

/** What 64-bit reads of the last bits of a block may run past its end; zeros, after the last block. */
export const BLOCK_GUARD_SIZE_BYTES = 64;

/** Bits to write `value`: 0 for 0. */
export function bitWidth(value: number): number {
  return 32 - Math.clz32(value);
}

/** l for `count` values that spread over `range` (last - first). */
export function lowWidthOf(range: number, count: number): number {
  const mean = Math.floor(range / count);
  return mean === 0 ? 0 : 31 - Math.clz32(mean);
}

/** Bits a block of these postings takes, header included. Fits if ≤ BLOCK_BITS. */
export function blockBits(count: number, range: number, idWidth: number): number {
  const lowWidth = lowWidthOf(range, count);
  const highWords = Math.ceil((count + (range >>> lowWidth)) / 64);
  return BLOCK_HEADER_BITS + highWords * 64 + count * (lowWidth + idWidth);
}
