/**
 * A backup is one file: sections one after the other, then a manifest that says what they are. All
 * integers are little-endian.
 *
 *   file     = header record * trailer
 *   header   = "ACBK" format crc                                        12 bytes
 *   format   = uint32               1; others are refused
 *   crc      = uint32               CRC-32 of all before it in header, record (payload too), trailer
 *   record   = kind section size crc payload                            16 bytes + size
 *   kind     = uint32               1 data, 2 end of section, 3 manifest
 *   section  = uint32               counts from 0, in the order of the file; 0xffffffff: manifest
 *   size     = uint32               bytes of the payload
 *   payload  = data: one zstd frame of 1 byte to 1 MiB
 *            | end: size of the section's content, uint64; its rows, uint64; its SHA-256
 *            | manifest: one zstd frame of JSON (manifest.ts), at most 16 MiB
 *   trailer  = manifest size crc "KBCA"                                 24 bytes
 *   manifest = uint64               where the manifest's record begins
 *   size     = uint64               of the whole file
 *
 * The crc of a record is over its first 12 bytes and its payload. A section is its data records and
 * one end; sections and manifest follow each other without a gap, so that every byte of the file is
 * under a checksum. The trailer is written last: a file that was cut short has none.
 *
 * The content of a table's section is what COPY … TO writes in text form, UTF-8, times in UTC: one
 * line a row, so it can be read without this program:
 * cut the payloads out and give them to `zstd -d`.
 *
 * Example, a file whose first section is the one row "1\ta\n" begins, in hexadecimal,
 *
 *   4143424b 01000000 a4d7f920                            header
 *   01000000 00000000 0d000000 2f3a609f                   data of section 0, 13 bytes
 *   28b52ffd 00582100 00310961 0a                           a zstd frame
 *   02000000 00000000 30000000 6eea9c28                   end of section 0, 48 bytes
 *   0400000000000000 0100000000000000 85999f8a…65411a89      4 bytes, 1 row, SHA-256
 */
import { crc32 } from 'node:zlib';

export const FORMAT = 1;
export const HEADER_SIZE_BYTES = 12;
export const RECORD_HEADER_SIZE_BYTES = 16;
export const TRAILER_SIZE_BYTES = 24;
export const END_SIZE_BYTES = 48;
/** Content of one data record before compression. */
export const CHUNK_SIZE_BYTES_MAX = 1024 * 1024;
/** A frame of what does not compress is a little larger than its content. */
export const PAYLOAD_SIZE_BYTES_MAX = CHUNK_SIZE_BYTES_MAX + 64 * 1024;
export const MANIFEST_SIZE_BYTES_MAX = 16 * 1024 * 1024;
export const MANIFEST_SECTION = 0xffff_ffff;

export const KIND = { data: 1, end: 2, manifest: 3 } as const;

const MAGIC = Buffer.from('ACBK');
const END_MAGIC = Buffer.from('KBCA');

/** What a section's end says of its content. */
export interface SectionEnd {
  readonly sizeBytes: number;
  readonly rows: number;
  readonly sha256: string;
}

export interface RecordHeader {
  readonly kind: number;
  readonly section: number;
  readonly size: number;
  readonly crc: number;
}

export function encodeHeader(): Buffer {
  const header = Buffer.alloc(HEADER_SIZE_BYTES);
  MAGIC.copy(header);
  header.writeUInt32LE(FORMAT, 4);
  header.writeUInt32LE(crc32(header.subarray(0, 8)), 8);
  return header;
}

/** The format of a header; `undefined` when it is none. */
export function decodeHeader(header: Buffer): number | undefined {
  if (header.length < HEADER_SIZE_BYTES || !header.subarray(0, 4).equals(MAGIC)) return undefined;
  if (header.readUInt32LE(8) !== crc32(header.subarray(0, 8))) return undefined;
  return header.readUInt32LE(4);
}

/** The first 16 bytes of a record with this payload. */
export function encodeRecordHeader(kind: number, section: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(RECORD_HEADER_SIZE_BYTES);
  header.writeUInt32LE(kind, 0);
  header.writeUInt32LE(section, 4);
  header.writeUInt32LE(payload.length, 8);
  header.writeUInt32LE(crc32(payload, crc32(header.subarray(0, 12))), 12);
  return header;
}

export function decodeRecordHeader(header: Buffer): RecordHeader {
  return {
    kind: header.readUInt32LE(0),
    section: header.readUInt32LE(4),
    size: header.readUInt32LE(8),
    crc: header.readUInt32LE(12),
  };
}

/** Whether header and payload of a record are what was written. */
export function isRecordWhole(header: Buffer, payload: Buffer): boolean {
  return header.readUInt32LE(12) === crc32(payload, crc32(header.subarray(0, 12)));
}

export function encodeEnd({ rows, sha256, sizeBytes }: SectionEnd): Buffer {
  const end = Buffer.alloc(END_SIZE_BYTES);
  end.writeBigUInt64LE(BigInt(sizeBytes), 0);
  end.writeBigUInt64LE(BigInt(rows), 8);
  end.write(sha256, 16, 'hex');
  return end;
}

export function decodeEnd(end: Buffer): SectionEnd {
  return {
    sizeBytes: Number(end.readBigUInt64LE(0)),
    rows: Number(end.readBigUInt64LE(8)),
    sha256: end.toString('hex', 16),
  };
}

export function encodeTrailer(manifestOffset: number, fileSize: number): Buffer {
  const trailer = Buffer.alloc(TRAILER_SIZE_BYTES);
  trailer.writeBigUInt64LE(BigInt(manifestOffset), 0);
  trailer.writeBigUInt64LE(BigInt(fileSize), 8);
  trailer.writeUInt32LE(crc32(trailer.subarray(0, 16)), 16);
  END_MAGIC.copy(trailer, 20);
  return trailer;
}

/** Where the manifest is and how long the file should be; `undefined` when it is no trailer. */
export function decodeTrailer(
  trailer: Buffer,
): { readonly manifestOffset: number; readonly fileSize: number } | undefined {
  if (trailer.length < TRAILER_SIZE_BYTES || !trailer.subarray(20).equals(END_MAGIC)) {
    return undefined;
  }
  if (trailer.readUInt32LE(16) !== crc32(trailer.subarray(0, 16))) return undefined;
  return {
    manifestOffset: Number(trailer.readBigUInt64LE(0)),
    fileSize: Number(trailer.readBigUInt64LE(8)),
  };
}
