/** The two walks over a compressed fingerprint (grammar in codec.ts) in plain TypeScript. */

export const HEADER_SIZE_BYTES = 4;
export const GAP_ESCAPE = 7;

/** Why bytes are no fingerprint. */
export type DecodingFault = 'hash count does not match' | 'exceptions are missing';

export interface GroupCounts {
  /** Values of 3 bits, terminators included. */
  readonly groupCount: number;
  /** Values among them that have a part in the exceptions. */
  readonly escapeCount: number;
}

/** Reads so many hashes, having made sure first that the bytes hold them. */
export function readHashes(bytes: Uint8Array, count: number): Uint32Array | DecodingFault {
  const counts = scanNormal(bytes, count);
  if (counts === undefined) return 'hash count does not match';
  const exceptionStart = HEADER_SIZE_BYTES + Math.ceil((3 * counts.groupCount) / 8);
  const end = exceptionStart + Math.ceil((5 * counts.escapeCount) / 8);
  if (bytes.length < end) return 'exceptions are missing';
  return fillHashes(bytes, exceptionStart, new Uint32Array(count));
}

/** Walks the 3-bit values up to the terminator of the last hash, allocating nothing. */
function scanNormal(bytes: Uint8Array, count: number): GroupCounts | undefined {
  const available = Math.floor(((bytes.length - HEADER_SIZE_BYTES) * 8) / 3);
  let zeroCount = 0;
  let escapeCount = 0;
  let group = 0;
  // Three bytes hold eight values exactly; these go by twos of four, as long as the end is not among
  // them. With a count of 0 no terminator is the end, so that any refuses such a header.
  for (let at = HEADER_SIZE_BYTES; group + 8 <= available; at += 3) {
    const groups = wordAt(bytes, at);
    const tally = (TALLIES[groups & 0xfff] ?? 0) + (TALLIES[groups >>> 12] ?? 0);
    if (count > 0 && zeroCount + (tally >>> 4) >= count) break;
    zeroCount += tally >>> 4;
    escapeCount += tally & 0xf;
    group += 8;
  }
  while (group < available) {
    const value = groupAt(bytes, group);
    group += 1;
    if (value === GAP_ESCAPE) escapeCount += 1;
    else if (value === 0) {
      zeroCount += 1;
      if (zeroCount === count) break;
    }
  }
  return zeroCount === count ? { groupCount: group, escapeCount } : undefined;
}

/** For every four 3-bit values, how many are terminators (times 16) and how many are escapes. */
const TALLIES = Uint8Array.from({ length: 1 << 12 }, (_, groups) => {
  let tally = 0;
  for (let bit = 0; bit < 12; bit += 3) {
    const value = (groups >>> bit) & 7;
    if (value === 0) tally += 1 << 4;
    else if (value === GAP_ESCAPE) tally += 1;
  }
  return tally;
});

const STEP_TERMINATES = 1 << 28;
const STEP_ESCAPES = 1 << 29;

/**
 * For every four 3-bit values, what those up to the first terminator or escape amount to: the bits
 * they set, counted from the last one set (24 bits), how many bits they take (4 bits), and whether
 * they end with a terminator or an escape (1 bit each).
 */
const STEPS = Int32Array.from({ length: 1 << 12 }, (_, groups) => {
  let step = 0;
  let position = 0;
  for (let bit = 0; bit < 12; bit += 3) {
    const value = (groups >>> bit) & 7;
    step += 3 << 24;
    if (value === 0) return step | STEP_TERMINATES;
    if (value === GAP_ESCAPE) return step | STEP_ESCAPES;
    position += value;
    step |= 1 << (position - 1);
  }
  return step;
});

function fillHashes(bytes: Uint8Array, exceptionStart: number, hashes: Uint32Array): Uint32Array {
  let index = 0;
  let hash = 0;
  let position = 0;
  let bit = HEADER_SIZE_BYTES * 8;
  let exceptionBit = exceptionStart * 8;
  while (index < hashes.length) {
    const step = STEPS[(wordAt(bytes, bit >>> 3) >>> (bit & 7)) & 0xfff] ?? 0;
    const gaps = step & 0xffffff;
    // Malformed input can leave the 32 bits; shifts wrap, as the processor's do upstream. What is
    // shifted out on one side comes in on the other, hence both.
    hash ^= (gaps << position) | (gaps >>> (32 - position));
    bit += (step >>> 24) & 0xf;
    if ((step & STEP_TERMINATES) !== 0) {
      hashes[index] = hash;
      index += 1;
      position = 0;
      continue;
    }
    position += 32 - Math.clz32(gaps);
    if ((step & STEP_ESCAPES) !== 0) {
      position += GAP_ESCAPE + fiveBitsAt(bytes, exceptionBit);
      exceptionBit += 5;
      hash ^= 1 << (position - 1);
    }
  }
  return hashes;
}

function groupAt(bytes: Uint8Array, group: number): number {
  const bit = HEADER_SIZE_BYTES * 8 + group * 3;
  return (wordAt(bytes, bit >>> 3) >>> (bit & 7)) & 7;
}

function fiveBitsAt(bytes: Uint8Array, bit: number): number {
  return (wordAt(bytes, bit >>> 3) >>> (bit & 7)) & 31;
}

/** Three bytes, of which any twelve bits from the first byte on are whole. */
function wordAt(bytes: Uint8Array, index: number): number {
  return byteAt(bytes, index) | (byteAt(bytes, index + 1) << 8) | (byteAt(bytes, index + 2) << 16);
}

/** Past the end there are zero bits, as in the library's zero-filled buffers. */
export function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}
