// How many hashes have each bit, with SIMD. Its twin is in ../simhash.ts.

import { hashesAt } from './memory';

/** A byte counts so many hashes before it would overflow. */
const BYTE_SUM_ROUNDS: i32 = 255;

/** Simhash of the hashes in memory. */
export function simhash(length: i32): u32 {
  // Byte i of a vector tests bit i mod 8 of byte i / 8, once for each half of the hash.
  const bits = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  const lowBytes = i8x16(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
  const highBytes = i8x16(2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3);
  const half = i32x4.splat(length >> 1);
  let low0 = i32x4.splat(0), low1 = low0, low2 = low0, low3 = low0;
  let high0 = low0, high1 = low0, high2 = low0, high3 = low0;
  let index: i32 = 0;
  while (index < length) {
    let low = i8x16.splat(0);
    let high = low;
    const end = min(length, index + BYTE_SUM_ROUNDS);
    for (; index < end; index++) {
      const hash = v128.load32_splat(hashesAt + (<usize>index << 2));
      // A test that holds gives -1, so counting is subtracting.
      low = i8x16.sub(low, i8x16.eq(v128.and(v128.swizzle(hash, lowBytes), bits), bits));
      high = i8x16.sub(high, i8x16.eq(v128.and(v128.swizzle(hash, highBytes), bits), bits));
    }
    const lowA = i16x8.extend_low_i8x16_u(low), lowB = i16x8.extend_high_i8x16_u(low);
    const highA = i16x8.extend_low_i8x16_u(high), highB = i16x8.extend_high_i8x16_u(high);
    low0 = i32x4.add(low0, i32x4.extend_low_i16x8_u(lowA));
    low1 = i32x4.add(low1, i32x4.extend_high_i16x8_u(lowA));
    low2 = i32x4.add(low2, i32x4.extend_low_i16x8_u(lowB));
    low3 = i32x4.add(low3, i32x4.extend_high_i16x8_u(lowB));
    high0 = i32x4.add(high0, i32x4.extend_low_i16x8_u(highA));
    high1 = i32x4.add(high1, i32x4.extend_high_i16x8_u(highA));
    high2 = i32x4.add(high2, i32x4.extend_low_i16x8_u(highB));
    high3 = i32x4.add(high3, i32x4.extend_high_i16x8_u(highB));
  }
  return (
    majority(low0, half) |
    (majority(low1, half) << 4) |
    (majority(low2, half) << 8) |
    (majority(low3, half) << 12) |
    (majority(high0, half) << 16) |
    (majority(high1, half) << 20) |
    (majority(high2, half) << 24) |
    (majority(high3, half) << 28)
  );
}

function majority(counts: v128, half: v128): u32 {
  return i32x4.bitmask(i32x4.gt_s(counts, half));
}
