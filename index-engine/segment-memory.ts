/**
 * Where segments live in memory: regions of shared WebAssembly memories, which the search kernel,
 * the search threads and the merge threads see without a copy.
 *
 *   region     := descriptor blocks guard directory radix documents live      each 64-byte aligned
 *   descriptor := u32 LE × 16, the fields of `DESCRIPTOR`; what the kernel is told about a segment
 *
 * A memory never shrinks, so a big segment gets one of its own, which the collector gives back as a
 * whole when the segment is gone; small ones share memories of a fixed size. Scratch space for
 * searching stands at the start of each memory, one per thread.
 */
import { BLOCK_GUARD_SIZE_BYTES, BLOCK_SIZE_BYTES } from './block.ts';
import { collectGarbage } from './collect-garbage.ts';
import { type WasmMemory, webAssembly } from './kernels/web-assembly.ts';

/** Word of each field in a region's descriptor. The kernel has the same list. */
export const DESCRIPTOR = {
  blocksAt: 0,
  blockCount: 1,
  directoryAt: 2,
  radixAt: 3,
  radixShift: 4,
  hashShift: 5,
  documentCount: 6,
  liveAt: 7,
  /** 1: the host reads blocks from disk. */
  isOnDisk: 8,
  codec: 9,
} as const;

/** Memories go in bursts, by merges that follow each other. */
const COLLECT_DELAY_MS = 500;
const ALIGNMENT_BYTES = 64;
const PAGE_SIZE_BYTES = 65_536;
const DESCRIPTOR_SIZE_BYTES = 64;
const SHARED_MEMORY_SIZE_BYTES = 16 * 1024 * 1024;
/** Above either, a segment gets a memory of its own. */
const SMALL_REGION_SIZE_BYTES_MAX = 4 * 1024 * 1024;
const SMALL_DOCUMENT_COUNT_MAX = 65_536;
/**
 * Query, lists and results of one search; then per document a counter (u8) and a place among the
 * touched (u32). See kernels/assembly/search.ts.
 */
const SCRATCH_FIXED_SIZE_BYTES = 128 * 1024;

export interface SegmentShape {
  readonly blockCount: number;
  readonly documentCount: number;
  readonly hashShift: number;
  readonly radixBits: number;
  /** False: blocks stay on disk and the region holds none. */
  readonly isResident: boolean;
}

/** The memory of one segment, as views. */
export interface SegmentRegion {
  readonly memory: SegmentMemory;
  /** Byte offset of the descriptor. */
  readonly at: number;
  readonly sizeBytes: number;
  readonly descriptor: Uint32Array;
  readonly blocks: Uint32Array;
  readonly directory: Uint32Array;
  readonly radix: Uint32Array;
  readonly documents: Uint32Array;
  readonly live: Uint32Array;
}

/** What a kernel needs to know of a memory; crosses to a thread. */
export interface KernelMemory {
  readonly wasm: WasmMemory;
  /** Scratch of one thread; thread n's begins at n times this. */
  readonly scratchSizeBytes: number;
  /** Documents of the biggest segment the scratch is good for. */
  readonly documentCountMax: number;
}

/** One WebAssembly memory with a first-fit allocator. */
export class SegmentMemory implements KernelMemory {
  readonly wasm: WasmMemory;
  readonly scratchSizeBytes: number;
  readonly documentCountMax: number;
  /** Free stretches, ascending and never touching. */
  readonly #free: { at: number; sizeBytes: number }[];
  readonly #roomBytes: number;

  constructor(roomBytes: number, documentCountMax: number, threadCount: number) {
    this.documentCountMax = documentCountMax;
    this.scratchSizeBytes = align(
      SCRATCH_FIXED_SIZE_BYTES + align(documentCountMax) + documentCountMax * 4,
    );
    const start = this.scratchSizeBytes * threadCount;
    const pages = Math.ceil((start + roomBytes) / PAGE_SIZE_BYTES);
    this.wasm = new webAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    this.#roomBytes = pages * PAGE_SIZE_BYTES - start;
    this.#free = [{ at: start, sizeBytes: this.#roomBytes }];
  }

  get isEmpty(): boolean {
    return this.#free[0]?.sizeBytes === this.#roomBytes;
  }

  /** Byte offset of `sizeBytes` free bytes, or undefined. Not zeroed. */
  allocate(sizeBytes: number): number | undefined {
    const i = this.#free.findIndex((stretch) => stretch.sizeBytes >= sizeBytes);
    const stretch = this.#free[i];
    if (!stretch) return undefined;
    const { at } = stretch;
    stretch.at += sizeBytes;
    stretch.sizeBytes -= sizeBytes;
    if (stretch.sizeBytes === 0) this.#free.splice(i, 1);
    return at;
  }

  free(at: number, sizeBytes: number): void {
    let i = this.#free.findIndex((stretch) => stretch.at > at);
    if (i < 0) i = this.#free.length;
    this.#free.splice(i, 0, { at, sizeBytes });
    this.#join(i);
    if (i > 0) this.#join(i - 1);
  }

  /** Joins stretch `i` with the next if they touch. */
  #join(i: number): void {
    const stretch = this.#free[i];
    const next = this.#free[i + 1];
    if (!stretch || !next || stretch.at + stretch.sizeBytes !== next.at) return;
    stretch.sizeBytes += next.sizeBytes;
    this.#free.splice(i + 1, 1);
  }
}

/** Hands out regions. One per process; `threadCount` search threads get scratch in each memory. */
export class SegmentMemories {
  /** Above this, blocks of further segments stay on disk. */
  readonly residentBytesMax: number;
  readonly #threadCount: number;
  readonly #shared: SegmentMemory[] = [];
  /** Called when a memory is given up, so that nobody keeps it alive. */
  onDrop: (memory: SegmentMemory) => void = () => undefined;
  #residentBytes = 0;
  #collectTimer: NodeJS.Timeout | undefined;

  constructor(threadCount: number, residentBytesMax = Infinity) {
    this.#threadCount = threadCount;
    this.residentBytesMax = residentBytesMax;
  }

  /** Bytes of all regions in use. */
  get residentBytes(): number {
    return this.#residentBytes;
  }

  allocate(shape: SegmentShape): SegmentRegion {
    const sizeBytes = regionSizeBytes(shape);
    const memory = this.#memoryFor(sizeBytes, shape.documentCount);
    this.#residentBytes += sizeBytes;
    return layOut(memory.memory, memory.at, sizeBytes, shape);
  }

  release({ memory, at, sizeBytes }: SegmentRegion): void {
    this.#residentBytes -= sizeBytes;
    const i = this.#shared.indexOf(memory);
    if (i < 0) {
      this.#drop(memory);
      return;
    }
    memory.free(at, sizeBytes);
    // One empty memory is kept, so that a trickle of updates does not map and unmap for each.
    if (!memory.isEmpty || this.#shared.length === 1) return;
    this.#shared.splice(i, 1);
    this.#drop(memory);
  }

  /** The memory goes once the release's caller has let go of its views, too. */
  #drop(memory: SegmentMemory): void {
    this.onDrop(memory);
    if (this.#collectTimer) return;
    this.#collectTimer = setTimeout(() => {
      this.#collectTimer = undefined;
      collectGarbage();
    }, COLLECT_DELAY_MS).unref();
  }

  #memoryFor(sizeBytes: number, documentCount: number): { memory: SegmentMemory; at: number } {
    if (sizeBytes > SMALL_REGION_SIZE_BYTES_MAX || documentCount > SMALL_DOCUMENT_COUNT_MAX) {
      return place(new SegmentMemory(sizeBytes, documentCount, this.#threadCount), sizeBytes);
    }
    for (const memory of this.#shared) {
      const at = memory.allocate(sizeBytes);
      if (at !== undefined) return { memory, at };
    }
    const memory = new SegmentMemory(
      SHARED_MEMORY_SIZE_BYTES,
      SMALL_DOCUMENT_COUNT_MAX,
      this.#threadCount,
    );
    this.#shared.push(memory);
    return place(memory, sizeBytes);
  }
}

export function regionSizeBytes(shape: SegmentShape): number {
  return sections(shape).end;
}

function place(memory: SegmentMemory, sizeBytes: number): { memory: SegmentMemory; at: number } {
  const at = memory.allocate(sizeBytes);
  if (at === undefined) throw new RangeError('a new memory has room for what it was made for');
  return { memory, at };
}

/** Byte offset of each section from the region's start. */
function sections(shape: SegmentShape) {
  const blocks = DESCRIPTOR_SIZE_BYTES;
  const blockBytes = shape.isResident ? shape.blockCount * BLOCK_SIZE_BYTES : 0;
  const directory = blocks + blockBytes + BLOCK_GUARD_SIZE_BYTES;
  const radix = align(directory + shape.blockCount * 4 + ALIGNMENT_BYTES);
  const documents = align(radix + (2 ** shape.radixBits + 1) * 4);
  const live = align(documents + shape.documentCount * 4);
  const end = align(live + Math.ceil(shape.documentCount / 32) * 4);
  return { blocks, blockBytes, directory, radix, documents, live, end };
}

function layOut(
  memory: SegmentMemory,
  at: number,
  sizeBytes: number,
  shape: SegmentShape,
): SegmentRegion {
  const offsets = sections(shape);
  const { buffer } = memory.wasm;
  const words = (from: number, count: number): Uint32Array =>
    new Uint32Array(buffer, at + from, count);
  const descriptor = words(0, DESCRIPTOR_SIZE_BYTES / 4).fill(0);
  descriptor[DESCRIPTOR.blocksAt] = at + offsets.blocks;
  descriptor[DESCRIPTOR.blockCount] = shape.blockCount;
  descriptor[DESCRIPTOR.directoryAt] = at + offsets.directory;
  descriptor[DESCRIPTOR.radixAt] = at + offsets.radix;
  descriptor[DESCRIPTOR.radixShift] = 32 - shape.hashShift - shape.radixBits;
  descriptor[DESCRIPTOR.hashShift] = shape.hashShift;
  descriptor[DESCRIPTOR.documentCount] = shape.documentCount;
  descriptor[DESCRIPTOR.liveAt] = at + offsets.live;
  // The region may be a used one: what is read without being written must be set.
  words(offsets.blocks + offsets.blockBytes, BLOCK_GUARD_SIZE_BYTES / 4).fill(0);
  // The kernel compares four directory entries at a time, the last of them past the end.
  const directoryEnd = offsets.directory + shape.blockCount * 4;
  words(directoryEnd, (offsets.radix - directoryEnd) / 4).fill(0xffff_ffff);
  return {
    memory,
    at,
    sizeBytes,
    descriptor,
    blocks: words(offsets.blocks, (offsets.blockBytes + BLOCK_GUARD_SIZE_BYTES) / 4),
    directory: words(offsets.directory, shape.blockCount),
    radix: words(offsets.radix, 2 ** shape.radixBits + 1),
    documents: words(offsets.documents, shape.documentCount),
    live: words(offsets.live, Math.ceil(shape.documentCount / 32)),
  };
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
}
