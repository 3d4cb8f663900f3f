/**
 * Upstream's segment file (fpindex.md section 5.5):
 *
 *   file   := header metadata documents padding block * terminator index footer length
 *   header := msgpack map { 0: 0x53474D31, 1: [commit id, merges, version | nil], 2: has metadata,
 *             3: has documents, 4: block size }
 *   metadata  := msgpack map string → string      documents := msgpack map id → bool, false = deleted
 *   padding   := zeros up to a multiple of the block size
 *   terminator:= a block of zeros
 *   index  := u32 LE × blocks       last hash of each
 *   footer := msgpack map { 0: 0x314D4753, 1: postings, 2: blocks, 3: CRC-64/XZ of the blocks }
 *   length := u32 LE                bytes of the footer
 *
 * The header, tables and index are under no checksum there; reading checks what can be checked.
 */
import { CorruptionError } from '../errors.ts';
import type { SegmentIdentity } from '../segment.ts';
import { MsgpackReader } from '../wire/msgpack-reader.ts';
import { Crc64 } from './crc64.ts';
import {
  decodeUpstreamBlock,
  StreamVByteWriter,
  UPSTREAM_BLOCK_SIZE_BYTES,
} from './streamvbyte.ts';
import { MsgpackWriter } from './msgpack-writer.ts';

const HEADER_MAGIC = 0x5347_4d31;
const FOOTER_MAGIC = 0x314d_4753;

export interface UpstreamSegment {
  readonly identity: SegmentIdentity;
  readonly metadata: ReadonlyMap<string, string>;
  /** Ascending. */
  readonly documents: Uint32Array;
  readonly tombstones: Uint32Array;
  /** Calls back with the postings of each block in order. */
  readonly postings: (onBlock: (hashes: Uint32Array, ids: Uint32Array) => void) => void;
}

/** Writes a segment piece by piece to `write`. */
export function writeUpstreamSegment(
  segment: UpstreamSegment,
  write: (bytes: Uint8Array) => void,
): void {
  const head = headOf(segment);
  const size = UPSTREAM_BLOCK_SIZE_BYTES;
  write(head);
  write(Buffer.alloc((size - (head.length % size)) % size));
  const crc = new Crc64();
  const hashMaxima: number[] = [];
  let postingCount = 0;
  const blocks = new StreamVByteWriter(segment.documents[0] ?? 0, (block, hashMax) => {
    crc.update(block);
    hashMaxima.push(hashMax);
    write(block);
  });
  segment.postings((hashes, ids) => {
    postingCount += hashes.length;
    for (let i = 0; i < hashes.length; i++) blocks.push(hashes[i] ?? 0, ids[i] ?? 0);
  });
  blocks.finish();
  write(Buffer.alloc(size));
  write(Buffer.from(Uint32Array.from(hashMaxima).buffer));
  const footer = new MsgpackWriter();
  footer.map(4);
  footer.integers(0, FOOTER_MAGIC, 1, postingCount, 2, hashMaxima.length, 3);
  footer.uint64(crc.digest());
  const bytes = footer.finish();
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  write(bytes);
  write(length);
}

/** Reads a whole segment file. Throws CorruptionError. */
export function readUpstreamSegment(bytes: Buffer, file: string): UpstreamSegment {
  try {
    return parse(bytes, file);
  } catch (cause) {
    if (cause instanceof CorruptionError) throw cause;
    throw new CorruptionError(file, 0, `not a segment file of upstream's (${String(cause)})`);
  }
}

function headOf({ identity, metadata, documents, tombstones }: UpstreamSegment): Buffer {
  const { first, last, version } = identity;
  const writer = new MsgpackWriter();
  writer.map(5);
  writer.integers(0, HEADER_MAGIC, 1);
  writer.array(3);
  writer.integers(first, last - first);
  if (version === last) writer.nil();
  else writer.integers(version);
  writer.integers(2);
  writer.boolean(true);
  writer.integers(3);
  writer.boolean(true);
  writer.integers(4, UPSTREAM_BLOCK_SIZE_BYTES);
  writer.map(metadata.size);
  for (const [key, value] of metadata) {
    writer.text(key);
    writer.text(value);
  }
  writer.map(documents.length + tombstones.length);
  for (const id of documents) {
    writer.integers(id);
    writer.boolean(true);
  }
  for (const id of tombstones) {
    writer.integers(id);
    writer.boolean(false);
  }
  return writer.finish();
}

function parse(bytes: Buffer, file: string): UpstreamSegment {
  const reader = new MsgpackReader(bytes);
  const header = readHeader(reader);
  const metadata = new Map<string, string>();
  if (header.hasMetadata) reader.stringMap((key, value) => metadata.set(key, value));
  const documents: number[] = [];
  const tombstones: number[] = [];
  if (header.hasDocuments) {
    reader.integerMap((id) => (reader.boolean() ? documents : tombstones).push(id));
  }
  const size = header.blockSize;
  const blocksAt = Math.ceil(reader.offset / size) * size;
  const footerSize = bytes.readUInt32LE(bytes.length - 4);
  const footer = readFooter(new MsgpackReader(bytes, bytes.length - 4 - footerSize));
  const blocks = bytes.subarray(blocksAt, blocksAt + footer.blockCount * size);
  if (new Crc64().update(blocks).digest() !== footer.crc) {
    throw new CorruptionError(file, blocksAt, 'checksum mismatch in blocks');
  }
  const ascending = Uint32Array.from(documents).sort();
  return {
    identity: header.identity,
    metadata,
    documents: ascending,
    tombstones: Uint32Array.from(tombstones).sort(),
    postings: (onBlock) => {
      let count = 0;
      for (let at = 0; at < blocks.length; at += size) {
        const decoded = decodeUpstreamBlock(blocks.subarray(at, at + size), ascending[0] ?? 0);
        if (!decoded) throw new CorruptionError(file, blocksAt + at, 'undecodable block');
        count += decoded.hashes.length;
        onBlock(decoded.hashes, decoded.ids);
      }
      if (count !== footer.postingCount) {
        throw new CorruptionError(
          file,
          blocksAt,
          `${count} postings, ${footer.postingCount} expected`,
        );
      }
    },
  };
}

function readHeader(reader: MsgpackReader) {
  let identity: SegmentIdentity = { first: 0, last: 0, version: 0 };
  let blockSize = 0;
  let hasMetadata = false;
  let hasDocuments = false;
  let magic = 0;
  reader.integerMap((key) => {
    if (key === 0) magic = reader.u32();
    else if (key === 1) identity = readIdentity(reader);
    else if (key === 2) hasMetadata = reader.boolean();
    else if (key === 3) hasDocuments = reader.boolean();
    else blockSize = reader.u32();
  });
  if (magic !== HEADER_MAGIC || blockSize < 64 || blockSize > 4096) {
    throw new RangeError('wrong magic or block size');
  }
  return { identity, blockSize, hasMetadata, hasDocuments };
}

/** `[commit id, merges, version | nil]`; without a version, the last commit id is it. */
export function readIdentity(reader: MsgpackReader): SegmentIdentity {
  const parts: number[] = [];
  reader.array(() => {
    if (!reader.takeNull()) parts.push(reader.integer());
  });
  const [first = 0, merges = 0, version = first + merges] = parts;
  return { first, last: first + merges, version };
}

function readFooter(reader: MsgpackReader) {
  const fields = { magic: 0, postingCount: 0, blockCount: 0, crc: 0n };
  reader.integerMap((key) => {
    if (key === 0) fields.magic = reader.u32();
    else if (key === 1) fields.postingCount = reader.u32();
    else if (key === 2) fields.blockCount = reader.u32();
    else fields.crc = reader.uint64();
  });
  if (fields.magic !== FOOTER_MAGIC) throw new RangeError('wrong magic in the footer');
  return fields;
}
