import { closeSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { BLOCK_SIZE_BYTES, WORDS_PER_BLOCK } from './block.ts';
import { CorruptionError } from './errors.ts';

/** Where the blocks of a segment file lie, in a form that crosses to a thread. */
export interface BlockFile {
  readonly path: string;
  /** Byte offset of the first block. */
  readonly at: number;
  /** CRC-32 of each block; in shared memory. */
  readonly checksums: Uint32Array;
}

/**
 * The blocks of a segment that is too big for memory, read one at a time. A read that the system has
 * cached takes about a microsecond, less than any hand-over to another thread; so it is synchronous.
 */
export class DiskBlocks {
  readonly file: BlockFile;
  readonly #fd: number;
  /** For whoever has opened the same file for itself. */
  onClose: () => void = () => undefined;

  constructor(file: BlockFile) {
    this.file = file;
    this.#fd = openSync(file.path, 'r');
  }

  /** Reads a block and checks it. Throws CorruptionError. */
  readBlock(block: number, into: Uint8Array): void {
    const at = this.file.at + block * BLOCK_SIZE_BYTES;
    const size = readSync(this.#fd, into, 0, BLOCK_SIZE_BYTES, at);
    if (size !== BLOCK_SIZE_BYTES) throw new CorruptionError(this.file.path, at, 'cut short');
    refuseDamage(this.file, block, into);
  }

  close(): void {
    closeSync(this.#fd);
    this.onClose();
  }
}

/** Reads neighbouring blocks at once, for those who go through all of them. */
export class BlockFileReader {
  readonly #file: BlockFile;
  readonly #fd: number;
  #words = new Uint32Array(0);

  constructor(file: BlockFile) {
    this.#file = file;
    this.#fd = openSync(file.path, 'r');
  }

  /** Blocks `from` … `to` - 1, checked; valid until the next call. Throws CorruptionError. */
  read(from: number, to: number): Uint32Array {
    const wordCount = (to - from) * WORDS_PER_BLOCK;
    if (this.#words.length < wordCount) this.#words = new Uint32Array(wordCount);
    const bytes = new Uint8Array(this.#words.buffer, 0, wordCount * 4);
    const position = this.#file.at + from * BLOCK_SIZE_BYTES;
    if (readSync(this.#fd, bytes, 0, bytes.length, position) !== bytes.length) {
      throw new CorruptionError(this.#file.path, position, 'cut short');
    }
    for (let block = from; block < to; block++) {
      const start = (block - from) * BLOCK_SIZE_BYTES;
      refuseDamage(this.#file, block, bytes.subarray(start, start + BLOCK_SIZE_BYTES));
    }
    return this.#words.subarray(0, wordCount);
  }

  close(): void {
    closeSync(this.#fd);
  }
}

function refuseDamage({ path, at, checksums }: BlockFile, block: number, bytes: Uint8Array): void {
  if (crc32(bytes) === checksums[block]) return;
  throw new CorruptionError(path, at + block * BLOCK_SIZE_BYTES, 'checksum mismatch in a block');
}
