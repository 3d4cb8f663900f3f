/** Reading the hashes of a compressed fingerprint in plain TypeScript, four values at a time. */

const HEADER_SIZE_BYTES = 4;
const GAP_ESCAPE = 7;
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

/** The second walk over a compressed fingerprint (codec.ts), which holds `count` hashes for certain. */
export function readHashes(bytes: Uint8Array, exceptionStart: number, count: number): Uint32Array {
  const hashes = new Uint32Array(count);
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

function fiveBitsAt(bytes: Uint8Array, bit: number): number {
  return (wordAt(bytes, bit >>> 3) >>> (bit & 7)) & 31;
}

/** Three bytes, of which any twelve bits from the first byte on are whole. */
export function wordAt(bytes: Uint8Array, index: number): number {
  return byteAt(bytes, index) | (byteAt(bytes, index + 1) << 8) | (byteAt(bytes, index + 2) << 16);
}

/** Past the end there are zero bits, as in the library's zero-filled buffers. */
export function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}
