/**
 * The comparison kernels in plain TypeScript: the oracle of the WebAssembly ones, and what runs
 * where those were not built. Kept as close to the specification (chromaprint.md section 4) as
 * typed arrays allow, accidents of upstream included; speed is the other implementation's task.
 */

const KEY_BITS = 14;
const KEY_COUNT = 1 << KEY_BITS;
const KEY_SHIFT = 32 - KEY_BITS;
/** Upstream walks and clears one entry too few, so the last key is never voted on. */
const LAST_KEY = KEY_COUNT - 1;
/** Table position whose high byte lies where upstream's table of seen keys has its last entry. */
const RESIDUE_KEY = LAST_KEY >>> 1;

export interface Vote {
  /** Positions by which a is ahead of b. */
  readonly offset: number;
  /** Keys that agree on this offset; 0 if none does. */
  readonly count: number;
}

/** Everything acoustid_compare2 computes on its way; all fields are 0 from where it gave up. */
export interface Comparison {
  readonly score: number;
  readonly offset: number;
  readonly voteCount: number;
  /** Aligned positions, an even number. */
  readonly overlap: number;
  readonly minSize: number;
  readonly aUniqueCount: number;
  readonly bUniqueCount: number;
  readonly diversity: number;
  readonly bitErrors: number;
}

interface AlignedPair {
  readonly a: Uint32Array;
  readonly b: Uint32Array;
}

const NO_MATCH: Comparison = {
  score: 0,
  offset: 0,
  voteCount: 0,
  overlap: 0,
  minSize: 0,
  aUniqueCount: 0,
  bUniqueCount: 0,
  diversity: 0,
  bitErrors: 0,
};

/** Scores a against b as acoustid_compare2 does, and tells how; maxOffset 0 means no limit. */
export function explainScalar(a: Uint32Array, b: Uint32Array, maxOffset: number): Comparison {
  if (a.length === 0 || b.length === 0) return NO_MATCH;
  const aPositions = lastPositions(a);
  const bPositions = lastPositions(b);
  const vote = findOffset(aPositions, bPositions, b.length, maxOffset);
  if (vote.count === 0) return NO_MATCH;
  const minSize = Math.min(a.length, b.length) & ~1;
  const aligned = applyOffset(a, b, vote.offset);
  const pairCount = Math.min(aligned.a.length, aligned.b.length) >>> 1;
  const found = { ...NO_MATCH, offset: vote.offset, voteCount: vote.count, minSize };
  if (pairCount === 0 || minSize === 0) return found;
  const [aUniqueCount, bUniqueCount] = countUniqueKeys(aligned, aPositions);
  const diversity = Math.fround(
    Math.min(diversityOf(aUniqueCount, aligned.a), diversityOf(bUniqueCount, aligned.b)),
  );
  const overlap = 2 * pairCount;
  const measured = { ...found, overlap, aUniqueCount, bUniqueCount, diversity };
  if (vote.count < Math.max(aUniqueCount, bUniqueCount) * 0.02) return measured;
  const bitErrors = countBitErrors(aligned.a, aligned.b, overlap);
  const similarity = 1 - (2 * Math.fround(bitErrors)) / (64 * pairCount);
  const plain = Math.max(0, Math.fround((overlap / minSize) * similarity));
  const score = diversity < 1 ? Math.fround(Math.pow(plain, 8 - 7 * diversity)) : plain;
  return { ...measured, bitErrors, score };
}

export function compare2Scalar(a: Uint32Array, b: Uint32Array, maxOffset: number): number {
  return explainScalar(a, b, maxOffset).score;
}

/**
 * Votes for offsets: the histogram part of acoustid_compare2 alone.
 * Position 0 counts as absent, and so does every multiple of 65536, for positions are 16 bits wide.
 */
export function findOffset(
  aPositions: Uint16Array,
  bPositions: Uint16Array,
  bLength: number,
  maxOffset: number,
): Vote {
  // Positions fit 16 bits, so offsets span 2^17 at most however long the fingerprints are.
  const counts = new Uint16Array(1 << 17);
  const zero = Math.min(bLength, 1 << 16);
  let best: Vote = { offset: 0, count: 0 };
  for (let key = 0; key < LAST_KEY; key += 1) {
    const aPosition = aPositions[key] ?? 0;
    const bPosition = bPositions[key] ?? 0;
    if (aPosition === 0 || bPosition === 0) continue;
    const offset = aPosition - bPosition;
    if (maxOffset !== 0 && (offset > maxOffset || offset < -maxOffset)) continue;
    const count = (counts[zero + offset] ?? 0) + 1;
    counts[zero + offset] = count;
    if (count > best.count) best = { offset, count };
  }
  return best;
}

/** Last position of every key, 16 bits wide. */
export function lastPositions(hashes: Uint32Array): Uint16Array {
  const positions = new Uint16Array(KEY_COUNT);
  for (let index = 0; index < hashes.length; index += 1) {
    positions[(hashes[index] ?? 0) >>> KEY_SHIFT] = index;
  }
  return positions;
}

function applyOffset(a: Uint32Array, b: Uint32Array, offset: number): AlignedPair {
  return offset < 0 ? { a, b: b.subarray(-offset) } : { a: a.subarray(offset), b };
}

/**
 * Counts the distinct keys of what is left of each side.
 * Upstream reuses the table of a's positions for this and clears it one byte short, twice: the last
 * key starts out as seen if that byte was not zero, and what a left there holds for b as well.
 */
function countUniqueKeys(pair: AlignedPair, aPositions: Uint16Array): [number, number] {
  const seen = new Uint8Array(KEY_COUNT);
  seen[LAST_KEY] = (aPositions[RESIDUE_KEY] ?? 0) >>> 8;
  const aUniqueCount = markKeys(pair.a, seen);
  seen.fill(0, 0, LAST_KEY);
  return [aUniqueCount, markKeys(pair.b, seen)];
}

function markKeys(hashes: Uint32Array, seen: Uint8Array): number {
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

/** The quotient is rounded to 32 bits, the sum is not: so it is upstream. */
function diversityOf(uniqueCount: number, hashes: Uint32Array): number {
  return Math.min(1, Math.fround((uniqueCount + 10) / hashes.length) + 0.5);
}

/** Number of differing bits in the first `length` positions. */
export function countBitErrors(a: Uint32Array, b: Uint32Array, length: number): number {
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
