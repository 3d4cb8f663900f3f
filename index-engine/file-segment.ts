import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { crc32 } from 'node:zlib';
import { WORDS_PER_BLOCK } from './block.ts';
import { DiskBlocks } from './disk-blocks.ts';
import { CorruptionError } from './errors.ts';
import { unpackIds } from './packed-ids.ts';
import { Segment, shapeOf } from './segment.ts';
import {
  decodeHeader,
  SEGMENT_HEADER_SIZE_BYTES,
  type Section,
  sectionRange,
  segmentFileSize,
  type SegmentHeader,
} from './segment-format.ts';
import { regionSizeBytes, type SegmentMemories } from './segment-memory.ts';

/** Read at a time; small enough that a checksum of it does not hold up a search noticeably. */
const PIECE_SIZE_BYTES = 1024 * 1024;

/**
 * Loads a segment file into memory, every checksum verified. The reads are asynchronous, so searches
 * go on meanwhile. Where the memory limit leaves no room, blocks stay on disk; `releasedSoonBytes` is
 * what this segment will take the place of. Throws CorruptionError, FormatVersionError.
 */
export async function loadSegment(
  memories: SegmentMemories,
  path: string,
  releasedSoonBytes = 0,
): Promise<Segment> {
  const handle = await open(path, 'r');
  try {
    const header = await readHeader(handle, path);
    const { identity, blockCount, documentCount, hashShift, postingCount, codec } = header;
    const wanted = shapeOf(blockCount, documentCount, hashShift, true);
    const roomBytes = memories.residentBytesMax - memories.residentBytes + releasedSoonBytes;
    const isResident = regionSizeBytes(wanted) <= roomBytes;
    const shape = { ...wanted, isResident };
    const region = memories.allocate(shape);
    try {
      const file = { handle, path, header };
      const disk = await readBlocks(file, isResident ? region.blocks : undefined);
      await readSection(file, 'directory', bytesOf(region.directory));
      await readDocuments(file, region.documents);
      const tombstones = new Uint32Array(header.tombstoneCount);
      await readSection(file, 'tombstones', bytesOf(tombstones));
      const metadata = await readMetadata(file);
      const name = basename(path);
      const counts = { hashShift, postingCount };
      const parts = { identity, codec, ...counts, tombstones, metadata, file: name };
      return new Segment({ ...parts, ...(disk && { disk }) }, region, shape);
    } catch (error) {
      memories.release(region);
      throw error;
    }
  } finally {
    await handle.close();
  }
}

/**
 * Reads and verifies the blocks. Without memory for them they stay on disk, each to be checked when it
 * is read: verifying them all would take minutes where it is not needed.
 */
async function readBlocks(
  file: OpenFile,
  into: Uint32Array | undefined,
): Promise<DiskBlocks | undefined> {
  const { blockCount } = file.header;
  const checksums = new Uint32Array(new SharedArrayBuffer(blockCount * 4));
  await readSection(file, 'checksums', bytesOf(checksums));
  const { at } = sectionRange(file.header, 'blocks');
  if (!into) return new DiskBlocks({ path: file.path, at, checksums });
  await readSection(file, 'blocks', bytesOf(into.subarray(0, blockCount * WORDS_PER_BLOCK)));
  return undefined;
}

interface OpenFile {
  readonly handle: FileHandle;
  readonly path: string;
  readonly header: SegmentHeader;
}

/** Verifies every section of a file without keeping it. Throws as `loadSegment`. */
export async function verifySegmentFile(path: string): Promise<SegmentHeader> {
  const handle = await open(path, 'r');
  try {
    const header = await readHeader(handle, path);
    const file = { handle, path, header };
    for (const section of ['blocks', 'directory', 'checksums', 'tombstones'] as const) {
      await readSection(file, section);
    }
    await readDocuments(file, new Uint32Array(header.documentCount));
    await readMetadata(file);
    return header;
  } finally {
    await handle.close();
  }
}

async function readHeader(handle: FileHandle, path: string): Promise<SegmentHeader> {
  const bytes = Buffer.alloc(SEGMENT_HEADER_SIZE_BYTES);
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
  const header = decodeHeader(bytes.subarray(0, bytesRead), path);
  const { size } = await handle.stat();
  if (size !== segmentFileSize(header)) {
    throw new CorruptionError(path, size, `the file should have ${segmentFileSize(header)} bytes`);
  }
  return header;
}

/** Verifies a section; without `into`, a piece at a time and for nothing else. */
async function readSection(file: OpenFile, section: Section, into?: Uint8Array): Promise<void> {
  const { at, size } = sectionRange(file.header, section);
  const passing = into ? undefined : new Uint8Array(Math.min(size, PIECE_SIZE_BYTES));
  let crc = 0;
  for (let from = 0; from < size;) {
    const end = Math.min(size, from + PIECE_SIZE_BYTES);
    const piece = into?.subarray(from, end) ?? (passing as Uint8Array).subarray(0, end - from);
    const { bytesRead } = await file.handle.read(piece, 0, piece.length, at + from);
    if (bytesRead === 0) throw new CorruptionError(file.path, at + from, 'the file is cut short');
    crc = crc32(piece.subarray(0, bytesRead), crc);
    from += bytesRead;
  }
  if (crc !== file.header.crcs[section]) {
    throw new CorruptionError(file.path, at, `checksum mismatch in ${section}`);
  }
}

async function readDocuments(file: OpenFile, into: Uint32Array): Promise<void> {
  const { hasPackedIds, documentsSize } = file.header;
  if (!hasPackedIds) return readSection(file, 'documents', bytesOf(into));
  const packed = new Uint8Array(documentsSize);
  await readSection(file, 'documents', packed);
  if (unpackIds(packed, into)) return;
  const { at } = sectionRange(file.header, 'documents');
  throw new CorruptionError(file.path, at, 'the ids do not ascend or are not as many');
}

async function readMetadata(file: OpenFile): Promise<Map<string, string>> {
  const bytes = Buffer.alloc(file.header.metadataSize);
  await readSection(file, 'metadata', bytes);
  // The checksum vouches for what SegmentWriter put there.
  return new Map(JSON.parse(bytes.toString()) as [string, string][]);
}

function bytesOf(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}
