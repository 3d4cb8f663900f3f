/**
 * A segment file, format version 2. All integers little-endian.
 *
 *   file      := header blocks directory checksums documents tombstones metadata
 *   header    := 128 bytes, see below
 *   blocks    := block × blockCount      512 bytes each, see block.ts for both codecs
 *   directory := u32 × blockCount        first hash of each block, shifted right by hashShift
 *   checksums := u32 × blockCount        CRC-32 of each block, for reading blocks one by one
 *   documents := packed ids              see packed-ids.ts; an id's place is its ordinal in the blocks
 *   tombstones:= u32 × tombstoneCount    deleted ids, ascending
 *   metadata  := UTF-8 JSON              array of [key, value], metadataSize bytes
 *
 *   header, by byte offset:
 *     0 magic "AXSG"   4 version u32 = 2   8 blockSize u32 = 512
 *    12 codec u32 = 1 (ef) | 2 (streamvbyte)
 *    16 first u64     24 last u64         32 version u64          40 postingCount u64
 *    48 blockCount u32                    52 hashShift u32 ≤ 31
 *    56 documentCount u32  60 tombstoneCount u32  64 metadataSize u32
 *    68 … 91  CRC-32 of blocks, directory, checksums, documents, tombstones, metadata, u32 each
 *    92 documentsSize u32, bytes of documents     96 … 123 zero
 *   124 CRC-32 of bytes 0 … 123
 *
 * Every byte of the file is under one of these checksums, and the sizes add up to its length.
 * Example: one document 7 with hash 16 at commit 1 makes 128 + 512 + 4 + 4 + 5 + 0 + 2 = 655 bytes.
 *
 * Version 1, which is still read, has u32 × documentCount for documents, zero at 92, and codec 1.
 */
import { crc32 } from 'node:zlib';
import { BLOCK_SIZE_BYTES, type Codec, CODEC_NUMBERS } from './block.ts';
import { CorruptionError, FormatVersionError } from './errors.ts';
import type { SegmentIdentity } from './segment.ts';

const SEGMENT_FORMAT_VERSION = 2;
/** Before it, ids were not packed. */
const PACKED_SINCE_VERSION = 2;
export const SEGMENT_HEADER_SIZE_BYTES = 128;
const MAGIC = 'AXSG';
const HEADER_CRC_AT = 124;

export const SECTIONS = [
  'blocks',
  'directory',
  'checksums',
  'documents',
  'tombstones',
  'metadata',
] as const;
export type Section = (typeof SECTIONS)[number];

export interface SegmentHeader {
  readonly identity: SegmentIdentity;
  readonly codec: Codec;
  readonly postingCount: number;
  readonly blockCount: number;
  readonly hashShift: number;
  readonly documentCount: number;
  readonly documentsSize: number;
  readonly hasPackedIds: boolean;
  readonly tombstoneCount: number;
  readonly metadataSize: number;
  readonly crcs: Readonly<Record<Section, number>>;
}

/** Where a section lies in the file. */
export function sectionRange(
  header: SegmentHeader,
  section: Section,
): { at: number; size: number } {
  let at = SEGMENT_HEADER_SIZE_BYTES;
  for (const name of SECTIONS) {
    const size = sectionSize(header, name);
    if (name === section) return { at, size };
    at += size;
  }
  return { at, size: 0 };
}

export function segmentFileSize(header: SegmentHeader): number {
  return SECTIONS.reduce((sum, name) => sum + sectionSize(header, name), SEGMENT_HEADER_SIZE_BYTES);
}

export function encodeHeader(header: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(SEGMENT_HEADER_SIZE_BYTES);
  bytes.write(MAGIC, 0, 'latin1');
  bytes.writeUInt32LE(SEGMENT_FORMAT_VERSION, 4);
  bytes.writeUInt32LE(BLOCK_SIZE_BYTES, 8);
  bytes.writeUInt32LE(CODEC_NUMBERS[header.codec], 12);
  bytes.writeBigUInt64LE(BigInt(header.identity.first), 16);
  bytes.writeBigUInt64LE(BigInt(header.identity.last), 24);
  bytes.writeBigUInt64LE(BigInt(header.identity.version), 32);
  bytes.writeBigUInt64LE(BigInt(header.postingCount), 40);
  bytes.writeUInt32LE(header.blockCount, 48);
  bytes.writeUInt32LE(header.hashShift, 52);
  bytes.writeUInt32LE(header.documentCount, 56);
  bytes.writeUInt32LE(header.tombstoneCount, 60);
  bytes.writeUInt32LE(header.metadataSize, 64);
  SECTIONS.forEach((name, i) => bytes.writeUInt32LE(header.crcs[name], 68 + i * 4));
  bytes.writeUInt32LE(header.documentsSize, 92);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, HEADER_CRC_AT)), HEADER_CRC_AT);
  return bytes;
}

/** Throws CorruptionError, FormatVersionError. */
export function decodeHeader(bytes: Buffer, file: string): SegmentHeader {
  if (bytes.length < SEGMENT_HEADER_SIZE_BYTES) {
    throw new CorruptionError(file, bytes.length, 'the header is cut short');
  }
  if (crc32(bytes.subarray(0, HEADER_CRC_AT)) !== bytes.readUInt32LE(HEADER_CRC_AT)) {
    throw new CorruptionError(file, 0, 'header checksum mismatch');
  }
  if (bytes.toString('latin1', 0, 4) !== MAGIC) throw new CorruptionError(file, 0, 'wrong magic');
  const version = bytes.readUInt32LE(4);
  if (version === 0 || version > SEGMENT_FORMAT_VERSION) {
    throw new FormatVersionError(file, version, SEGMENT_FORMAT_VERSION);
  }
  const hasPackedIds = version >= PACKED_SINCE_VERSION;
  const u64 = (at: number): number => Number(bytes.readBigUInt64LE(at));
  const u32 = (at: number): number => bytes.readUInt32LE(at);
  const codec = codecOf(u32(12));
  if (u32(8) !== BLOCK_SIZE_BYTES || codec === undefined) {
    throw new CorruptionError(file, 8, 'unknown block size or codec');
  }
  return {
    codec,
    hasPackedIds,
    documentsSize: hasPackedIds ? u32(92) : u32(56) * 4,
    identity: { first: u64(16), last: u64(24), version: u64(32) },
    postingCount: u64(40),
    blockCount: u32(48),
    hashShift: u32(52),
    documentCount: u32(56),
    tombstoneCount: u32(60),
    metadataSize: u32(64),
    crcs: {
      blocks: u32(68),
      directory: u32(72),
      checksums: u32(76),
      documents: u32(80),
      tombstones: u32(84),
      metadata: u32(88),
    },
  };
}

function codecOf(number: number): Codec | undefined {
  if (number === CODEC_NUMBERS.ef) return 'ef';
  return number === CODEC_NUMBERS.streamvbyte ? 'streamvbyte' : undefined;
}

function sectionSize(header: SegmentHeader, section: Section): number {
  switch (section) {
    case 'blocks':
      return header.blockCount * BLOCK_SIZE_BYTES;
    case 'directory':
    case 'checksums':
      return header.blockCount * 4;
    case 'documents':
      return header.documentsSize;
    case 'tombstones':
      return header.tombstoneCount * 4;
    case 'metadata':
      return header.metadataSize;
  }
}
