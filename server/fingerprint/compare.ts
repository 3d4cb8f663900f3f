/** Comparison of fingerprints, bit for bit as upstream's database functions do it. */
import { judge } from './compare-score.ts';
import type { Comparison } from './compare-score.ts';
import { defaultKernel } from './default-kernel.ts';
import type { FingerprintKernel } from './kernel.ts';

/**
 * Scores two fingerprints, 0–1, over the best alignment within ±maxOffset positions (1 position
 * ≈ 0.124 s; 0 means any). A float32, and not quite symmetric: the server passes the stored
 * fingerprint as a and the query as b. Ports acoustid_compare2 (chromaprint.md section 4).
 */
export function compare2(
  a: Uint32Array,
  b: Uint32Array,
  maxOffset: number,
  kernel: FingerprintKernel = defaultKernel,
): number {
  return explainComparison(a, b, maxOffset, kernel).score;
}

/** compare2 with the numbers it arrived by. */
export function explainComparison(
  a: Uint32Array,
  b: Uint32Array,
  maxOffset: number,
  kernel: FingerprintKernel = defaultKernel,
): Comparison {
  return judge(a.length, b.length, kernel.measure(b, [a], maxOffset), 0);
}

/** compare2 of every candidate (as a) with the query (as b), in the candidates' order. */
export function compareMany(
  query: Uint32Array,
  candidates: readonly Uint32Array[],
  maxOffset: number,
  kernel: FingerprintKernel = defaultKernel,
): Float32Array {
  const measurements = kernel.measure(query, candidates, maxOffset);
  const scores = new Float32Array(candidates.length);
  for (const [index, candidate] of candidates.entries()) {
    scores[index] = judge(candidate.length, query.length, measurements, index).score;
  }
  return scores;
}
