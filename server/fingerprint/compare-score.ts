/** The floating-point part of acoustid_compare2 (chromaprint.md section 4, steps 6 to 10). */
import { MEASUREMENT, MEASUREMENT_SIZE } from './kernel.ts';

/** What acoustid_compare2 found on its way to a score; a person can follow it. */
export interface Comparison {
  readonly score: number;
  /** Positions by which a is ahead of b. */
  readonly offset: number;
  /** Keys that agree on this offset. */
  readonly voteCount: number;
  /** Positions compared, an even number. */
  readonly overlap: number;
  /** The shorter fingerprint's length without its last odd position, the most there could be. */
  readonly overlapMax: number;
  readonly aUniqueCount: number;
  readonly bUniqueCount: number;
  /** Below 1 where hashes repeat so much that agreement says little. */
  readonly diversity: number;
  readonly bitErrors: number;
  /** What made the score 0 before any bits were counted, if anything did. */
  readonly refusal: Refusal | undefined;
}

export type Refusal = 'no key agrees' | 'no overlap' | 'too few keys agree';

const UNIQUE_SHARE_MIN = 0.02;
const KEYS_GRANTED = 10;
const BITS_PER_HASH = 32;

/** Turns the measurement of one candidate into a score, rounding to 32 bits where upstream does. */
export function judge(
  aLength: number,
  bLength: number,
  measurements: Int32Array,
  index: number,
): Comparison {
  const first = index * MEASUREMENT_SIZE;
  const voteCount = measurements[first + MEASUREMENT.voteCount] ?? 0;
  const offset = measurements[first + MEASUREMENT.offset] ?? 0;
  const aUniqueCount = measurements[first + MEASUREMENT.aUniqueCount] ?? 0;
  const bUniqueCount = measurements[first + MEASUREMENT.bUniqueCount] ?? 0;
  const bitErrors = measurements[first + MEASUREMENT.bitErrors] ?? 0;
  const aRest = aLength - Math.max(0, offset);
  const bRest = bLength - Math.max(0, -offset);
  const overlap = voteCount === 0 ? 0 : Math.min(aRest, bRest) & ~1;
  const overlapMax = Math.min(aLength, bLength) & ~1;
  const refusal = refusalOf(voteCount, overlap, Math.max(aUniqueCount, bUniqueCount));
  const diversity =
    overlap === 0
      ? 1
      : Math.fround(Math.min(diversityOf(aUniqueCount, aRest), diversityOf(bUniqueCount, bRest)));
  const score =
    refusal === undefined ? scoreOf(bitErrors, overlap, overlap / overlapMax, diversity) : 0;
  // One literal: lookups do this for every candidate, and copying objects costs more than comparing.
  return {
    score,
    offset,
    voteCount,
    overlap,
    overlapMax,
    aUniqueCount,
    bUniqueCount,
    diversity,
    bitErrors,
    refusal,
  };
}

function refusalOf(voteCount: number, overlap: number, uniqueCount: number): Refusal | undefined {
  if (voteCount === 0) return 'no key agrees';
  if (overlap === 0) return 'no overlap';
  return voteCount < uniqueCount * UNIQUE_SHARE_MIN ? 'too few keys agree' : undefined;
}

function scoreOf(bitErrors: number, overlap: number, share: number, diversity: number): number {
  const agreement = 1 - (2 * Math.fround(bitErrors)) / (BITS_PER_HASH * overlap);
  const score = Math.max(0, Math.fround(share * agreement));
  return diversity < 1 ? Math.fround(Math.pow(score, 8 - 7 * diversity)) : score;
}

/** The quotient is rounded to 32 bits, the sum is not: so it is upstream. */
function diversityOf(uniqueCount: number, length: number): number {
  return Math.min(1, Math.fround((uniqueCount + KEYS_GRANTED) / length) + 0.5);
}
