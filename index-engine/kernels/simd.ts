/**
 * The host of the search kernel in search.wasm: puts the query into scratch memory, calls once per
 * segment and reads the results back. An instance is kept per memory, because a module's memory is
 * fixed when it is instantiated.
 */
import type { DiskBlocks } from '../disk-blocks.ts';
import type { Segment } from '../segment.ts';
import type { KernelMemory } from '../segment-memory.ts';
import { emptyResult, type Searcher, type SegmentQuery, type SegmentResult } from './searcher.ts';
import { type WasmModule, webAssembly } from './web-assembly.ts';

// NOTE: `as number` in this file follows places the kernel has just filled.

/** Counters are one byte and tables have 256 entries; more is for the twin. */
const HASH_COUNT_MAX = 255;
const LIMIT_MAX = 1024;
// Word offsets in scratch; see assembly/search.ts.
const ORDINALS = 49_152 / 4;
const SCORES = 57_344 / 4;
const STATS = 7680 / 4;
const SETTINGS = 7712 / 4;
const DOCUMENT_BUCKETS = 61_504 / 4;
const BLOCK_BUCKETS = 61_544 / 4;
const COUNTERS = 131_072 / 4;
const BLOCK_SIZE_BYTES = 512;

type SearchFunction = (region: number, scratch: number) => number;

/** A memory as one thread's kernel sees it. */
interface Bench {
  readonly search: SearchFunction;
  readonly scratchAt: number;
  readonly scratch: Uint32Array;
}

export class SimdSearcher implements Searcher {
  readonly #module: WasmModule;
  readonly #threadIndex: number;
  readonly #fallback: Searcher;
  readonly #benches = new WeakMap<KernelMemory, Bench>();
  /** The blocks of the segment under search, if they are on disk. */
  #disk: DiskBlocks | undefined;

  constructor(module: WasmModule, threadIndex: number, fallback: Searcher) {
    this.#module = module;
    this.#threadIndex = threadIndex;
    this.#fallback = fallback;
  }

  search(segment: Segment, query: SegmentQuery): SegmentResult {
    if (!fitsKernel(query)) return this.#fallback.search(segment, query);
    return this.searchRegion(segment.region, query, segment.disk);
  }

  /** The same for whoever has no more of a segment than its region; the query must fit the kernel. */
  searchRegion(
    { memory, at }: { readonly memory: KernelMemory; readonly at: number },
    query: SegmentQuery,
    disk?: DiskBlocks,
  ): SegmentResult {
    const bench = this.#benchOf(memory);
    bench.scratch.set(query.hashes);
    this.#disk = disk;
    writeSettings(bench.scratch, memory.documentCountMax, query);
    try {
      return readResult(bench.scratch, bench.search(at, bench.scratchAt));
    } catch (error) {
      // A block that could not be read: the counters of this search must not count in the next.
      bench.scratch.fill(0, COUNTERS);
      throw error;
    }
  }

  #benchOf(memory: KernelMemory): Bench {
    let bench = this.#benches.get(memory);
    if (!bench) {
      const scratchAt = memory.scratchSizeBytes * this.#threadIndex;
      const instance = new webAssembly.Instance(this.#module, {
        env: { memory: memory.wasm },
        host: { readBlock: this.#blockReader(memory) },
      });
      // The module's own export, typed as assembly/search.ts declares it.
      const search = instance.exports['search'] as SearchFunction;
      const scratch = new Uint32Array(memory.wasm.buffer, scratchAt, memory.scratchSizeBytes / 4);
      bench = { search, scratchAt, scratch };
      this.#benches.set(memory, bench);
    }
    return bench;
  }

  #blockReader(memory: KernelMemory): (block: number, into: number) => void {
    const bytes = new Uint8Array(memory.wasm.buffer);
    return (block, into) => {
      // The kernel passes unsigned numbers as signed ones.
      const at = into >>> 0;
      this.#disk?.readBlock(block >>> 0, bytes.subarray(at, at + BLOCK_SIZE_BYTES));
    };
  }
}

/** Whether the kernel's tables are big enough; the twin's grow. */
export function fitsKernel(query: Omit<SegmentQuery, 'best'>): boolean {
  return query.hashes.length <= HASH_COUNT_MAX && query.limit <= LIMIT_MAX;
}

function writeSettings(scratch: Uint32Array, documentCountMax: number, query: SegmentQuery): void {
  scratch[SETTINGS] = documentCountMax;
  scratch[SETTINGS + 1] = query.hashes.length;
  scratch[SETTINGS + 2] = query.scoreMin;
  scratch[SETTINGS + 3] = query.scorePct;
  scratch[SETTINGS + 4] = query.limit;
  scratch[SETTINGS + 5] = query.best;
  scratch[SETTINGS + 6] = Number(query.exact);
}

function readResult(scratch: Uint32Array, count: number): SegmentResult {
  const result = emptyResult();
  for (let i = 0; i < count; i++) {
    result.ordinals.push(scratch[ORDINALS + i] as number);
    result.scores.push(scratch[SCORES + i] as number);
  }
  result.truncated = scratch[STATS] === 1;
  result.listsCounted = scratch[STATS + 1] as number;
  result.listsDeferred = scratch[STATS + 2] as number;
  result.listsSkipped = scratch[STATS + 3] as number;
  result.postingsCounted = scratch[STATS + 4] as number;
  result.candidatesVerified = scratch[STATS + 5] as number;
  const { scans } = result;
  scans.postings = result.postingsCounted;
  scans.blocksRead = scratch[STATS + 6] as number;
  for (let i = 0; i < scans.documents.length; i++) {
    scans.documents[i] = scratch[DOCUMENT_BUCKETS + i] as number;
  }
  for (let i = 0; i < scans.blocks.length; i++) {
    scans.blocks[i] = scratch[BLOCK_BUCKETS + i] as number;
  }
  return result;
}
