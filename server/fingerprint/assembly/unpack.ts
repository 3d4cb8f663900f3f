// The lanes of packed format 1. Its twin is ../read-runs.ts, which tells what is what; the tables are
// those of ../packed-code.ts, put here by ../kernel-wasm.ts.
//
// Both parts are read in turns, step by step, so that one's waiting is the other's work. A part that
// is done goes on reading its own beginning, idling, until the other is done as well: cheaper than
// asking in every step whether it should.

import { bytesAt, decodingTableAt, hashesAt, startsAt, transitionsAt } from './memory';

const LANE_COUNT: u32 = 16;
const SECOND_PART_LANE: u32 = 7;
/** In bytes of hashes, as all positions here. */
const RUN_LENGTH_MAX: u32 = 12 * 4;
const CODE_MASK: u32 = 511;
const LONGER_BITS_MAX: u32 = 16;
/** How much longer a run was, and how many bits said so. */
let longerBits: u32 = 0;

/** Reads the parts in memory, one behind the other; says whether they ended in their last bytes. */
export function readRuns(firstLength: u32, secondLength: u32, first: u32, count: u32): bool {
  memory.fill(hashesAt, 0, <usize>count << 2);
  const end = hashesAt + (<usize>count << 2);
  // Bits are addressed as bytes are, eight times as many. Where a lane begins past its part's end,
  // it is not read, and one lane cannot get out of the memory.
  const aFrom = <u32>bytesAt << 3;
  const bFrom = (<u32>bytesAt + firstLength) << 3;
  const aEnd = bFrom;
  const bEnd = bFrom + (secondLength << 3);
  let aBit = aFrom, bBit = bFrom;
  let aSlot = hashesAt, bSlot = hashesAt;
  let aLane: u32 = 0, bLane: u32 = SECOND_PART_LANE;
  let aStep = startOf(aLane, first), bStep = startOf(bLane, first);
  while (true) {
    const aEntry = entryOf(aStep, aBit);
    aBit += aEntry & 63;
    aSlot += aEntry >> 8;
    if (aEntry >> 8 > RUN_LENGTH_MAX) {
      aSlot += longerOf(aBit);
      aBit += longerBits;
    }
    if (aSlot < end) {
      const transition = transitionOf(aStep, aEntry);
      store<u32>(aSlot, load<u32>(aSlot) ^ <u32>transition);
      aStep = <u32>(transition >> 32);
    } else {
      aSlot = hashesAt;
      aLane++;
      if (aLane >= SECOND_PART_LANE) {
        if (aLane == SECOND_PART_LANE && !isWithin(aEnd, aBit)) return false;
        if (bLane >= LANE_COUNT) break;
        aBit = aFrom;
        aStep = startOf(LANE_COUNT, 0);
      } else {
        if (aBit > aEnd) return false;
        aStep = startOf(aLane, first);
      }
    }

    const bEntry = entryOf(bStep, bBit);
    bBit += bEntry & 63;
    bSlot += bEntry >> 8;
    if (bEntry >> 8 > RUN_LENGTH_MAX) {
      bSlot += longerOf(bBit);
      bBit += longerBits;
    }
    if (bSlot < end) {
      const transition = transitionOf(bStep, bEntry);
      store<u32>(bSlot, load<u32>(bSlot) ^ <u32>transition);
      bStep = <u32>(transition >> 32);
    } else {
      bSlot = hashesAt;
      bLane++;
      if (bLane >= LANE_COUNT) {
        if (bLane == LANE_COUNT && !isWithin(bEnd, bBit)) return false;
        if (aLane >= SECOND_PART_LANE) break;
        bBit = bFrom;
        bStep = startOf(LANE_COUNT, 0);
      } else {
        if (bBit > bEnd) return false;
        bStep = startOf(bLane, first);
      }
    }
  }
  sumUp(first, end);
  return true;
}

// @ts-ignore: decorator
@inline
function startOf(lane: u32, first: u32): u32 {
  return load<u32>(startsAt + (((lane << 2) | ((first >> (lane << 1)) & 3)) << 2));
}

// @ts-ignore: decorator
@inline
function entryOf(step: u32, bit: u32): u32 {
  const bits = load<u32>(bit >> 3) >> (bit & 7);
  return load<u16>(decodingTableAt + (step & 0xffff) + ((bits & CODE_MASK) << 1));
}

// @ts-ignore: decorator
@inline
function transitionOf(step: u32, entry: u32): u64 {
  return load<u64>(transitionsAt + (step >> 16) + ((entry >> 3) & 24));
}

function longerOf(bit: u32): u32 {
  const bits = load<u64>(bit >> 3) >> (bit & 7);
  const zeroCount = min<u32>(<u32>ctz(bits), LONGER_BITS_MAX);
  const highest = (<u32>1) << zeroCount;
  longerBits = 2 * zeroCount + 1;
  return ((highest | (<u32>(bits >> (zeroCount + 1)) & (highest - 1))) - 1) << 2;
}

/** Whether this is the end of a part but for the bits that fill up its last byte. */
function isWithin(end: u32, bit: u32): bool {
  return (bit + 7) >> 3 == end >> 3;
}

/** Turns what changes into what is. */
function sumUp(first: u32, end: usize): void {
  let hash = first;
  for (let slot = hashesAt; slot < end; slot += 4) {
    hash ^= load<u32>(slot);
    store<u32>(slot, hash);
  }
}
