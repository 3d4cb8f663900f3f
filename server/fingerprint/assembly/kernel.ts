// What the server calls. ../kernel-wasm.ts is its only user and knows this surface by name.

import { CANDIDATE_CAPACITY, HASH_CAPACITY, hashesAt, rangesAt, resultsAt } from './memory';

export { measureAll } from './compare';
export { simhash } from './simhash';

export function hashCapacity(): i32 {
  return HASH_CAPACITY;
}

export function candidateCapacity(): i32 {
  return CANDIDATE_CAPACITY;
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
