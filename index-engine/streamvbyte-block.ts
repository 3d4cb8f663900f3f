/**
 * The `streamvbyte` codec of our own segments: upstream's block (upstream/streamvbyte.ts) over shifted
 * hashes and ordinals, an ordinal's lowest value being 0. Plain TypeScript, the twin of
 * kernels/assembly/streamvbyte.ts.
 */
import { BLOCK_SIZE_BYTES, WORDS_PER_BLOCK } from './block.ts';
import type { BlockReader, Run } from './block-reader.ts';
import type { Postings } from './block-writer.ts';
import { CorruptionError } from './errors.ts';
import { decodeUpstreamBlock, StreamVByteWriter } from './upstream/streamvbyte.ts';

// NOTE: `as number` in this file follows loops over an array's own length.

/** A block that ends this close to the last posting might not be full. */
const TAIL = 32;

/** As `encodeBlocks` of block-writer.ts. */
export function encodeStreamVByteBlocks(
  { hashes, ordinals, count }: Postings,
  hashShift: number,
  isLast: boolean,
): { blocks: Uint32Array; directory: Uint32Array; used: number } {
  const made: Buffer[] = [];
  const writer = new StreamVByteWriter(0, (block) => void made.push(block));
  for (let i = 0; i < count; i++) {
    writer.push((hashes[i] as number) >>> hashShift, ordinals[i] as number);
  }
  if (isLast) writer.finish();
  let used = 0;
  let blockCount = 0;
  for (const block of made) {
    const size = block.readUInt16LE(4);
    if (!isLast && used + size + TAIL > count) break;
    used += size;
    blockCount += 1;
  }
  const blocks = new Uint32Array(blockCount * WORDS_PER_BLOCK);
  const bytes = new Uint8Array(blocks.buffer);
  made.slice(0, blockCount).forEach((block, i) => bytes.set(block, i * BLOCK_SIZE_BYTES));
  const directory = Uint32Array.from(
    { length: blockCount },
    (_, i) => blocks[i * WORDS_PER_BLOCK] as number,
  );
  return { blocks, directory, used };
}

/** Decodes the whole block when it moves there; there is nothing faster without SIMD. */
export class StreamVByteBlockReader implements BlockReader {
  #hashes: Uint32Array = new Uint32Array(0);
  #ordinals: Uint32Array = new Uint32Array(0);

  moveTo(words: Uint32Array, base: number): void {
    const block = Buffer.from(words.buffer, words.byteOffset + base * 4, BLOCK_SIZE_BYTES);
    const decoded = decodeUpstreamBlock(block, 0);
    // Checksums stand before every read, so this is a bug or a forgery.
    if (!decoded) throw new CorruptionError('block', base * 4, 'undecodable streamvbyte block');
    this.#hashes = decoded.hashes;
    this.#ordinals = decoded.ids;
  }

  find(hash: number, run: Run): void {
    const from = this.#hashes.indexOf(hash);
    run.from = Math.max(0, from);
    run.to = from < 0 ? 0 : this.#hashes.lastIndexOf(hash) + 1;
  }

  ordinalAt(place: number): number {
    return this.#ordinals[place] as number;
  }

  decode(hashes: Uint32Array, ordinals: Uint32Array, at: number): number {
    hashes.set(this.#hashes, at);
    ordinals.set(this.#ordinals, at);
    return at + this.#hashes.length;
  }
}
