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
 * The header, tables and index are under no checksum there; reading (upstream-segment-reader.ts) checks
 * what can be checked.
 */
import type { SegmentIdentity } from '../segment.ts';
import { Crc64 } from './crc64.ts';
import { StreamVByteWriter, UPSTREAM_BLOCK_SIZE_BYTES } from './streamvbyte.ts';
import { MsgpackWriter } from './msgpack-writer.ts';

export const HEADER_MAGIC = 0x5347_4d31;
export const FOOTER_MAGIC = 0x314d_4753;

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
