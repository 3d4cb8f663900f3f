/**
 * The form in which upstream stores fingerprints: one zstd frame of
 *
 *   fp      = "Fp" format version delta …
 *   format  = uint8                 1
 *   version = uint8                 algorithm number
 *   delta   = uint32 little-endian  each hash XORed with the one before it
 *
 * Example: [1, 2, 3] of version 99 are 46 70 01 63 01000000 03000000 01000000 before compression.
 */
import { InvalidFingerprintError } from './codec.ts';
import type { DecodedFingerprint } from './codec.ts';
import { compressZstd, decompressZstd } from './zstd.ts';

/** A day and a half of audio; upstream takes far less in one request. */
const FP_HASH_COUNT_MAX = 1 << 20;

const MAGIC = Buffer.from('Fp');
const FORMAT = 1;
const HEADER_SIZE_BYTES = 4;
const ZSTD_MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** Writes upstream's form before compression. Throws RangeError if the version is not one byte. */
export function writeFp({ version, hashes }: DecodedFingerprint): Buffer {
  const fp = Buffer.alloc(HEADER_SIZE_BYTES + 4 * hashes.length);
  fp.set(MAGIC);
  fp.writeUInt8(FORMAT, 2);
  fp.writeUInt8(version, 3);
  let previous = 0;
  for (const [index, hash] of hashes.entries()) {
    fp.writeUInt32LE((hash ^ previous) >>> 0, HEADER_SIZE_BYTES + 4 * index);
    previous = hash;
  }
  return fp;
}

/** Reads upstream's form before compression; up to three bytes at the end are ignored, as there. */
export function readFp(bytes: Uint8Array): DecodedFingerprint {
  const fp = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (fp.length < HEADER_SIZE_BYTES) throw new InvalidFingerprintError('too short');
  if (!fp.subarray(0, 2).equals(MAGIC)) throw new InvalidFingerprintError('not an Fp fingerprint');
  if (fp[2] !== FORMAT) throw new InvalidFingerprintError('unknown Fp format');
  const hashes = new Uint32Array(Math.floor((fp.length - HEADER_SIZE_BYTES) / 4));
  let hash = 0;
  for (let index = 0; index < hashes.length; index += 1) {
    hash ^= fp.readUInt32LE(HEADER_SIZE_BYTES + 4 * index);
    hashes[index] = hash;
  }
  return { version: fp.readUInt8(3), hashes };
}

/** Writes what upstream keeps in `fingerprint_data.fingerprint`; see writeFp. */
export function writeCompressedFp(fingerprint: DecodedFingerprint): Buffer {
  return compressZstd(writeFp(fingerprint));
}

/** Reads what upstream keeps in `fingerprint_data.fingerprint`. Throws InvalidFingerprintError. */
export function readCompressedFp(bytes: Uint8Array): DecodedFingerprint {
  const sizeMaxBytes = HEADER_SIZE_BYTES + 4 * FP_HASH_COUNT_MAX;
  let fp: Buffer;
  try {
    fp = decompressZstd(bytes, sizeMaxBytes);
  } catch (error) {
    throw new InvalidFingerprintError('does not decompress', { cause: error });
  }
  return readFp(fp);
}

/** Whether these bytes begin as zstd frames do. */
export function isZstd(bytes: Uint8Array): boolean {
  return ZSTD_MAGIC.every((byte, index) => bytes[index] === byte);
}
