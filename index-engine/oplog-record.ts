/**
 * One commit in the oplog, the record of fpindex.md section 5.7:
 *
 *   record  := length crc payload
 *   length  := u32 LE      bytes of the payload, 1 … 64 MiB
 *   crc     := u32 LE      CRC-32 (ISO-HDLC) of the payload
 *   payload := msgpack map { "i": commit id, "v"?: version, "c": [change …] }
 *   change  := { "i": { "i": id, "h": [hash …] } } | { "d": { "i": id } }
 *            | { "s": { "e": [ { "k": key, "v": value } … ] } }
 *
 * `v` is left out when it equals the commit id. Metadata of the batch is one trailing `s` change.
 *
 * Example, commit 1 inserting document 1 with hashes 100 and 200 (28 bytes):
 *
 *   14000000 8eb77b8f 82 a169 01 a163 91 81 a169 82 a169 01 a168 92 64 ccc8
 */
import { crc32 } from 'node:zlib';
import { type ChangeBatch, readChanges } from './change.ts';
import { CorruptionError } from './errors.ts';
import { MsgpackReader } from './wire/msgpack-reader.ts';
import { fieldNames } from './wire/value-reader.ts';

export const RECORD_HEADER_SIZE_BYTES = 8;
export const RECORD_PAYLOAD_SIZE_BYTES_MAX = 64 * 1024 * 1024;
/** Header, map, keys and two numbers. */
const HEAD_SIZE_BYTES_MAX = 64;
const RECORD = fieldNames({ commit_id: 'i', version: 'v', changes: 'c' });

export interface RecordHead {
  commitId: number;
  version: number;
}

/** The `c` part of a payload, which can be made before it is known which commit it will be. */
export function encodeChanges(batch: ChangeBatch): Buffer {
  const writer = new RecordWriter(sizeBytesMax(batch));
  writer.changes(batch);
  return writer.finish();
}

/** One whole record in two pieces, the second being `changes`. Throws RangeError above the limit. */
export function sealRecord(head: RecordHead, changes: Uint8Array): [Buffer, Uint8Array] {
  const writer = new RecordWriter(HEAD_SIZE_BYTES_MAX);
  writer.skip(RECORD_HEADER_SIZE_BYTES);
  const writesVersion = head.version !== head.commitId;
  writer.byte(writesVersion ? 0x83 : 0x82);
  writer.text('i');
  writer.integer(head.commitId);
  if (writesVersion) {
    writer.text('v');
    writer.integer(head.version);
  }
  writer.text('c');
  const front = writer.finish();
  const payloadFront = front.subarray(RECORD_HEADER_SIZE_BYTES);
  const payloadSize = payloadFront.length + changes.length;
  if (payloadSize > RECORD_PAYLOAD_SIZE_BYTES_MAX) {
    throw new RangeError(`a record of ${payloadSize} bytes is above the limit`);
  }
  front.writeUInt32LE(payloadSize, 0);
  front.writeUInt32LE(crc32(changes, crc32(payloadFront)), 4);
  return [front, changes];
}

/**
 * Decodes a payload whose checksum was right onto the end of `batch`. A checksum that is right
 * over bytes that make no sense is a bug or a forgery, never a torn write: CorruptionError.
 */
export function decodePayload(
  payload: Uint8Array,
  batch: ChangeBatch,
  where: { file: string; offset: number },
): RecordHead {
  const head = { commitId: 0, version: 0 };
  try {
    const reader = new MsgpackReader(payload);
    reader.fields(RECORD, (field) => {
      if (field === 0) head.commitId = reader.integer();
      else if (field === 1) head.version = reader.integer();
      else readChanges(reader, batch);
    });
    reader.end();
  } catch (cause) {
    throw new CorruptionError(where.file, where.offset, `undecodable record (${String(cause)})`);
  }
  if (head.commitId === 0) {
    throw new CorruptionError(where.file, where.offset, 'record without a commit id');
  }
  if (head.version === 0) head.version = head.commitId;
  return head;
}

/** An upper bound, so that writing needs no bounds checks and no second buffer. */
function sizeBytesMax(batch: ChangeBatch): number {
  let metadata = 0;
  for (const [key, value] of batch.metadata) metadata += 3 * (key.length + value.length) + 16;
  return 64 + batch.size * 24 + batch.hashes.size * 5 + metadata;
}

class RecordWriter {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(sizeBytes: number) {
    this.#bytes = Buffer.allocUnsafeSlow(sizeBytes);
  }

  byte(value: number): void {
    this.#bytes[this.#at++] = value;
  }

  /** A MessagePack integer in its shortest form. */
  integer(value: number): void {
    const bytes = this.#bytes;
    if (value < 0x80) {
      bytes[this.#at++] = value;
    } else if (value < 0x100) {
      bytes[this.#at++] = 0xcc;
      bytes[this.#at++] = value;
    } else if (value < 0x1_0000) {
      bytes[this.#at++] = 0xcd;
      this.#at = bytes.writeUInt16BE(value, this.#at);
    } else if (value <= 0xffff_ffff) {
      bytes[this.#at++] = 0xce;
      bytes[this.#at++] = value >>> 24;
      bytes[this.#at++] = (value >>> 16) & 0xff;
      bytes[this.#at++] = (value >>> 8) & 0xff;
      bytes[this.#at++] = value & 0xff;
    } else {
      bytes[this.#at++] = 0xcf;
      this.#at = bytes.writeBigUInt64BE(BigInt(value), this.#at);
    }
  }

  text(value: string): void {
    const length = Buffer.byteLength(value);
    if (length < 32) {
      this.byte(0xa0 | length);
    } else {
      this.byte(0xdb);
      this.#at = this.#bytes.writeUInt32BE(length, this.#at);
    }
    this.#at += this.#bytes.write(value, this.#at);
  }

  changes(batch: ChangeBatch): void {
    this.#arraySize(batch.size + (batch.metadata.size > 0 ? 1 : 0));
    for (let i = 0; i < batch.size; i++) {
      this.byte(0x81);
      this.text(batch.isInsert(i) ? 'i' : 'd');
      this.byte(batch.isInsert(i) ? 0x82 : 0x81);
      this.text('i');
      this.integer(batch.idAt(i));
      if (batch.isInsert(i)) this.#hashes(batch, i);
    }
    if (batch.metadata.size > 0) this.#metadata(batch.metadata);
  }

  skip(sizeBytes: number): void {
    this.#at += sizeBytes;
  }

  finish(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  #hashes(batch: ChangeBatch, i: number): void {
    const start = batch.hashesStartAt(i);
    const end = batch.hashesEndAt(i);
    const values = batch.hashes.values;
    this.text('h');
    this.#arraySize(end - start);
    for (let from = start; from < end; from++) this.integer(values[from] ?? 0);
  }

  #metadata(metadata: ReadonlyMap<string, string>): void {
    this.byte(0x81);
    this.text('s');
    this.byte(0x81);
    this.text('e');
    this.#arraySize(metadata.size);
    for (const [key, value] of metadata) {
      this.byte(0x82);
      this.text('k');
      this.text(key);
      this.text('v');
      this.text(value);
    }
  }

  #arraySize(size: number): void {
    if (size < 16) {
      this.byte(0x90 | size);
    } else if (size < 0x1_0000) {
      this.byte(0xdc);
      this.#at = this.#bytes.writeUInt16BE(size, this.#at);
    } else {
      this.byte(0xdd);
      this.#at = this.#bytes.writeUInt32BE(size, this.#at);
    }
  }
}
