/**
 * The form in which fingerprints are stored. All numbers are little-endian, bits are taken from the
 * least significant one of each byte on.
 *
 *   packed  = magic format version body
 *   magic   = uint8                0xac
 *   format  = uint8                0 plain, 1 runs
 *   version = uint8                algorithm number of the fingerprint
 *   body    = hash …               format 0: uint32 each, up to the end
 *           | count first size part part          format 1
 *   count   = uint16               hashes, 1 … 65535
 *   first   = uint32               the first hash
 *   size    = uint16               bytes of the first part
 *   part    = lane …               lanes 0 to 6 and 7 to 15, lane 0 being the hashes' lowest bits
 *   lane    = run … last           without gaps between, nor between lanes
 *   run     = stay … end           codes: how long the lane keeps a level, and where it goes then
 *   last    = run                  any that reaches the end of the fingerprint or beyond, ended or not
 *
 * What a lane and a level are, and which code is in turn, is told in packed-code.ts; the codes are
 * those of packed-model.ts. Each part is filled up with zero bits to a whole byte.
 *
 * Example: six times silence, 627964279, is ac 01 01 0600 77f96d25 0400, then eeee0e07 for lanes 0 to
 * 6 and ee0e770700 for the others: in each lane the one code that is cheapest and long enough.
 * The plain format serves what runs would make larger, which no music is.
 *
 * Measured on real vectors this is two thirds of zstd over XOR deltas (docs/formats.md).
 */
import { InvalidFingerprintError } from './codec.ts';
import type { DecodedFingerprint } from './codec.ts';
import { defaultKernel } from './default-kernel.ts';
import { isZstd, readCompressedFp } from './fp-format.ts';
import type { FingerprintKernel } from './kernel.ts';
import { LANE_COUNT, SECOND_PART_LANE } from './packed-code.ts';
import { writeLanes } from './write-runs.ts';

const MAGIC = 0xac;
const FORMAT_PLAIN = 0;
const FORMAT_RUNS = 1;
const HEADER_SIZE_BYTES = 3;
const RUNS_HEADER_SIZE_BYTES = HEADER_SIZE_BYTES + 8;
/** The count is a 16-bit field: two hours of audio. Longer fingerprints are stored plain. */
const RUNS_COUNT_MAX = 0xffff;
const PART_SIZE_MAX_BYTES = 0xffff;

/** Packs for storage. Throws RangeError if the version is not one byte. */
export function packFingerprint(hashes: Uint32Array, version = 1): Buffer {
  if (!Number.isInteger(version) || version < -128 || version > 255) {
    throw new RangeError('the version is not one byte');
  }
  return packRuns(hashes, version) ?? packPlain(hashes, version);
}

/**
 * Reads what packFingerprint wrote, or upstream's zstd-compressed "Fp" form.
 * The version is 0 to 255. Throws InvalidFingerprintError.
 */
export function unpackFingerprint(
  packed: Uint8Array,
  kernel: FingerprintKernel = defaultKernel,
): DecodedFingerprint {
  if (isZstd(packed)) return readCompressedFp(packed);
  const [magic, format, version] = packed;
  if (version === undefined) throw new InvalidFingerprintError('too short');
  if (magic !== MAGIC) throw new InvalidFingerprintError('not a packed fingerprint');
  if (format === FORMAT_PLAIN) return { version, hashes: unpackPlain(packed) };
  if (format === FORMAT_RUNS) return { version, hashes: unpackRuns(packed, kernel) };
  throw new InvalidFingerprintError('unknown packed format');
}

function packRuns(hashes: Uint32Array, version: number): Buffer | undefined {
  const [first] = hashes;
  if (first === undefined || hashes.length > RUNS_COUNT_MAX) return undefined;
  // What would be no smaller than the plain form is given up.
  const sizeMaxBytes = Math.max(0, Math.min(4 * hashes.length - 8, PART_SIZE_MAX_BYTES));
  const firstPart = writeLanes(hashes, 0, SECOND_PART_LANE, sizeMaxBytes);
  if (firstPart === undefined) return undefined;
  const left = sizeMaxBytes - firstPart.length;
  const secondPart = writeLanes(hashes, SECOND_PART_LANE, LANE_COUNT, left);
  if (secondPart === undefined) return undefined;
  const header = Buffer.alloc(RUNS_HEADER_SIZE_BYTES);
  header.set([MAGIC, FORMAT_RUNS, version & 0xff]);
  header.writeUInt16LE(hashes.length, 3);
  header.writeUInt32LE(first, 5);
  header.writeUInt16LE(firstPart.length, 9);
  return Buffer.concat([header, firstPart, secondPart]);
}

function unpackRuns(packed: Uint8Array, kernel: FingerprintKernel): Uint32Array {
  if (packed.length < RUNS_HEADER_SIZE_BYTES) throw new InvalidFingerprintError('too short');
  const parts = packed.subarray(RUNS_HEADER_SIZE_BYTES);
  const split = uint16At(packed, 9);
  if (split > parts.length) throw new InvalidFingerprintError('too short');
  const first = (uint16At(packed, 5) | (uint16At(packed, 7) << 16)) >>> 0;
  const hashes = kernel.readRuns({ count: uint16At(packed, 3), first, parts, split });
  if (hashes === undefined) throw new InvalidFingerprintError('the runs do not fill their bytes');
  return hashes;
}

function uint16At(bytes: Uint8Array, index: number): number {
  return (bytes[index] ?? 0) | ((bytes[index + 1] ?? 0) << 8);
}

function packPlain(hashes: Uint32Array, version: number): Buffer {
  const packed = Buffer.alloc(HEADER_SIZE_BYTES + 4 * hashes.length);
  packed.set([MAGIC, FORMAT_PLAIN, version & 0xff]);
  for (const [index, hash] of hashes.entries()) {
    packed.writeUInt32LE(hash, HEADER_SIZE_BYTES + 4 * index);
  }
  return packed;
}

function unpackPlain(packed: Uint8Array): Uint32Array {
  const size = packed.length - HEADER_SIZE_BYTES;
  if (size % 4 !== 0) throw new InvalidFingerprintError('not whole hashes');
  return Uint32Array.from({ length: size / 4 }, (_, index) => {
    const at = HEADER_SIZE_BYTES + 4 * index;
    return uint16At(packed, at) | (uint16At(packed, at + 2) << 16);
  });
}
