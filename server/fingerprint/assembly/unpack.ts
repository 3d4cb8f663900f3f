// The lanes of packed format 1. Its twin is ../read-runs.ts, which tells what is what; the tables are
// those of ../packed-code.ts, put here by ../kernel-wasm.ts.
//
// Both parts are read in turns, step by step, so that one's waiting is the other's work. A part that
// is done goes on reading its own beginning, idling, until the other is done as well: cheaper than
// asking in every step whether it should.

import { bytesAt, decodingTableAt, hashesAt, startsAt, transitionsAt } from './memory';

const LANE_COUNT: u32 = 16;
const SECOND_PART_LANE: u32 = 7;
const CODE_MASK: u64 = 511;

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
  // The bits from before the last code on, and how many that took: so the next window is loaded
  // while the code in this one is looked up.
  let aWindow = windowAt(aBit), bWindow = windowAt(bBit);
  let aTaken: u64 = 0, bTaken: u64 = 0;
  let aSlot = hashesAt, bSlot = hashesAt;
  let aLane: u32 = 0, bLane: u32 = SECOND_PART_LANE;
  let aCodes: u32 = codesOf(aLane, first), bCodes: u32 = codesOf(bLane, first);
  let aRow: u32 = rowOf(aLane, first), bRow: u32 = rowOf(bLane, first);
  while (true) {
    const aCode = <usize>(((aWindow >> aTaken) & CODE_MASK) << 1);
    aWindow = windowAt(aBit);
    const aEntry = <u32>load<u16>(aCodes + aCode, decodingTableAt);
    aTaken = <u64>(aEntry & 15);
    aBit += aEntry & 15;
    aSlot += aEntry >> 8;
    if (aSlot < end) {
      const transition = aRow + ((aEntry >> 1) & 24);
      store<u32>(aSlot, load<u32>(aSlot) ^ load<u32>(transition, transitionsAt));
      aCodes = load<u16>(transition, transitionsAt + 4);
      aRow = load<u16>(transition, transitionsAt + 6);
    } else {
      aSlot = hashesAt;
      aLane++;
      if (aLane >= SECOND_PART_LANE) {
        if (aLane == SECOND_PART_LANE && !isWithin(aEnd, aBit)) return false;
        if (bLane >= LANE_COUNT) break;
        aBit = aFrom;
        aWindow = windowAt(aBit);
        aTaken = 0;
        aCodes = codesOf(LANE_COUNT, 0);
        aRow = rowOf(LANE_COUNT, 0);
      } else {
        if (aBit > aEnd) return false;
        aCodes = codesOf(aLane, first);
        aRow = rowOf(aLane, first);
      }
    }

    const bCode = <usize>(((bWindow >> bTaken) & CODE_MASK) << 1);
    bWindow = windowAt(bBit);
    const bEntry = <u32>load<u16>(bCodes + bCode, decodingTableAt);
    bTaken = <u64>(bEntry & 15);
    bBit += bEntry & 15;
    bSlot += bEntry >> 8;
    if (bSlot < end) {
      const transition = bRow + ((bEntry >> 1) & 24);
      store<u32>(bSlot, load<u32>(bSlot) ^ load<u32>(transition, transitionsAt));
      bCodes = load<u16>(transition, transitionsAt + 4);
      bRow = load<u16>(transition, transitionsAt + 6);
    } else {
      bSlot = hashesAt;
      bLane++;
      if (bLane >= LANE_COUNT) {
        if (bLane == LANE_COUNT && !isWithin(bEnd, bBit)) return false;
        if (aLane >= SECOND_PART_LANE) break;
        bBit = bFrom;
        bWindow = windowAt(bBit);
        bTaken = 0;
        bCodes = codesOf(LANE_COUNT, 0);
        bRow = rowOf(LANE_COUNT, 0);
      } else {
        if (bBit > bEnd) return false;
        bCodes = codesOf(bLane, first);
        bRow = rowOf(bLane, first);
      }
    }
  }
  sumUp(first, end);
  return true;
}

// @ts-ignore: decorator
@inline
function windowAt(bit: u32): u64 {
  return load<u64>(bit >> 3) >> <u64>(bit & 7);
}

/** Where the codes of a lane's first run begin in their table. */
function codesOf(lane: u32, first: u32): u32 {
  return load<u16>(startOf(lane, first), startsAt);
}

/** Where the transitions of a lane's first run begin in their table. */
function rowOf(lane: u32, first: u32): u32 {
  return load<u16>(startOf(lane, first), startsAt + 2);
}

function startOf(lane: u32, first: u32): usize {
  return ((lane << 2) | ((first >> (lane << 1)) & 3)) << 2;
}

/** Whether this is the end of a part but for the bits that fill up its last byte. */
function isWithin(end: u32, bit: u32): bool {
  return (bit + 7) >> 3 == end >> 3;
}

/** Turns what changes into what is, four hashes at a time; a few behind the end are no matter. */
function sumUp(first: u32, end: usize): void {
  const zero = i32x4.splat(0);
  let before = i32x4.splat(first);
  for (let slot = hashesAt; slot < end; slot += 16) {
    let changes = v128.load(slot);
    changes = v128.xor(changes, v128.shuffle<i32>(zero, changes, 0, 4, 5, 6));
    changes = v128.xor(changes, v128.shuffle<i32>(zero, changes, 0, 1, 4, 5));
    const hashes = v128.xor(changes, before);
    v128.store(slot, hashes);
    before = v128.shuffle<i32>(hashes, hashes, 3, 3, 3, 3);
  }
}
