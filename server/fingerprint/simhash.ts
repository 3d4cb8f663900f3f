/** One 32-bit hash for a whole fingerprint, alike for alike fingerprints (chromaprint.md section 3). */
import { defaultKernel } from './default-kernel.ts';

/**
 * Computes the simhash, unsigned: a bit is set if more than half of the hashes, rounded down, have
 * it. An empty fingerprint gives 0. Ports chromaprint_hash_fingerprint.
 */
export function simhash(hashes: Uint32Array, kernel = defaultKernel): number {
  return kernel.simhash(hashes);
}

export interface Shingles {
  /** Hashes in a window; the last windows are shorter. */
  readonly windowLength: number;
  /** Positions from one window's start to the next one's. */
  readonly step: number;
}

/** What upstream uses: windows of 14.9 s, one every 11.1 s. */
const DEFAULT_SHINGLES: Shingles = { windowLength: 120, step: 90 };

/** Computes one simhash per window, ceil(length / step) of them. Throws RangeError below 1. */
export function shingledSimhashes(hashes: Uint32Array, shingles = DEFAULT_SHINGLES): Uint32Array {
  const { windowLength, step } = shingles;
  if (!(step >= 1 && windowLength >= 1)) throw new RangeError('window and step begin at 1');
  const result = new Uint32Array(Math.ceil(hashes.length / step));
  for (let index = 0; index < result.length; index += 1) {
    result[index] = simhash(hashes.subarray(index * step, index * step + windowLength));
  }
  return result;
}
