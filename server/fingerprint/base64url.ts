/**
 * Base64 as libchromaprint reads and writes it: URL alphabet, no padding, and a decoder that never
 * fails. Node's own decoder skips characters it does not know, which shifts everything behind them;
 * the library counts them as zero bits, so a text with one bad character still has its length.
 */

const CLEAN_TEXT = /^[A-Za-z0-9_-]*$/;
/** The character of value 0, which stands for everything outside the alphabet. */
const ZERO = 'A'.charCodeAt(0);

const cleanByte = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 128 && CLEAN_TEXT.test(String.fromCharCode(byte)) ? byte : ZERO,
);

/** Writes bytes as base64url text without padding. */
export function encodeBase64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}

/**
 * Reads base64url text leniently; the result has floor(3 * inputBytes / 4) bytes.
 * Any byte outside the alphabet counts as value 0 (chromaprint.md section 1.3).
 */
export function decodeBase64Url(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64url');
  return isExact(text, bytes.length) ? bytes : Buffer.from(cleaned(text), 'base64url');
}

/**
 * Whether Node has read every character of the text for what it is. Looking at each would cost more
 * than all the rest of decoding, but those it does not know Node leaves out, which shows in the
 * length, unless one character is too few for a byte anyway. It takes two characters of the other
 * base64 alphabet, and the lower half of those beyond a byte.
 */
function isExact(text: string, sizeBytes: number): boolean {
  return (
    text.length % 4 !== 1 &&
    sizeBytes === Math.floor((3 * text.length) / 4) &&
    Buffer.byteLength(text) === text.length &&
    !text.includes('+') &&
    !text.includes('/')
  );
}

function cleaned(text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = cleanByte[bytes[index] ?? 0] ?? ZERO;
  }
  return bytes.toString('latin1');
}
