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

export type Refusal = 'empty' | 'no key agrees' | 'no overlap' | 'too few keys agree';

const UNIQUE_SHARE_MIN = 0.02;
const KEYS_GRANTED = 10;
const BITS_PER_PAIR = 64;

/** Turns the measurement of one candidate into a score, rounding to 32 bits where upstream does. */
export function judge(
  aLength: number,
  bLength: number,
  measurements: Int32Array,
  index: number,
): Comparison {
  const at = (field: number) => measurements[index * MEASUREMENT_SIZE + field] ?? 0;
  const offset = at(MEASUREMENT.offset);
  const aRest = aLength - Math.max(0, offset);
  const bRest = bLength - Math.max(0, -offset);
  const found = {
    score: 0,
    offset,
    voteCount: at(MEASUREMENT.voteCount),
    overlap: Math.min(aRest, bRest) & ~1,
    overlapMax: Math.min(aLength, bLength) & ~1,
    aUniqueCount: at(MEASUREMENT.aUniqueCount),
    bUniqueCount: at(MEASUREMENT.bUniqueCount),
    diversity: 1,
    bitErrors: at(MEASUREMENT.bitErrors),
  };
  if (aLength === 0 || bLength === 0) return { ...found, overlap: 0, refusal: 'empty' };
  if (found.voteCount === 0) return { ...found, overlap: 0, refusal: 'no key agrees' };
  if (found.overlap === 0) return { ...found, refusal: 'no overlap' };
  const diversity = Math.fround(
    Math.min(diversityOf(found.aUniqueCount, aRest), diversityOf(found.bUniqueCount, bRest)),
  );
  const uniqueCount = Math.max(found.aUniqueCount, found.bUniqueCount);
  if (found.voteCount < uniqueCount * UNIQUE_SHARE_MIN) {
    return { ...found, diversity, refusal: 'too few keys agree' };
  }
  return { ...found, diversity, score: scoreOf(found, diversity), refusal: undefined };
}

function scoreOf(
  found: { overlap: number; overlapMax: number; bitErrors: number },
  diversity: number,
): number {
  const { overlap, overlapMax, bitErrors } = found;
  const agreement = 1 - (2 * Math.fround(bitErrors)) / (BITS_PER_PAIR * (overlap / 2));
  const score = Math.max(0, Math.fround((overlap / overlapMax) * agreement));
  return diversity < 1 ? Math.fround(Math.pow(score, 8 - 7 * diversity)) : score;
}

/** The quotient is rounded to 32 bits, the sum is not: so it is upstream. */
function diversityOf(uniqueCount: number, length: number): number {
  return Math.min(1, Math.fround((uniqueCount + KEYS_GRANTED) / length) + 0.5);
}
