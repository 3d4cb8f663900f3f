/** Reads the lanes of packed format 1 (packed.ts) in plain TypeScript. */
import {
  CODE_LENGTH_MAX,
  decodingTable,
  LANE_COUNT,
  RUN_LENGTH_MAX,
  SECOND_PART_LANE,
  starts,
  transitions,
} from './packed-code.ts';

/** A count takes 16 bits, so no run is longer by more. */
const LONGER_BITS_MAX = 16;

/** The two parts of a packed fingerprint and what its header says. */
export interface PackedRuns {
  /** One behind the other. */
  readonly parts: Uint8Array;
  /** Bytes of the first part. */
  readonly split: number;
  /** The first hash. */
  readonly first: number;
  readonly count: number;
}

/**
 * The hashes; undefined if the codes do not end in the last bytes of their parts. Work is bounded by
 * the count, whatever the bytes are.
 */
export function readRuns(runs: PackedRuns): Uint32Array | undefined {
  const { count, first, parts, split } = runs;
  const firstPart = parts.subarray(0, split);
  const secondPart = parts.subarray(split);
  const hashes = new Uint32Array(count);
  let bit = 0;
  for (let lane = 0; lane < SECOND_PART_LANE; lane += 1) {
    bit = readLane(firstPart, bit, { lane, first, hashes });
  }
  if (Math.ceil(bit / 8) !== firstPart.length) return undefined;
  bit = 0;
  for (let lane = SECOND_PART_LANE; lane < LANE_COUNT; lane += 1) {
    bit = readLane(secondPart, bit, { lane, first, hashes });
  }
  if (Math.ceil(bit / 8) !== secondPart.length) return undefined;
  let hash = first;
  for (let index = 0; index < count; index += 1) {
    hash ^= hashes[index] ?? 0;
    hashes[index] = hash;
  }
  return hashes;
}

interface Lane {
  readonly lane: number;
  readonly first: number;
  /** What changes from each hash to the next, so far. */
  readonly hashes: Uint32Array;
}

/** Marks where the lane changes; returns the bit behind it. */
function readLane(bytes: Uint8Array, from: number, { first, hashes, lane }: Lane): number {
  let step = starts[(lane << 2) | ((first >>> (2 * lane)) & 3)] ?? 0;
  let position = 0;
  let bit = from;
  for (;;) {
    const entry = decodingTable[((step & 0xffff) >>> 1) + bitsAt(bytes, bit, CODE_LENGTH_MAX)] ?? 0;
    bit += entry & 0x3f;
    const run = entry >>> 10;
    position += run;
    if (run > RUN_LENGTH_MAX) {
      const zeroCount = countZeroes(bytes, bit);
      position += ((1 << zeroCount) | bitsAt(bytes, bit + zeroCount + 1, zeroCount)) - 1;
      bit += 2 * zeroCount + 1;
    }
    if (position >= hashes.length) return bit;
    const transition = (step >>> 18) + 2 * ((entry >>> 6) & 3);
    hashes[position] = (hashes[position] ?? 0) ^ (transitions[transition] ?? 0);
    step = transitions[transition + 1] ?? 0;
  }
}

/** Up to 16 bits, zeroes past the end. */
function bitsAt(bytes: Uint8Array, bit: number, bitCount: number): number {
  const index = bit >>> 3;
  const word =
    (bytes[index] ?? 0) | ((bytes[index + 1] ?? 0) << 8) | ((bytes[index + 2] ?? 0) << 16);
  return (word >>> (bit & 7)) & ((1 << bitCount) - 1);
}

function countZeroes(bytes: Uint8Array, bit: number): number {
  const bits = bitsAt(bytes, bit, LONGER_BITS_MAX) | (1 << LONGER_BITS_MAX);
  return 31 - Math.clz32(bits & -bits);
}
