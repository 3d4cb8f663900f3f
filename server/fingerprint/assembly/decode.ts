// The second walk over a compressed fingerprint, without branches: where gaps end is as good as
// random, and guessing it wrong is what costs. Its twin is readHashes in ../codec.ts.

import { bytesAt, hashesAt } from './memory';

const GAP_ESCAPE: u32 = 7;
const HEADER_SIZE_BYTES: usize = 4;
/** Sixteen values of 3 bits are six bytes exactly. */
const VALUES_PER_ROUND: i32 = 16;
const BYTES_PER_ROUND: usize = 6;

/** Reads so many hashes from the bytes in memory, which are known to hold them. */
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
