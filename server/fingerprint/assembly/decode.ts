// The two walks over a compressed fingerprint, without branches: where gaps end is as good as random,
// and guessing it wrong is what costs. Their twin is ../read-hashes.ts.

import { bytesAt, hashesAt } from './memory';

const GAP_ESCAPE: u32 = 7;
const HEADER_SIZE_BYTES: usize = 4;
/** Sixteen values of 3 bits are six bytes exactly. */
const VALUES_PER_ROUND: i32 = 16;
const BYTES_PER_ROUND: usize = 6;

/** The lowest bit of each value of a round. */
const LOWEST_BITS: u64 = 0x249249249249;

/**
 * Finds where the exceptions begin; 0 if the bytes do not hold so many hashes, and past their end if
 * the exceptions do not fit.
 */
export function scanHashes(byteLength: i32, count: i32): i32 {
  const available = ((byteLength - <i32>HEADER_SIZE_BYTES) * 8) / 3;
  let zeroCount: i32 = 0;
  let escapeCount: i32 = 0;
  let group: i32 = 0;
  let round = bytesAt + HEADER_SIZE_BYTES;
  // As long as the last terminator is not among them. With a count of 0 none is the last.
  for (; group + VALUES_PER_ROUND <= available; group += VALUES_PER_ROUND) {
    const values = load<u64>(round);
    const zeroes =
      VALUES_PER_ROUND - <i32>popcnt((values | (values >> 1) | (values >> 2)) & LOWEST_BITS);
    if (count > 0 && zeroCount + zeroes >= count) break;
    zeroCount += zeroes;
    escapeCount += <i32>popcnt(values & (values >> 1) & (values >> 2) & LOWEST_BITS);
    round += BYTES_PER_ROUND;
  }
  while (group < available) {
    const bit = group * 3;
    const place = bytesAt + HEADER_SIZE_BYTES + <usize>(bit >> 3);
    const value = (<u32>load<u16>(place) >> (bit & 7)) & 7;
    group++;
    if (value == GAP_ESCAPE) escapeCount++;
    else if (value == 0 && ++zeroCount == count) break;
  }
  if (zeroCount != count) return 0;
  const exceptionStart = <i32>HEADER_SIZE_BYTES + ((3 * group + 7) >> 3);
  const end = exceptionStart + ((5 * escapeCount + 7) >> 3);
  return end > byteLength ? i32.MAX_VALUE : exceptionStart;
}

/** Reads so many hashes from the bytes in memory, which scanHashes has found to hold them. */
export function readHashes(exceptionStart: i32, count: i32): void {
  const end = hashesAt + (<usize>count << 2);
  let out = hashesAt;
  let normal = bytesAt + HEADER_SIZE_BYTES;
  let exceptionBit: u32 = exceptionStart << 3;
  let hash: u32 = 0;
  let position: u32 = 0;
  while (out < end) {
    let values = load<u64>(normal);
    normal += BYTES_PER_ROUND;
    // What a round reads and writes beyond the last hash falls into the margins of the memory.
    for (let left = VALUES_PER_ROUND; left > 0; left--) {
      const gap = <u32>values & 7;
      values >>= 3;
      store<u32>(out, hash);
      const terminates = gap == 0;
      const escapes = u32(gap == GAP_ESCAPE);
      const exception = load<u16>(bytesAt + (exceptionBit >> 3)) >> <u16>(exceptionBit & 7);
      exceptionBit += 5 * escapes;
      position += gap + (<u32>exception & (31 * escapes));
      // Malformed input can leave the 32 bits; the shift wraps, as the processor's does upstream.
      hash ^= select<u32>(0, 1 << (position - 1), terminates);
      position = select<u32>(0, position, terminates);
      out += <usize>u32(terminates) << 2;
    }
  }
}
