/** Comparison of fingerprints, bit for bit as upstream's database functions do it. */
import { compare2Scalar } from './compare-scalar.ts';

/**
 * Scores two fingerprints, 0–1, over the best alignment within ±maxOffset positions (1 position
 * ≈ 0.124 s; 0 means any). A float32, and not quite symmetric: the server passes the stored
 * fingerprint as a and the query as b. Ports acoustid_compare2 (chromaprint.md section 4).
 */
export function compare2(a: Uint32Array, b: Uint32Array, maxOffset: number): number {
  return compare2Scalar(a, b, maxOffset);
}

/** compare2 of every candidate (as a) with the query (as b), in the candidates' order. */
export function compareMany(
  query: Uint32Array,
  candidates: readonly Uint32Array[],
  maxOffset: number,
): Float32Array {
  const scores = new Float32Array(candidates.length);
  for (const [index, candidate] of candidates.entries()) {
    scores[index] = compare2(candidate, query, maxOffset);
  }
  return scores;
}
