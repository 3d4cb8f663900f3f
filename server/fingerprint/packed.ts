/**
 * The form in which fingerprints are stored.
 *
 *   packed  = magic format version count zstd(deltas)
 */
import { HASH_COUNT_MAX, InvalidFingerprintError, type DecodedFingerprint } from './codec.ts';
import { compressZstd, decompressZstd } from './zstd.ts';

const MAGIC = 0xaf;
const FORMAT = 1;
const HEADER_SIZE_BYTES = 6;

/** Packs for storage; see the grammar above. */
export function packFingerprint(hashes: Uint32Array, version = 1): Buffer {
  if (hashes.length > HASH_COUNT_MAX) throw new RangeError('more hashes than the header can count');
  const header = Buffer.from([MAGIC, FORMAT, version, 0, 0, 0]);
  header.writeUIntLE(hashes.length, 3, 3);
  const deltas = Buffer.alloc(4 * hashes.length);
  let previous = 0;
  for (let index = 0; index < hashes.length; index += 1) {
    const hash = hashes[index] ?? 0;
    deltas.writeUInt32LE((hash ^ previous) >>> 0, 4 * index);
    previous = hash;
  }
  return Buffer.concat([header, compressZstd(deltas)]);
}

/** Reads what packFingerprint wrote. Throws InvalidFingerprintError. */
export function unpackFingerprint(packed: Uint8Array): DecodedFingerprint {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  if (bytes.length < HEADER_SIZE_BYTES) throw new InvalidFingerprintError('too short');
  if (bytes[0] !== MAGIC || bytes[1] !== FORMAT) throw new InvalidFingerprintError('not packed');
  const hashes = new Uint32Array(bytes.readUIntLE(3, 3));
  const deltas = decompressZstd(bytes.subarray(HEADER_SIZE_BYTES), 4 * hashes.length + 4);
  if (deltas.length !== 4 * hashes.length) throw new InvalidFingerprintError('length differs');
  let hash = 0;
  for (let index = 0; index < hashes.length; index += 1) {
    hash ^= deltas.readUInt32LE(4 * index);
    hashes[index] = hash;
  }
  return { version: bytes.readUInt8(2), hashes };
}
