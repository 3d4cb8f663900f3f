/**
 * The two comparisons of upstream's extension that look at every pair of positions. The server does
 * not use them; they are there for people who have scores from them, and to judge compare2 by.
 */
import { popcount32 } from './kernel-scalar.ts';

/** Pairs of positions one comparison may look at, about a second's work. */
const PAIR_COUNT_MAX = 2 ** 28;

const CLOSE_BITS_MAX = 2;
const CLOSE_WINDOW = 120;
/** Unrelated hashes share half their bits, so only what differs in fewer says anything. */
const HALF_BITS = 16;

/** The fingerprints are so long that comparing every pair of positions would take too long. */
export class ComparisonTooLongError extends Error {
  constructor() {
    super('the fingerprints are too long to compare every pair of positions');
    this.name = 'ComparisonTooLongError';
  }
}

/**
 * Share of positions that agree but for two bits, at the best offset from −119 to 120, relative to
 * the shorter fingerprint; 0–1, a float32. Ports acoustid_compare, the extension's first.
 * Throws ComparisonTooLongError.
 */
export function compare(a: Uint32Array, b: Uint32Array): number {
  const close = (bits: number) => (bits <= CLOSE_BITS_MAX ? 1 : 0);
  const best = bestSum(a, b, CLOSE_WINDOW, close);
  return best === 0 ? 0 : Math.fround(best / Math.min(a.length, b.length));
}

/**
 * Sum of what each position has fewer differing bits than half, at the best offset from
 * 1 − maxOffset to maxOffset (any for −1), relative to the most there could be; 0–1, a float32.
 * Ports acoustid_compare3. Throws ComparisonTooLongError.
 */
export function compare3(a: Uint32Array, b: Uint32Array, maxOffset: number): number {
  const window = maxOffset > -1 ? maxOffset : Number.POSITIVE_INFINITY;
  const best = bestSum(a, b, window, (bits) => Math.max(0, HALF_BITS - bits));
  return best === 0 ? 0 : Math.fround(best / (HALF_BITS * Math.min(a.length, b.length)));
}

/** Highest sum of `weigh` over all pairs of one offset; the window lacks its lower end, as upstream. */
function bestSum(
  a: Uint32Array,
  b: Uint32Array,
  window: number,
  weigh: (differingBits: number) => number,
): number {
  const weights = Uint8Array.from({ length: 33 }, (_, bits) => weigh(bits));
  const from = Math.max(1 - window, 1 - b.length);
  const to = Math.min(window, a.length - 1);
  if ((to - from + 1) * Math.min(a.length, b.length) > PAIR_COUNT_MAX) {
    throw new ComparisonTooLongError();
  }
  let best = 0;
  for (let offset = from; offset <= to; offset += 1) {
    const aStart = Math.max(0, offset);
    const bStart = Math.max(0, -offset);
    const length = Math.min(a.length - aStart, b.length - bStart);
    let sum = 0;
    for (let index = 0; index < length; index += 1) {
      const bits = popcount32((a[aStart + index] ?? 0) ^ (b[bStart + index] ?? 0));
      sum += weights[bits] ?? 0;
    }
    best = Math.max(best, sum);
  }
  return best;
}
