import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { BLOCK_SIZE_BYTES } from './block.ts';
import { TEMPORARY_SUFFIX } from './file-names.ts';
import { packIds } from './packed-ids.ts';
import type { SegmentIdentity } from './segment.ts';
import { encodeHeader, SEGMENT_HEADER_SIZE_BYTES, type SegmentHeader } from './segment-format.ts';
import type { MergedParts, MergeSink } from './segment-merger.ts';

/**
 * Writes a segment file from front to back while it is being made: blocks as they come, then the
 * tables, then the header over its place. Synchronous, as only merge threads write segments. The
 * file has its name only when it is whole and on disk.
 */
export class SegmentWriter implements MergeSink {
  readonly #path: string;
  readonly #fd: number;
  #at = SEGMENT_HEADER_SIZE_BYTES;
  #blocksCrc = 0;
  #checksums = new Uint32Array(1024);
  #blockCount = 0;

  constructor(path: string) {
    this.#path = path;
    this.#fd = openSync(path + TEMPORARY_SUFFIX, 'w');
  }

  blocks(words: Uint32Array): void {
    const bytes = bytesOf(words);
    this.#blocksCrc = crc32(bytes, this.#blocksCrc);
    const count = bytes.length / BLOCK_SIZE_BYTES;
    this.#reserve(this.#blockCount + count);
    for (let i = 0; i < count; i++) {
      const start = i * BLOCK_SIZE_BYTES;
      const block = bytes.subarray(start, start + BLOCK_SIZE_BYTES);
      this.#checksums[this.#blockCount++] = crc32(block);
    }
    this.#write(bytes);
  }

  /** Completes the file and gives it its name. Returns its size in bytes. */
  finish(identity: SegmentIdentity, parts: MergedParts): number {
    const checksums = bytesOf(this.#checksums.subarray(0, this.#blockCount));
    const directory = bytesOf(parts.directory);
    const documents = packIds(parts.documents);
    const tombstones = bytesOf(parts.tombstones);
    const metadata = Buffer.from(JSON.stringify([...parts.metadata]));
    for (const section of [directory, checksums, documents, tombstones, metadata]) {
      this.#write(section);
    }
    const header: SegmentHeader = {
      identity,
      codec: parts.codec,
      postingCount: parts.postingCount,
      blockCount: this.#blockCount,
      hashShift: parts.hashShift,
      documentCount: parts.documents.length,
      documentsSize: documents.length,
      hasPackedIds: true,
      tombstoneCount: parts.tombstones.length,
      metadataSize: metadata.length,
      crcs: {
        blocks: this.#blocksCrc,
        directory: crc32(directory),
        checksums: crc32(checksums),
        documents: crc32(documents),
        tombstones: crc32(tombstones),
        metadata: crc32(metadata),
      },
    };
    writeSync(this.#fd, encodeHeader(header), 0, SEGMENT_HEADER_SIZE_BYTES, 0);
    fsyncSync(this.#fd);
    closeSync(this.#fd);
    renameSync(this.#path + TEMPORARY_SUFFIX, this.#path);
    syncFolderNow(dirname(this.#path));
    return this.#at;
  }

  /** Gives up: closes and removes the unfinished file. */
  abort(): void {
    closeSync(this.#fd);
    rmSync(this.#path + TEMPORARY_SUFFIX, { force: true });
  }

  #write(bytes: Uint8Array): void {
    let written = 0;
    while (written < bytes.length) {
      written += writeSync(this.#fd, bytes, written, bytes.length - written, this.#at + written);
    }
    this.#at += bytes.length;
  }

  #reserve(count: number): void {
    if (count <= this.#checksums.length) return;
    const grown = new Uint32Array(Math.max(count, this.#checksums.length * 2));
    grown.set(this.#checksums.subarray(0, this.#blockCount));
    this.#checksums = grown;
  }
}

function bytesOf(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}

function syncFolderNow(folder: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(folder, 'r');
  fsyncSync(fd);
  closeSync(fd);
}
