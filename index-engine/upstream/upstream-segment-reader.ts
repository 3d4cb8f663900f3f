/**
 * Reading a segment file of upstream's (upstream-segment.ts) piece by piece: memory goes with the number
 * of its documents, four bytes each, and not with the size of the file.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { CorruptionError } from '../errors.ts';
import type { SegmentIdentity } from '../segment.ts';
import { MsgpackReader } from '../wire/msgpack-reader.ts';
import { reserve, type U32Sink } from '../wire/value-reader.ts';
import { Crc64 } from './crc64.ts';
import { decodeUpstreamBlock } from './streamvbyte.ts';
import { FOOTER_MAGIC, HEADER_MAGIC, type UpstreamSegment } from './upstream-segment.ts';

const WINDOW_SIZE_BYTES = 1024 * 1024;
/** The header and the metadata are read at once, so they are bounded. */
const HEAD_SIZE_BYTES_MAX = 64 * 1024 * 1024;
/** Of the documents' map: an id of five bytes and a boolean. */
const ENTRY_SIZE_BYTES_MAX = 10;
const FOOTER_SIZE_BYTES_MAX = 256;

/** Opens and checks a file; disposing closes it. `name` is what errors call it. Throws CorruptionError. */
export function openUpstreamSegment(path: string, name: string): UpstreamSegment & Disposable {
  const source = new FileWindow(path, name);
  try {
    return { ...parse(source), [Symbol.dispose]: () => source.close() };
  } catch (cause) {
    source.close();
    if (cause instanceof CorruptionError) throw cause;
    throw new CorruptionError(name, 0, `not a segment file of upstream's (${String(cause)})`);
  }
}

/** A file read by position into one buffer, which the next read overwrites. */
class FileWindow {
  readonly name: string;
  readonly size: number;
  readonly #fd: number;
  #bytes = Buffer.allocUnsafeSlow(WINDOW_SIZE_BYTES);

  constructor(path: string, name: string) {
    this.name = name;
    this.#fd = openSync(path, 'r');
    this.size = fstatSync(this.#fd).size;
  }

  /** Bytes from `at` on, fewer than `size` only at the end of the file. */
  read(at: number, size = WINDOW_SIZE_BYTES): Buffer {
    const wanted = Math.max(0, Math.min(size, this.size - at));
    if (wanted > this.#bytes.length) this.#bytes = Buffer.allocUnsafeSlow(wanted);
    return this.#bytes.subarray(0, readSync(this.#fd, this.#bytes, 0, wanted, at));
  }

  close(): void {
    closeSync(this.#fd);
  }
}

interface Blocks {
  readonly at: number;
  readonly blockSize: number;
  readonly blockCount: number;
  readonly postingCount: number;
  readonly crc: bigint;
}

function parse(source: FileWindow): UpstreamSegment {
  const metadata = new Map<string, string>();
  const head = readHead(source, metadata);
  const { documents, tombstones, end } = head.hasDocuments
    ? readDocuments(source, head.end)
    : { documents: new Uint32Array(0), tombstones: new Uint32Array(0), end: head.end };
  const { blockSize } = head;
  const at = Math.ceil(end / blockSize) * blockSize;
  const blocks = { at, blockSize, ...readFooter(source) };
  refuseDamage(source, blocks);
  return {
    identity: head.identity,
    metadata,
    documents,
    tombstones,
    postings: (onBlock) => decodeBlocks(source, blocks, documents[0] ?? 0, onBlock),
  };
}

/** Header and metadata: more is looked at until they can be read. */
function readHead(source: FileWindow, metadata: Map<string, string>) {
  for (let size = WINDOW_SIZE_BYTES; ; size *= 2) {
    const bytes = source.read(0, Math.min(size, HEAD_SIZE_BYTES_MAX));
    try {
      const reader = new MsgpackReader(bytes);
      const header = readHeader(reader);
      metadata.clear();
      if (header.hasMetadata) reader.stringMap((key, value) => metadata.set(key, value));
      return { ...header, end: reader.offset };
    } catch (error) {
      if (bytes.length < size) throw error;
    }
  }
}

function readHeader(reader: MsgpackReader) {
  const header = { blockSize: 0, hasMetadata: false, hasDocuments: false, magic: 0 };
  let identity: SegmentIdentity = { first: 0, last: 0, version: 0 };
  reader.integerMap((key) => {
    if (key === 0) header.magic = reader.u32();
    else if (key === 1) identity = readIdentity(reader);
    else if (key === 2) header.hasMetadata = reader.boolean();
    else if (key === 3) header.hasDocuments = reader.boolean();
    else header.blockSize = reader.u32();
  });
  if (header.magic !== HEADER_MAGIC || header.blockSize < 64 || header.blockSize > 4096) {
    throw new RangeError('wrong magic or block size');
  }
  return { ...header, identity };
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

/** The map of ids, which upstream writes in any order, as two ascending arrays. */
function readDocuments(source: FileWindow, start: number) {
  const documents: U32Sink = { values: new Uint32Array(0), size: 0 };
  const tombstones: U32Sink = { values: new Uint32Array(0), size: 0 };
  let at = start;
  let bytes = source.read(at);
  let reader = new MsgpackReader(bytes);
  const count = reader.integerMapSize();
  for (let i = 0; i < count; i++) {
    if (bytes.length - reader.offset < ENTRY_SIZE_BYTES_MAX && bytes.length === WINDOW_SIZE_BYTES) {
      at += reader.offset;
      bytes = source.read(at);
      reader = new MsgpackReader(bytes);
    }
    const id = reader.u32();
    const sink = reader.boolean() ? documents : tombstones;
    if (sink.size === sink.values.length) reserve(sink, 1);
    sink.values[sink.size++] = id;
  }
  const ascending = ({ values, size }: U32Sink): Uint32Array => values.slice(0, size).sort();
  return {
    documents: ascending(documents),
    tombstones: ascending(tombstones),
    end: at + reader.offset,
  };
}

function readFooter(source: FileWindow) {
  const size = source.size < 4 ? 0 : source.read(source.size - 4).readUInt32LE(0);
  if (size === 0 || size > FOOTER_SIZE_BYTES_MAX) throw new RangeError('no footer');
  const reader = new MsgpackReader(source.read(source.size - 4 - size, size));
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

/** Calls back with whole blocks, as many at a time as the window holds. */
function eachPiece(
  source: FileWindow,
  { at, blockSize, blockCount }: Blocks,
  onPiece: (bytes: Buffer, at: number) => void,
): void {
  const step = Math.floor(WINDOW_SIZE_BYTES / blockSize) * blockSize;
  const end = at + blockCount * blockSize;
  for (let from = at; from < end; from += step) {
    const size = Math.min(step, end - from);
    const bytes = source.read(from, size);
    if (bytes.length < size) throw new CorruptionError(source.name, from, 'the file is cut short');
    onPiece(bytes, from);
  }
}

function refuseDamage(source: FileWindow, blocks: Blocks): void {
  const crc = new Crc64();
  eachPiece(source, blocks, (bytes) => crc.update(bytes));
  if (crc.digest() !== blocks.crc) {
    throw new CorruptionError(source.name, blocks.at, 'checksum mismatch in blocks');
  }
}

function decodeBlocks(
  source: FileWindow,
  blocks: Blocks,
  idMin: number,
  onBlock: (hashes: Uint32Array, ids: Uint32Array) => void,
): void {
  let count = 0;
  eachPiece(source, blocks, (bytes, from) => {
    for (let at = 0; at < bytes.length; at += blocks.blockSize) {
      const decoded = decodeUpstreamBlock(bytes.subarray(at, at + blocks.blockSize), idMin);
      if (!decoded) throw new CorruptionError(source.name, from + at, 'undecodable block');
      count += decoded.hashes.length;
      onBlock(decoded.hashes, decoded.ids);
    }
  });
  if (count === blocks.postingCount) return;
  const problem = `${count} postings, ${blocks.postingCount} expected`;
  throw new CorruptionError(source.name, blocks.at, problem);
}
