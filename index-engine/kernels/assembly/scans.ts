// How much was read for each list that was counted, as counts per bucket in scratch. The buckets are
// those of fpindex.md section 2.8; the last of each takes what is above all bounds.

const DOCUMENT_BUCKETS: u32 = 61504;
const BLOCK_BUCKETS: u32 = 61544;

export function clearScans(scratch: u32): void {
  memory.fill(scratch + DOCUMENT_BUCKETS, 0, 64);
}

// @ts-ignore: decorator
@inline
export function increment(at: u32): void {
  store<u32>(at, load<u32>(at) + 1);
}

/** Notes one list of `documents` postings in `blocks` blocks. */
export function noteScan(scratch: u32, documents: u32, blocks: u32): void {
  increment(scratch + DOCUMENT_BUCKETS + (documentBucket(documents) << 2));
  increment(scratch + BLOCK_BUCKETS + (blockBucket(blocks) << 2));
}

// @ts-ignore: decorator
@inline
function documentBucket(size: u32): u32 {
  // Nearly all lists are this short.
  if (size <= 1) return 0;
  const small = u32(size > 2) + u32(size > 3) + u32(size > 5) + u32(size > 10);
  return 1 + small + u32(size > 50) + u32(size > 100) + u32(size > 500) + u32(size > 1000);
}

// @ts-ignore: decorator
@inline
function blockBucket(size: u32): u32 {
  return u32(size > 1) + u32(size > 2) + u32(size > 3) + u32(size > 5) + u32(size > 10);
}
