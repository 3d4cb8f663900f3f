/**
 * The host of postings.wasm: lays its memory out and moves arrays in and out. Nothing is allocated
 * per call; the memory only grows, and sizes settle after the first batches.
 *
 *   fixed (32 KiB, see assembly/postings.ts) · ordinal maps · column A · column B · directory · blocks
 *
 * A column holds keys of eight bytes; A holds the postings, B is where a sorting pass writes, and
 * where what comes in is staged before.
 */
import { BLOCK_SIZE_BYTES, CODEC_NUMBERS, WORDS_PER_BLOCK } from '../block.ts';
import { type WasmMemory, type WasmModule, webAssembly } from './web-assembly.ts';
import type {
  BlockForm,
  DocumentColumns,
  EncodedBlocks,
  HashRange,
  OrdinalMap,
  Workbench,
} from './workbench.ts';

// NOTE: `as number` in this file follows loops over an array's own length.

const PAGE_SIZE_BYTES = 65_536;
/** Where `encode` says how many blocks it made. */
const BLOCK_COUNT_AT = 512;
const MAPS_AT = 32_768;
const KEY_SIZE_BYTES = 8;
/** Blocks staged at a time. */
const STAGED_BLOCKS_MAX = 512;
/** Kernels write and read a little past the end. */
const SLACK_BYTES = 64;
const CAPACITY_MIN = 1 << 16;
/** No block but the last holds fewer: 3968 bits of at most 70 each, or 14 quads of 34 bytes. */
const POSTINGS_PER_BLOCK_MIN = 56;

interface Kernel {
  readonly memory: WasmMemory & { grow(pages: number): number };
  setColumns(keys: number, otherKeys: number): void;
  gather(hashes: number, starts: number, ordinals: number, size: number, count: number): number;
  append(hashes: number, ordinals: number, size: number, count: number): void;
  commonZeros(count: number): number;
  decode(
    codec: number,
    blocks: number,
    blockCount: number,
    shift: number,
    from: number,
    to: number,
    ordinalMap: number,
    base: number,
    count: number,
  ): number;
  sort(from: number, count: number, ordinalsAscend: number): number;
  dropRepeats(count: number): number;
  encode(
    codec: number,
    count: number,
    isLast: number,
    shift: number,
    blocks: number,
    directory: number,
  ): number;
}

/** Byte offsets that move when the memory grows. */
interface Layout {
  readonly columns: readonly [number, number];
  readonly directory: number;
  readonly blocks: number;
  readonly end: number;
}

/** Where a source's map is, or what is added without one. */
interface PlacedMap {
  readonly at: number;
  readonly base: number;
}

export class SimdWorkbench implements Workbench {
  readonly #kernel: Kernel;
  #words: Uint32Array = new Uint32Array(0);
  #capacity = 0;
  #mapsSizeBytes = 0;
  #maps: readonly PlacedMap[] = [];
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

  gather({ hashes, starts, ordinals }: DocumentColumns): void {
    this.#reserve(this.#count + hashes.length, hashes.length + starts.length + ordinals.length);
    const at = this.#stage(hashes, starts, ordinals);
    const [hashesAt = 0, startsAt = 0, ordinalsAt = 0] = at;
    const size = ordinals.length;
    this.#count = this.#kernel.gather(hashesAt, startsAt, ordinalsAt, size, this.#count);
  }

  append(hashes: Uint32Array, ordinals: Uint32Array): void {
    this.#reserve(this.#count + hashes.length, hashes.length * 2);
    const [hashesAt = 0, ordinalsAt = 0] = this.#stage(hashes, ordinals);
    this.#kernel.append(hashesAt, ordinalsAt, hashes.length, this.#count);
    this.#count += hashes.length;
  }

  commonZeros(): number {
    return this.#kernel.commonZeros(this.#count);
  }

  setOrdinalMaps(maps: readonly OrdinalMap[]): void {
    const sizes = maps.map((map) => (typeof map === 'number' ? 0 : map.byteLength));
    this.#relayOut(
      this.#capacity,
      sizes.reduce((sum, size) => sum + size, 0),
    );
    let at = MAPS_AT;
    this.#maps = maps.map((map, i) => {
      if (typeof map === 'number') return { at: 0, base: map };
      const placed = { at, base: 0 };
      this.#words.set(map, at / 4);
      at += sizes[i] as number;
      return placed;
    });
  }

  decode(source: number, blocks: Uint32Array, form: BlockForm, range: HashRange): void {
    const { at = 0, base = 0 } = this.#maps[source] ?? {};
    const step = STAGED_BLOCKS_MAX * WORDS_PER_BLOCK;
    const codec = CODEC_NUMBERS[form.codec];
    for (let start = 0; start < blocks.length; start += step) {
      const piece = blocks.subarray(start, start + step);
      this.#reserve(this.#count + postingsIn(piece, form), piece.length);
      const [staged = 0] = this.#stage(piece);
      this.#count = this.#kernel.decode(
        codec,
        staged,
        piece.length / WORDS_PER_BLOCK,
        form.hashShift,
        range.from,
        range.to,
        at,
        base,
        this.#count,
      );
    }
  }

  sort(from: number, ordinalsAscend: boolean): void {
    const swapped = this.#kernel.sort(from, this.#count, Number(ordinalsAscend));
    if (swapped === 1) this.#swapped = !this.#swapped;
  }

  dropRepeats(): void {
    this.#count = this.#kernel.dropRepeats(this.#count);
  }

  encode({ codec, hashShift }: BlockForm, isLast: boolean): EncodedBlocks {
    const { blocks, directory } = this.#layout;
    const left = this.#kernel.encode(
      CODEC_NUMBERS[codec],
      this.#count,
      Number(isLast),
      hashShift,
      blocks,
      directory,
    );
    const postingCount = this.#count - left;
    this.#count = left;
    const blockCount = this.#words[BLOCK_COUNT_AT / 4] ?? 0;
    return {
      blocks: this.#words.subarray(blocks / 4, blocks / 4 + blockCount * WORDS_PER_BLOCK),
      directory: this.#words.subarray(directory / 4, directory / 4 + blockCount),
      postingCount,
    };
  }

  /** Puts arrays one after the other where the next sorting pass will write. Returns where each is. */
  #stage(...arrays: readonly Uint32Array[]): number[] {
    let at = this.#layout.columns[this.#swapped ? 0 : 1];
    return arrays.map((array) => {
      const placed = at;
      this.#words.set(array, placed / 4);
      at += array.byteLength;
      return placed;
    });
  }

  /** Makes room for `count` postings in a column, and for `stagedWords` in the other. */
  #reserve(count: number, stagedWords: number): void {
    const capacity = Math.max(count, Math.ceil(stagedWords / 2));
    if (capacity <= this.#capacity) return;
    this.#relayOut(Math.max(capacity, Math.ceil(this.#capacity * 1.5)), this.#mapsSizeBytes);
  }

  /** Moves the postings to where they belong for new sizes; never makes anything smaller. */
  #relayOut(capacity: number, mapsSizeBytes: number): void {
    const maps = Math.max(mapsSizeBytes, this.#mapsSizeBytes);
    if (capacity === this.#capacity && maps === this.#mapsSizeBytes) return;
    const from = this.#layout.columns[this.#swapped ? 1 : 0] / 4;
    const keys = this.#words.slice(from, from + this.#count * 2);
    this.#capacity = capacity;
    this.#mapsSizeBytes = maps;
    this.#layout = layOut(capacity, maps);
    const { memory } = this.#kernel;
    const missing = this.#layout.end - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_SIZE_BYTES));
    this.#words = new Uint32Array(memory.buffer);
    this.#swapped = false;
    this.#kernel.setColumns(...this.#layout.columns);
    this.#words.set(keys, this.#layout.columns[0] / 4);
  }
}

/** Postings in whole blocks, by their headers. */
function postingsIn(blocks: Uint32Array, { codec }: BlockForm): number {
  const countAt = codec === 'ef' ? 2 : 1;
  let sum = 0;
  for (let base = 0; base < blocks.length; base += WORDS_PER_BLOCK) {
    sum += (blocks[base + countAt] as number) & 0xffff;
  }
  return sum;
}

function layOut(capacity: number, mapsSizeBytes: number): Layout {
  const columnSize = align(capacity * KEY_SIZE_BYTES + SLACK_BYTES);
  const first = align(MAPS_AT + mapsSizeBytes);
  const blockCountMax = Math.ceil(capacity / POSTINGS_PER_BLOCK_MIN) + 1;
  const directory = first + 2 * columnSize;
  const blocks = align(directory + blockCountMax * 4);
  return {
    columns: [first, first + columnSize],
    directory,
    blocks,
    end: blocks + (blockCountMax + 1) * BLOCK_SIZE_BYTES,
  };
}

function align(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}
