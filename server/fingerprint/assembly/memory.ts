// Where things lie in the kernel's memory. It never grows: what does not fit goes to the TypeScript
// twin, so that views into the memory stay valid and one process never holds more than this, of
// which the system provides only what is used.

/**
 * Hashes the memory has room for, of all fingerprints of one call together: more than the largest
 * request can hold, of a megabyte with a hash in every three bits.
 */
export const HASH_CAPACITY: i32 = 3 << 20;
/** Candidates the memory has room for. */
export const CANDIDATE_CAPACITY: i32 = 1024;

/** Bytes of a compressed fingerprint the memory has room for. */
export const BYTE_CAPACITY: i32 = 1 << 20;
/** What a kernel may touch behind the last hash or byte while it works in rounds. */
const MARGIN_BYTES: i32 = 64;

export const KEY_BITS: i32 = 14;
export const KEY_COUNT: i32 = 1 << KEY_BITS;
export const KEY_SHIFT: i32 = 32 - KEY_BITS;

/** A compressed or packed fingerprint. Before the hashes, for bad ones are read on far past their end. */
export const bytesAt: usize = memory.data(BYTE_CAPACITY + MARGIN_BYTES, 16);
/** The callers' hashes, one fingerprint behind the other. */
export const hashesAt: usize = memory.data((HASH_CAPACITY << 2) + MARGIN_BYTES, 16);
/** Per candidate: index of its first hash, and how many there are. */
export const rangesAt: usize = memory.data(CANDIDATE_CAPACITY << 3, 16);
/** Per candidate: the fields of a measurement, five of 32 bits each. */
export const resultsAt: usize = memory.data(CANDIDATE_CAPACITY * 20, 16);
/** Last position of every key, 16 bits each. */
export const aPositionsAt: usize = memory.data(KEY_COUNT << 1, 16);
export const bPositionsAt: usize = memory.data(KEY_COUNT << 1, 16);
/** Which keys were seen, a byte each. */
export const seenAt: usize = memory.data(KEY_COUNT, 16);
/** Votes by offset, 16 bits each; positions are 16 bits wide, so offsets are 17. */
export const countsAt: usize = memory.data(1 << 18, 16);

/** Tables of packed fingerprints; ../packed-code.ts says what is in them. */
export const DECODING_TABLE_CAPACITY: i32 = 24 << 10;
export const decodingTableAt: usize = memory.data(DECODING_TABLE_CAPACITY, 16);
export const transitionsAt: usize = memory.data(257 * 32, 16);
export const startsAt: usize = memory.data(65 * 4, 16);
