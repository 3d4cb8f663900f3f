/** Two fingerprints laid side by side, for pictures and explanations of a comparison. */
import { explainComparison } from './compare.ts';
import type { Comparison } from './compare-score.ts';
import { popcount32 } from './kernel-scalar.ts';

/** Time from one hash to the next: 1365 samples at 11025 Hz. */
export const POSITION_SECONDS = 1365 / 11025;

/** Hashes of unrelated audio differ in 16 of 32 bits; those of alike audio in far fewer. */
const MATCH_BIT_ERRORS_MAX = 10;
/** Bit errors are averaged over this many positions to either side, about a second in all. */
const SMOOTHING_REACH = 4;
/** Shorter stretches agree by chance. */
const RANGE_LENGTH_MIN = 8;

/** Part of the overlap that sounds alike, in seconds from the beginning of each fingerprint. */
export interface MatchedRange {
  readonly aFromSeconds: number;
  readonly aToSeconds: number;
  readonly bFromSeconds: number;
  readonly bToSeconds: number;
  /** Mean of differing bits per hash, 0 to 32. */
  readonly bitErrors: number;
}

export interface Alignment {
  /** What compare2 computed, the score among it. */
  readonly comparison: Comparison;
  /** How much later the same audio comes in a than in b. */
  readonly offsetSeconds: number;
  /** Where the overlap begins in either fingerprint, as a position. */
  readonly aStart: number;
  readonly bStart: number;
  /** Differing bits, 0 to 32, at each position of the overlap; empty where no offset was found. */
  readonly bitErrors: Uint8Array;
  readonly matchedRanges: readonly MatchedRange[];
}

/**
 * Aligns b with a at the offset compare2 chooses, within ±maxOffset positions (0 means any), and
 * shows where they agree. Also where compare2 gives no score, so that one sees why.
 */
export function align(a: Uint32Array, b: Uint32Array, maxOffset: number): Alignment {
  const comparison = explainComparison(a, b, maxOffset);
  const { offset, voteCount } = comparison;
  const aStart = Math.max(0, offset);
  const bStart = Math.max(0, -offset);
  const length = voteCount === 0 ? 0 : Math.min(a.length - aStart, b.length - bStart);
  const bitErrors = Uint8Array.from({ length }, (_, index) =>
    popcount32((a[aStart + index] ?? 0) ^ (b[bStart + index] ?? 0)),
  );
  return {
    comparison,
    offsetSeconds: offset * POSITION_SECONDS,
    aStart,
    bStart,
    bitErrors,
    matchedRanges: findRanges(bitErrors).map(({ from, to }) => ({
      aFromSeconds: (aStart + from) * POSITION_SECONDS,
      aToSeconds: (aStart + to) * POSITION_SECONDS,
      bFromSeconds: (bStart + from) * POSITION_SECONDS,
      bToSeconds: (bStart + to) * POSITION_SECONDS,
      bitErrors: sum(bitErrors.subarray(from, to)) / (to - from),
    })),
  };
}

/** Stretches of positions whose bit errors are few on average over their surroundings. */
function findRanges(bitErrors: Uint8Array): { from: number; to: number }[] {
  const ranges: { from: number; to: number }[] = [];
  let from: number | undefined;
  for (let index = 0; index <= bitErrors.length; index += 1) {
    const matches = index < bitErrors.length && isAlike(bitErrors, index);
    if (matches) from ??= index;
    else if (from !== undefined) {
      if (index - from >= RANGE_LENGTH_MIN) ranges.push({ from, to: index });
      from = undefined;
    }
  }
  return ranges;
}

function isAlike(bitErrors: Uint8Array, index: number): boolean {
  const around = bitErrors.subarray(
    Math.max(0, index - SMOOTHING_REACH),
    index + SMOOTHING_REACH + 1,
  );
  return sum(around) <= MATCH_BIT_ERRORS_MAX * around.length;
}

function sum(values: Uint8Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
