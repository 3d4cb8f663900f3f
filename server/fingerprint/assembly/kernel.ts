// What the server calls. ../kernel-wasm.ts is its only user and knows this surface by name.

import {
  BYTE_CAPACITY,
  CANDIDATE_CAPACITY,
  HASH_CAPACITY,
  bytesAt,
  hashesAt,
  rangesAt,
  resultsAt,
} from './memory';

export { measureAll } from './compare';
export { readHashes } from './decode';
export { simhash } from './simhash';

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
