// What the server calls. ../kernel-wasm.ts is its only user and knows this surface by name.

import {
  BYTE_CAPACITY,
  CANDIDATE_CAPACITY,
  HASH_CAPACITY,
  bytesAt,
  decodingTableAt,
  hashesAt,
  rangesAt,
  resultsAt,
  startsAt,
  transitionsAt,
} from './memory';

export { measureAll } from './compare';
export { readHashes, scanHashes } from './decode';
export { simhash } from './simhash';
export { readRuns } from './unpack';

/** Counts the changes of this surface, so that a build that was left behind is not called wrongly. */
export function surfaceVersion(): i32 {
  return 8;
}

export function hashCapacity(): i32 {
  return HASH_CAPACITY;
}

export function candidateCapacity(): i32 {
  return CANDIDATE_CAPACITY;
}

export function byteCapacity(): i32 {
  return BYTE_CAPACITY;
}

export function bytesOffset(): usize {
  return bytesAt;
}

export function hashesOffset(): usize {
  return hashesAt;
}

export function rangesOffset(): usize {
  return rangesAt;
}

export function resultsOffset(): usize {
  return resultsAt;
}

export function decodingTableOffset(): usize {
  return decodingTableAt;
}

export function transitionsOffset(): usize {
  return transitionsAt;
}

export function startsOffset(): usize {
  return startsAt;
}
