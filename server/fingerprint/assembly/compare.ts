// The integer part of acoustid_compare2 with SIMD. Its twin is ../compare-scalar.ts, which explains
// the oddities; the floating-point part is ../compare-score.ts for both.

import {
  KEY_COUNT,
  KEY_SHIFT,
  aPositionsAt,
  bPositionsAt,
  countsAt,
  hashesAt,
  rangesAt,
  resultsAt,
  seenAt,
} from './memory';

const LAST_KEY: i32 = KEY_COUNT - 1;
const RESIDUE_KEY: i32 = LAST_KEY >> 1;
const KEYS_PER_VECTOR: i32 = 8;
/** Offset zero lies in the middle of the votes. */
const COUNT_ORIGIN: i32 = 1 << 16;
/** Bit counts are summed up in bytes, at most 8 each, as long as a byte holds them. */
const BYTE_SUM_ROUNDS: i32 = 31;

let votedOffset: i32 = 0;

/** Measures every candidate (as a) against the query (as b), of which the votes need positions. */
export function measureAll(queryLength: i32, candidateCount: i32, maxOffset: i32): void {
  const query = hashesAt;
  setPositions(bPositionsAt, query, queryLength);
  for (let index = 0; index < candidateCount; index++) {
    const range = rangesAt + (<usize>index << 3);
    const candidate = hashesAt + (<usize>load<u32>(range) << 2);
    measure(candidate, load<i32>(range, 4), query, queryLength, maxOffset, resultsAt + index * 20);
  }
  clearPositions(bPositionsAt, query, queryLength);
}

function measure(
  a: usize,
  aLength: i32,
  b: usize,
  bLength: i32,
  maxOffset: i32,
  result: usize,
): void {
  setPositions(aPositionsAt, a, aLength);
  const residue = load<u16>(aPositionsAt + (RESIDUE_KEY << 1)) >> 8;
  const votes = vote(aLength, bLength, maxOffset);
  clearPositions(aPositionsAt, a, aLength);
  const offset = votedOffset;
  store<i32>(result, votes);
  store<i32>(result, offset, 4);
  if (votes == 0) {
    store<i64>(result, 0, 8);
    store<i32>(result, 0, 16);
    return;
  }
  if (offset < 0) {
    b += <usize>-offset << 2;
    bLength += offset;
  } else {
    a += <usize>offset << 2;
    aLength -= offset;
  }
  store<u8>(seenAt, <u8>residue, LAST_KEY);
  store<i32>(result, countUniqueKeys(a, aLength), 8);
  // Upstream clears one byte too few: what was seen of the last key on a's side stays.
  memory.fill(seenAt, 0, LAST_KEY);
  store<i32>(result, countUniqueKeys(b, bLength), 12);
  memory.fill(seenAt, 0, KEY_COUNT);
  store<i32>(result, countBitErrors(a, b, min(aLength, bLength) & ~1), 16);
}

function setPositions(table: usize, hashes: usize, length: i32): void {
  for (let index = 0; index < length; index++) {
    const key = load<u32>(hashes + (<usize>index << 2)) >> KEY_SHIFT;
    store<u16>(table + (<usize>key << 1), <u16>index);
  }
}

/** Undoes setPositions: cheaper than clearing the table, unless there is more to undo than table. */
function clearPositions(table: usize, hashes: usize, length: i32): void {
  if (length > KEY_COUNT >> 2) {
    memory.fill(table, 0, KEY_COUNT << 1);
    return;
  }
  for (let index = 0; index < length; index++) {
    const key = load<u32>(hashes + (<usize>index << 2)) >> KEY_SHIFT;
    store<u16>(table + (<usize>key << 1), 0);
  }
}

/** Returns the count of the winning offset, which it leaves in `votedOffset`. */
function vote(aLength: i32, bLength: i32, maxOffset: i32): i32 {
  const zero = i16x8.splat(0);
  let best: i32 = 0;
  votedOffset = 0;
  clearCounts(aLength, bLength, maxOffset);
  for (let first = 0; first < KEY_COUNT; first += KEYS_PER_VECTOR) {
    const place = <usize>first << 1;
    // The lesser of two positions is zero exactly if one of them is.
    const lesser = i16x8.min_u(v128.load(aPositionsAt + place), v128.load(bPositionsAt + place));
    if (!v128.any_true(lesser)) continue;
    let hits = i16x8.bitmask(i16x8.ne(lesser, zero));
    if (first == KEY_COUNT - KEYS_PER_VECTOR) hits &= 0x7f;
    for (; hits != 0; hits &= hits - 1) {
      const key = place + (<usize>ctz(hits) << 1);
      const offset = <i32>load<u16>(aPositionsAt + key) - <i32>load<u16>(bPositionsAt + key);
      if (maxOffset != 0 && abs(offset) > maxOffset) continue;
      const slot = countsAt + (<usize>(COUNT_ORIGIN + offset) << 1);
      const count = <i32>load<u16>(slot) + 1;
      store<u16>(slot, <u16>count);
      if (count > best) {
        best = count;
        votedOffset = offset;
      }
    }
  }
  return best;
}

function clearCounts(aLength: i32, bLength: i32, maxOffset: i32): void {
  const reach = maxOffset == 0 ? COUNT_ORIGIN - 1 : min(max(maxOffset, 0), COUNT_ORIGIN - 1);
  const from = COUNT_ORIGIN - min(reach, bLength);
  const to = COUNT_ORIGIN + min(reach, aLength);
  memory.fill(countsAt + (<usize>from << 1), 0, <usize>(to - from + 1) << 1);
}

function countUniqueKeys(hashes: usize, length: i32): i32 {
  let count: i32 = 0;
  for (let index = 0; index < length; index++) {
    const slot = seenAt + (load<u32>(hashes + (<usize>index << 2)) >> KEY_SHIFT);
    count += i32(load<u8>(slot) == 0);
    store<u8>(slot, 1);
  }
  return count;
}

function countBitErrors(a: usize, b: usize, length: i32): i32 {
  let total = i32x4.splat(0);
  const whole = length & ~3;
  let index: i32 = 0;
  while (index < whole) {
    let bytes = i8x16.splat(0);
    const end = min(whole, index + (BYTE_SUM_ROUNDS << 2));
    for (; index < end; index += 4) {
      const place = <usize>index << 2;
      bytes = i8x16.add(bytes, i8x16.popcnt(v128.xor(v128.load(a + place), v128.load(b + place))));
    }
    total = i32x4.add(
      total,
      i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(bytes)),
    );
  }
  let count =
    i32x4.extract_lane(total, 0) +
    i32x4.extract_lane(total, 1) +
    i32x4.extract_lane(total, 2) +
    i32x4.extract_lane(total, 3);
  for (; index < length; index++) {
    const place = <usize>index << 2;
    count += popcnt(load<i32>(a + place) ^ load<i32>(b + place));
  }
  return count;
}
