/**
 * Base64 as libchromaprint reads and writes it: URL alphabet, no padding, and a decoder that never
 * fails. Node's own decoder skips characters it does not know, which shifts everything behind them;
 * the library counts them as zero bits, so a text with one bad character still has its length.
 */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const CLEAN_TEXT = /^[A-Za-z0-9_-]*$/;

const valueOfByte = new Uint8Array(256);
for (let value = 0; value < ALPHABET.length; value += 1) {
  valueOfByte[ALPHABET.charCodeAt(value)] = value;
}

/** Writes bytes as base64url text without padding. */
export function encodeBase64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}

/**
 * Reads base64url text leniently; the result has floor(3 * inputBytes / 4) bytes.
 * Any byte outside the alphabet counts as value 0 (chromaprint.md section 1.3).
 */
export function decodeBase64Url(text: string): Uint8Array {
  // Node drops a lone trailing character like the library does, so clean text may take the fast way.
  if (CLEAN_TEXT.test(text)) return Buffer.from(text, 'base64url');
  return decodeWithZeroes(Buffer.from(text, 'utf8'));
}

function decodeWithZeroes(input: Uint8Array): Uint8Array {
  const output = new Uint8Array(Math.floor((3 * input.length) / 4));
  let position = 0;
  for (let index = 0; index < input.length; index += 4) {
    // Past the end every byte reads as undefined, which the table maps to 0 through `?? 0`.
    const word =
      (valueAt(input, index) << 18) |
      (valueAt(input, index + 1) << 12) |
      (valueAt(input, index + 2) << 6) |
      valueAt(input, index + 3);
    // Writes past the end of a typed array are dropped, which is what a partial group needs.
    output[position] = word >>> 16;
    output[position + 1] = (word >>> 8) & 0xff;
    output[position + 2] = word & 0xff;
    position += 3;
  }
  return output;
}

function valueAt(input: Uint8Array, index: number): number {
  return valueOfByte[input[index] ?? 0] ?? 0;
}
