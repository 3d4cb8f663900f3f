/**
 * The host of postings.wasm: the workbench in a memory of its own, laid out by hand.
 *
 *   1 KiB · counters (8 KiB) · input blocks · ordinal maps · columns A · columns B · directory · blocks
 *
 * Columns are hashes then ordinals; A holds the postings, B is where a sorting pass writes. Growing
 * moves everything behind the maps, which is rare: sizes settle after the first batches.
 */
import { BLOCK_SIZE_BYTES, WORDS_PER_BLOCK } from '../block.ts';
import { type WasmMemory, type WasmModule, webAssembly } from './web-assembly.ts';
import type { EncodedBlocks, HashRange, Workbench } from './workbench.ts';

const PAGE_SIZE_BYTES = 65_536;
/** Where `encode` says how many blocks it made. */
const BLOCK_COUNT_AT = 512;
const INPUT_AT = 1024 + 8192;
const INPUT_BLOCKS = 128;
const MAPS_AT = INPUT_AT + (INPUT_BLOCKS + 1) * BLOCK_SIZE_BYTES;
/** Kernels write one value past the last posting. */
const SLACK = 16;
const CAPACITY_MIN = 1 << 16;
/** No block but the last holds fewer postings: (4096 - 128) bits of at most 70 each. */
const POSTINGS_PER_BLOCK_MIN = 56;
/** A block decodes to no more. */
const POSTINGS_PER_BLOCK_MAX = 3968;

interface Kernel {
  readonly memory: WasmMemory & { grow(pages: number): number };
  setColumns(hashes: number, ordinals: number, otherHashes: number, otherOrdinals: number): void;
  setRange(from: number, to: number, widen: number): void;
  decode(blocks: number, blockCount: number, ordinalMap: number, count: number): number;
  dropCommonZeros(count: number): number;
  sort(from: number, count: number, ordinalsAscend: number): number;
  dropRepeats(count: number): number;
  encode(count: number, isLast: number, blocks: number, directory: number): number;
}

/** Byte offsets that move when the memory grows. */
interface Layout {
  readonly columns: readonly [number, number, number, number];
  readonly directory: number;
  readonly blocks: number;
  readonly end: number;
}

export class SimdWorkbench implements Workbench {
  readonly #kernel: Kernel;
  #words: Uint32Array = new Uint32Array(0);
  #capacity = 0;
  #mapsSizeBytes = 0;
  #mapOffsets: readonly number[] = [];
  #layout: Layout;
  #swapped = false;
  #count = 0;

  constructor(module: WasmModule) {
    // The module's exports, typed as assembly/postings.ts declares them.
    this.#kernel = new webAssembly.Instance(module, {}).exports as unknown as Kernel;
    this.#layout = layOut(0, 0);
    this.#relayOut(CAPACITY_MIN, 0);
  }

  get count(): number {
    return this.#count;
  }

  clear(): void {
    this.#count = 0;
  }

  add(hashes: Uint32Array, ordinal: number): void {
    this.#reserve(this.#count + hashes.length);
    this.#words.set(hashes, this.#hashesAt / 4 + this.#count);
    const at = this.#ordinalsAt / 4 + this.#count;
    this.#words.fill(ordinal, at, at + hashes.length);
    this.#count += hashes.length;
  }

  append(hashes: Uint32Array, ordinals: Uint32Array): void {
    this.#reserve(this.#count + hashes.length);
    this.#words.set(hashes, this.#hashesAt / 4 + this.#count);
    this.#words.set(ordinals, this.#ordinalsAt / 4 + this.#count);
    this.#count += hashes.length;
  }

  dropCommonZeros(): number {
    return this.#kernel.dropCommonZeros(this.#count);
  }

  setOrdinalMaps(maps: readonly Uint32Array[]): void {
    this.#relayOut(
      this.#capacity,
      maps.reduce((sum, map) => sum + map.byteLength, 0),
    );
    let at = MAPS_AT;
    this.#mapOffsets = maps.map((map) => {
      const offset = at;
      this.#words.set(map, offset / 4);
      at += map.byteLength;
      return offset;
    });
  }

  decode(source: number, blocks: Uint32Array, range: HashRange, widen: number): void {
    this.#kernel.setRange(range.from, range.to, widen);
    const step = INPUT_BLOCKS * WORDS_PER_BLOCK;
    for (let from = 0; from < blocks.length; from += step) {
      const piece = blocks.subarray(from, from + step);
      const blockCount = piece.length / WORDS_PER_BLOCK;
      this.#reserve(this.#count + blockCount * POSTINGS_PER_BLOCK_MAX);
      this.#words.set(piece, INPUT_AT / 4);
      const map = this.#mapOffsets[source] ?? 0;
      this.#count = this.#kernel.decode(INPUT_AT, blockCount, map, this.#count);
    }
  }

  sort(from: number, ordinalsAscend: boolean): void {
    const swapped = this.#kernel.sort(from, this.#count, Number(ordinalsAscend));
    if (swapped === 1) this.#swapped = !this.#swapped;
  }

  dropRepeats(): void {
    this.#count = this.#kernel.dropRepeats(this.#count);
  }

  encode(isLast: boolean): EncodedBlocks {
    const { blocks, directory } = this.#layout;
    const left = this.#kernel.encode(this.#count, Number(isLast), blocks, directory);
    const postingCount = this.#count - left;
    this.#count = left;
    const blockCount = this.#words[BLOCK_COUNT_AT / 4] ?? 0;
    return {
      blocks: this.#words.subarray(blocks / 4, blocks / 4 + blockCount * WORDS_PER_BLOCK),
      directory: this.#words.subarray(directory / 4, directory / 4 + blockCount),
      postingCount,
    };
  }

  get #hashesAt(): number {
    return this.#layout.columns[this.#swapped ? 2 : 0];
  }

  get #ordinalsAt(): number {
    return this.#layout.columns[this.#swapped ? 3 : 1];
  }

  #reserve(capacity: number): void {
    if (capacity <= this.#capacity) return;
    this.#relayOut(Math.max(capacity, Math.ceil(this.#capacity * 1.5)), this.#mapsSizeBytes);
  }

  /** Moves the columns to where they belong for new sizes; never makes anything smaller. */
  #relayOut(capacity: number, mapsSizeBytes: number): void {
    const maps = Math.max(mapsSizeBytes, this.#mapsSizeBytes);
    if (capacity === this.#capacity && maps === this.#mapsSizeBytes) return;
    const hashes = this.#words.slice(this.#hashesAt / 4, this.#hashesAt / 4 + this.#count);
    const ordinals = this.#words.slice(this.#ordinalsAt / 4, this.#ordinalsAt / 4 + this.#count);
    this.#capacity = capacity;
    this.#mapsSizeBytes = maps;
    this.#layout = layOut(capacity, maps);
    const { memory } = this.#kernel;
    const missing = this.#layout.end - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_SIZE_BYTES));
    this.#words = new Uint32Array(memory.buffer);
    this.#swapped = false;
    this.#kernel.setColumns(...this.#layout.columns);
    this.#words.set(hashes, this.#hashesAt / 4);
    this.#words.set(ordinals, this.#ordinalsAt / 4);
  }
}

function layOut(capacity: number, mapsSizeBytes: number): Layout {
  const columnSize = align((capacity + SLACK) * 4);
  const first = align(MAPS_AT + mapsSizeBytes);
  const blockCountMax = Math.ceil(capacity / POSTINGS_PER_BLOCK_MIN) + 1;
  const directory = first + 4 * columnSize;
  const blocks = align(directory + blockCountMax * 4);
  return {
    columns: [first, first + columnSize, first + 2 * columnSize, first + 3 * columnSize],
    directory,
    blocks,
    end: blocks + (blockCountMax + 1) * BLOCK_SIZE_BYTES,
  };
}

function align(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}
