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
const KEYS_PER_VECTOR: i32 = 16;
const KEYS_PER_ROUND: i32 = 64;
/** Offset zero lies in the middle of the votes. */
const COUNT_ORIGIN: i32 = 1 << 16;
/** Bit counts are summed up in bytes, at most 8 each, as long as a byte holds them. */
const BYTE_SUM_ROUNDS: i32 = 31;

let votedOffset: i32 = 0;
let stamp: u8 = 0;

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
  // Upstream clears a byte too few: the last key counts as seen on both sides if there was a residue,
  // and on b's side if a has it.
  const lastSlot = seenAt + LAST_KEY;
  const aUniqueCount = countUniqueKeys(a, aLength, nextStamp());
  const aHasLast = load<u8>(lastSlot) == stamp;
  const bUniqueCount = countUniqueKeys(b, bLength, nextStamp());
  const bHasLast = load<u8>(lastSlot) == stamp;
  store<i32>(result, aUniqueCount - i32(aHasLast && residue != 0), 8);
  store<i32>(result, bUniqueCount - i32(bHasLast && (aHasLast || residue != 0)), 12);
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
  let best: i32 = 0;
  votedOffset = 0;
  clearCounts(aLength, bLength, maxOffset);
  // Common keys are sought in rounds as wide as a word, for each end of search is a wrong guess.
  for (let round = 0; round < KEY_COUNT; round += KEYS_PER_ROUND) {
    let hits: u64 = 0;
    for (let key = 0; key < KEYS_PER_ROUND; key += KEYS_PER_VECTOR) {
      hits |= <u64>commonKeys(<usize>(round + key) << 1) << key;
    }
    if (round == KEY_COUNT - KEYS_PER_ROUND) hits &= ~((<u64>1) << (KEYS_PER_ROUND - 1));
    for (; hits != 0; hits &= hits - 1) {
      const key = <usize>(round + <i32>ctz(hits)) << 1;
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

/** A bit for each of sixteen keys, set if both sides have it. */
function commonKeys(place: usize): u32 {
  const zero = i16x8.splat(0);
  const aAt = aPositionsAt + place;
  const bAt = bPositionsAt + place;
  // The lesser of two positions is zero exactly if one of them is.
  const low = i16x8.min_u(v128.load(aAt), v128.load(bAt));
  const high = i16x8.min_u(v128.load(aAt, 16), v128.load(bAt, 16));
  return i8x16.bitmask(i8x16.narrow_i16x8_s(i16x8.ne(low, zero), i16x8.ne(high, zero)));
}

function clearCounts(aLength: i32, bLength: i32, maxOffset: i32): void {
  const reach = maxOffset == 0 ? COUNT_ORIGIN - 1 : min(max(maxOffset, 0), COUNT_ORIGIN - 1);
  const from = COUNT_ORIGIN - min(reach, bLength);
  const to = COUNT_ORIGIN + min(reach, aLength);
  memory.fill(countsAt + (<usize>from << 1), 0, <usize>(to - from + 1) << 1);
}

/** Keys seen are marked with a new stamp each time, so that the table is rarely cleared. */
function nextStamp(): u8 {
  if (stamp == u8.MAX_VALUE) {
    memory.fill(seenAt, 0, KEY_COUNT);
    stamp = 0;
  }
  return ++stamp;
}

function countUniqueKeys(hashes: usize, length: i32, mark: u8): i32 {
  let count: i32 = 0;
  const end = hashes + (<usize>length << 2);
  for (; hashes < end; hashes += 4) {
    const slot = seenAt + (load<u32>(hashes) >> KEY_SHIFT);
    count += i32(load<u8>(slot) != mark);
    store<u8>(slot, mark);
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
