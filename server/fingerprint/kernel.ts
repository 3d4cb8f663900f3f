/**
 * The seam between what is computed and how: the same integer kernels once in WebAssembly with SIMD
 * (kernel-wasm.ts) and once in plain TypeScript (kernel-scalar.ts). Both give the same numbers; all
 * floating-point arithmetic is done once, on their results (compare-score.ts).
 */

import type { DecodingFault } from './read-hashes.ts';
import type { PackedRuns } from './read-runs.ts';

/** Fields of one measurement, in the order in which kernels write them. */
export const MEASUREMENT = {
  /** Keys that agree on the best offset; when 0, the other fields are 0 as well. */
  voteCount: 0,
  /** Positions by which a is ahead of b at its best. */
  offset: 1,
  /** Distinct keys of what is left of a from that offset on … */
  aUniqueCount: 2,
  /** … and of b. */
  bUniqueCount: 3,
  /** Differing bits in the overlap, a last odd position left out. */
  bitErrors: 4,
} as const;

/** Numbers per candidate in a kernel's answer. */
export const MEASUREMENT_SIZE = 5;

export interface FingerprintKernel {
  readonly kind: 'wasm' | 'typescript';
  /** Measures each candidate, as a, against the query, as b: MEASUREMENT_SIZE numbers for each. */
  measure(query: Uint32Array, candidates: readonly Uint32Array[], maxOffset: number): Int32Array;
  /** Simhash of a fingerprint, unsigned. */
  simhash(hashes: Uint32Array): number;
  /** Reads so many hashes from a compressed fingerprint, header included (codec.ts). */
  readHashes(bytes: Uint8Array, count: number): Uint32Array | DecodingFault;
  /** Reads a packed fingerprint (packed.ts); undefined if its runs do not fill its bytes. */
  readRuns(runs: PackedRuns): Uint32Array | undefined;
}
