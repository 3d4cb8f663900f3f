/** Reads the lanes of packed format 1 (packed.ts) in plain TypeScript. */
import {
  CODE_LENGTH_MAX,
  decodingTable,
  LANE_COUNT,
  SECOND_PART_LANE,
  starts,
  TRANSITION_SIZE_BYTES,
  transitions,
} from './packed-code.ts';

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
  const start = 2 * ((lane << 2) | ((first >>> (2 * lane)) & 3));
  let codes = starts[start] ?? 0;
  let row = starts[start + 1] ?? 0;
  let position = 0;
  let bit = from;
  for (;;) {
    const entry = decodingTable[(codes >>> 1) + bitsAt(bytes, bit)] ?? 0;
    bit += entry & 0xf;
    position += entry >>> 10;
    if (position >= hashes.length) return bit;
    const transition = row + ((entry >>> 4) & 3) * TRANSITION_SIZE_BYTES;
    hashes[position] = (hashes[position] ?? 0) ^ transitions.getUint32(transition, true);
    codes = transitions.getUint16(transition + 4, true);
    row = transitions.getUint16(transition + 6, true);
  }
}

/** The next bits, at least as many as the longest code has; zeroes past the end. */
function bitsAt(bytes: Uint8Array, bit: number): number {
  const index = bit >>> 3;
  const word = (bytes[index] ?? 0) | ((bytes[index + 1] ?? 0) << 8);
  return (word >>> (bit & 7)) & ((1 << CODE_LENGTH_MAX) - 1);
}
