/**
 * The kernels in plain TypeScript: the oracle of the WebAssembly ones, and what runs where those
 * were not built. Kept as close to the specification (chromaprint.md sections 3 and 4) as typed
 * arrays allow, accidents of upstream included; speed is the other implementation's task.
 */
import { MEASUREMENT, MEASUREMENT_SIZE } from './kernel.ts';
import type { FingerprintKernel } from './kernel.ts';
import { readHashes } from './read-hashes.ts';
import { readRuns } from './read-runs.ts';

const BIT_COUNT = 32;
const KEY_BITS = 14;
const KEY_COUNT = 1 << KEY_BITS;
const KEY_SHIFT = BIT_COUNT - KEY_BITS;
/** Upstream walks and clears one entry too few, so the last key is never voted on. */
const LAST_KEY = KEY_COUNT - 1;
/** The position whose high byte lies where upstream's table of seen keys has its last entry. */
const RESIDUE_KEY = LAST_KEY >>> 1;
/** Positions are 16 bits wide, however long a fingerprint is. */
const POSITION_COUNT = 1 << 16;

interface Vote {
  readonly offset: number;
  readonly count: number;
}

interface OffsetBounds {
  readonly aheadMax: number;
  readonly behindMax: number;
  readonly maxOffset: number;
}

export const scalarKernel: FingerprintKernel = {
  kind: 'typescript',
  measure: (query, candidates, maxOffset) => {
    const results = new Int32Array(candidates.length * MEASUREMENT_SIZE);
    for (const [index, candidate] of candidates.entries()) {
      measure(candidate, query, maxOffset, results.subarray(index * MEASUREMENT_SIZE));
    }
    return results;
  },
  simhash: (hashes) => {
    const half = hashes.length >>> 1;
    let result = 0;
    for (let bit = 0; bit < BIT_COUNT; bit += 1) {
      let count = 0;
      for (const hash of hashes) count += (hash >>> bit) & 1;
      if (count > half) result |= 1 << bit;
    }
    return result >>> 0;
  },
  readHashes,
  readRuns,
};

function measure(a: Uint32Array, b: Uint32Array, maxOffset: number, result: Int32Array): void {
  const aPositions = lastPositions(a);
  const vote = findOffset(aPositions, lastPositions(b), {
    aheadMax: Math.min(a.length, POSITION_COUNT),
    behindMax: Math.min(b.length, POSITION_COUNT),
    maxOffset,
  });
  if (vote.count === 0) return;
  const aRest = a.subarray(Math.max(0, vote.offset));
  const bRest = b.subarray(Math.max(0, -vote.offset));
  const seen = new Uint8Array(KEY_COUNT);
  // Upstream reuses the table of a's positions for this and clears it one byte short, twice: the
  // last key starts out as seen if that byte was not zero, and stays as a left it when b's turn comes.
  seen[LAST_KEY] = (aPositions[RESIDUE_KEY] ?? 0) >>> 8;
  result[MEASUREMENT.aUniqueCount] = countUniqueKeys(aRest, seen);
  seen.fill(0, 0, LAST_KEY);
  result[MEASUREMENT.bUniqueCount] = countUniqueKeys(bRest, seen);
  result[MEASUREMENT.voteCount] = vote.count;
  result[MEASUREMENT.offset] = vote.offset;
  result[MEASUREMENT.bitErrors] = countBitErrors(
    aRest,
    bRest,
    Math.min(aRest.length, bRest.length) & ~1,
  );
}

/** Last position of every key, 16 bits wide. */
function lastPositions(hashes: Uint32Array): Uint16Array {
  const positions = new Uint16Array(KEY_COUNT);
  for (let index = 0; index < hashes.length; index += 1) {
    positions[(hashes[index] ?? 0) >>> KEY_SHIFT] = index;
  }
  return positions;
}

/**
 * Lets every key vote for the offset between its positions; the offset that reaches the highest
 * count first wins. Position 0 counts as absent, and so does every multiple of 65536.
 */
function findOffset(aPositions: Uint16Array, bPositions: Uint16Array, bounds: OffsetBounds): Vote {
  const { aheadMax, behindMax, maxOffset } = bounds;
  const counts = new Uint16Array(behindMax + aheadMax + 1);
  let best: Vote = { offset: 0, count: 0 };
  for (let key = 0; key < LAST_KEY; key += 1) {
    const aPosition = aPositions[key] ?? 0;
    const bPosition = bPositions[key] ?? 0;
    if (aPosition === 0 || bPosition === 0) continue;
    const offset = aPosition - bPosition;
    if (maxOffset !== 0 && Math.abs(offset) > maxOffset) continue;
    const count = (counts[behindMax + offset] ?? 0) + 1;
    counts[behindMax + offset] = count;
    if (count > best.count) best = { offset, count };
  }
  return best;
}

function countUniqueKeys(hashes: Uint32Array, seen: Uint8Array): number {
  let count = 0;
  for (const hash of hashes) {
    const key = hash >>> KEY_SHIFT;
    if (seen[key] === 0) {
      seen[key] = 1;
      count += 1;
    }
  }
  return count;
}

function countBitErrors(a: Uint32Array, b: Uint32Array, length: number): number {
  let count = 0;
  for (let index = 0; index < length; index += 1) {
    count += popcount32((a[index] ?? 0) ^ (b[index] ?? 0));
  }
  return count;
}

/** Number of set bits of a 32-bit word. */
export function popcount32(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
