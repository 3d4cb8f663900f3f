/**
 * The compressed fingerprint, as fpcalc prints it and clients send it (chromaprint.md section 1).
 *
 *   text       = base64url(bytes), no padding
 *   bytes      = version count normal exceptions
 *   version    = int8                    algorithm number, 1 for every ordinary fingerprint
 *   count      = uint24 big-endian       number of hashes, 0 … 16777215
 *   normal     = uint3 …                 least significant bit first, filled up to a whole byte
 *   exceptions = uint5 …                 likewise, beginning on a fresh byte
 *
 * Each hash is XORed with the one before it. The set bits of the result are walked upwards and the
 * gaps between them (positions count from 1) go to `normal`; a gap of 7 or more goes as 7, with the
 * rest in `exceptions`. A 0 ends the hash.
 *
 * Example: one hash 0x00000001 has gaps [1, 0], so the bytes 01 000001 01 and the text AQAAAQE.
 */
import { decodeBase64Url, encodeBase64Url } from './base64url.ts';
import { defaultKernel } from './default-kernel.ts';
import type { FingerprintKernel } from './kernel.ts';
import { byteAt, GAP_ESCAPE, HEADER_SIZE_BYTES } from './read-hashes.ts';
import type { GroupCounts } from './read-hashes.ts';

export interface DecodedFingerprint {
  /** Algorithm number; −128 … 127, for the library reads its byte as a signed character. */
  readonly version: number;
  readonly hashes: Uint32Array;
}

/** The text or bytes are not a compressed fingerprint; `reason` says in which respect. */
export class InvalidFingerprintError extends Error {
  readonly reason: string;

  constructor(reason: string, options?: ErrorOptions) {
    super(`invalid fingerprint: ${reason}`, options);
    this.name = 'InvalidFingerprintError';
    this.reason = reason;
  }
}

/** The count is a 24-bit field. */
export const HASH_COUNT_MAX = 0xffffff;

/**
 * Decodes the text form.
 * Throws InvalidFingerprintError. Accepts whatever libchromaprint 1.6.1 accepts, byte for byte,
 * including bad characters (read as zero bits) and trailing bytes (ignored).
 */
export function decodeFingerprint(text: string): DecodedFingerprint {
  return decodeFingerprintBytes(decodeBase64Url(text));
}

/** Decodes the binary form; see decodeFingerprint. */
export function decodeFingerprintBytes(
  bytes: Uint8Array,
  kernel: FingerprintKernel = defaultKernel,
): DecodedFingerprint {
  if (bytes.length < HEADER_SIZE_BYTES) throw new InvalidFingerprintError('too short');
  const count = (byteAt(bytes, 1) << 16) | (byteAt(bytes, 2) << 8) | byteAt(bytes, 3);
  const hashes = kernel.readHashes(bytes, count);
  if (typeof hashes === 'string') throw new InvalidFingerprintError(hashes);
  return { version: (byteAt(bytes, 0) << 24) >> 24, hashes };
}

/**
 * Encodes to the text form.
 * Throws RangeError if there are more than HASH_COUNT_MAX hashes or the version is not one byte.
 */
export function encodeFingerprint(fingerprint: DecodedFingerprint): string {
  return encodeBase64Url(encodeFingerprintBytes(fingerprint));
}

/** Encodes to the binary form; see encodeFingerprint. */
export function encodeFingerprintBytes(fingerprint: DecodedFingerprint): Uint8Array {
  const { version, hashes } = fingerprint;
  if (hashes.length > HASH_COUNT_MAX) throw new RangeError('more hashes than the header can count');
  if (!Number.isInteger(version) || version < -128 || version > 255) {
    throw new RangeError('the version is not one byte');
  }
  const { groupCount, escapeCount } = countGroups(hashes);
  const exceptionStart = HEADER_SIZE_BYTES + Math.ceil((3 * groupCount) / 8);
  const bytes = new Uint8Array(exceptionStart + Math.ceil((5 * escapeCount) / 8));
  bytes[0] = version & 0xff;
  bytes[1] = hashes.length >>> 16;
  bytes[2] = (hashes.length >>> 8) & 0xff;
  bytes[3] = hashes.length & 0xff;
  writeHashes(bytes, exceptionStart, hashes);
  return bytes;
}

function countGroups(hashes: Uint32Array): GroupCounts {
  let groupCount = 0;
  let escapeCount = 0;
  let previous = 0;
  for (const hash of hashes) {
    let position = 0;
    for (let bits = hash ^ previous; bits !== 0; bits &= bits - 1) {
      const next = 32 - Math.clz32(bits & -bits);
      if (next - position >= GAP_ESCAPE) escapeCount += 1;
      position = next;
      groupCount += 1;
    }
    groupCount += 1;
    previous = hash;
  }
  return { groupCount, escapeCount };
}

function writeHashes(bytes: Uint8Array, exceptionStart: number, hashes: Uint32Array): void {
  let normalBit = HEADER_SIZE_BYTES * 8;
  let exceptionBit = exceptionStart * 8;
  let previous = 0;
  for (const hash of hashes) {
    let position = 0;
    for (let bits = hash ^ previous; bits !== 0; bits &= bits - 1) {
      const next = 32 - Math.clz32(bits & -bits);
      const gap = next - position;
      writeBits(bytes, normalBit, Math.min(gap, GAP_ESCAPE));
      normalBit += 3;
      if (gap >= GAP_ESCAPE) {
        writeBits(bytes, exceptionBit, gap - GAP_ESCAPE);
        exceptionBit += 5;
      }
      position = next;
    }
    // The terminator is 0, which the bytes already hold.
    normalBit += 3;
    previous = hash;
  }
}

/** ORs a value of at most 5 bits into place; the bytes there are still zero. */
function writeBits(bytes: Uint8Array, bit: number, value: number): void {
  const index = bit >>> 3;
  const shifted = value << (bit & 7);
  bytes[index] = byteAt(bytes, index) | shifted;
  if (shifted > 0xff) bytes[index + 1] = byteAt(bytes, index + 1) | (shifted >>> 8);
}
