import { Worker } from 'node:worker_threads';
import { type BlockFile, DiskBlocks } from './disk-blocks.ts';
import { type ErrorName, RequestError } from './errors.ts';
import { loadModule } from './kernels/kernels.ts';
import { fitsKernel } from './kernels/simd.ts';
import type { PlannedSearch, Search, TimedResult } from './search.ts';
import type { Segment } from './segment.ts';
import type { KernelMemory, SegmentMemories, SegmentMemory } from './segment-memory.ts';

/** What a thread is told. Memories and files are introduced once and known by a number from then on. */
export type SearchThreadMessage = SearchJob | { readonly forget: number };

export interface SearchJob {
  readonly plan: Omit<PlannedSearch, 'deadlineMs'>;
  /** Left until the deadline: threads have clocks of their own. */
  readonly leftMs: number;
  readonly regions: readonly RegionReference[];
  readonly introduced: readonly Introduced[];
}

/** Where a segment is: a memory, a place in it, and the file of its blocks if they are on disk. */
interface RegionReference {
  readonly memory: number;
  readonly at: number;
  readonly file: number | undefined;
}

export interface Introduced {
  readonly number: number;
  readonly what: KernelMemory | BlockFile;
}

export type SearchJobResult =
  | { readonly results: readonly TimedResult[] }
  | { readonly errorName: ErrorName; readonly message: string };

interface Waiting {
  readonly resolve: (results: readonly TimedResult[]) => void;
  readonly reject: (error: Error) => void;
}

/** One thread, what it knows, and what it has been asked. */
interface Thread {
  readonly worker: Worker;
  readonly known: Set<number>;
  readonly waiting: Waiting[];
}

/** A thread with this many searches waiting is not given more: they are done in place. */
const WAITING_MAX = 16;

/** Threads that search the same memories as the main one, each with scratch of its own. */
export class SearchThreads {
  readonly #threads: Thread[];
  readonly #numbers = new WeakMap<SegmentMemory | DiskBlocks, number>();
  #nextNumber = 1;

  /** `count` threads besides the main one. */
  constructor(memories: SegmentMemories, count: number) {
    this.#threads = Array.from({ length: count }, (_, i) => this.#start(i + 1));
    memories.onDrop = (memory) => this.#forget(memory);
  }

  /** Whether a thread's kernel is big enough for this, and has room. */
  takes({ query, limit }: Search): boolean {
    if (!fitsKernel({ hashes: query, limit, scoreMin: 0, scorePct: 0, exact: false })) return false;
    return this.#threads.some(({ waiting }) => waiting.length < WAITING_MAX);
  }

  /** Throws RequestError `SearchTimeout`. */
  run(segments: readonly Segment[], plan: PlannedSearch): Promise<readonly TimedResult[]> {
    const thread = this.#threads.reduce((a, b) => (b.waiting.length < a.waiting.length ? b : a));
    const introduced: Introduced[] = [];
    const introduce = (known: SegmentMemory | DiskBlocks, what: () => Introduced['what']) => {
      const number = this.#numberOf(known);
      if (!thread.known.has(number)) introduced.push({ number, what: what() });
      thread.known.add(number);
      return number;
    };
    const regions = segments.map(({ region: { memory, at }, disk }) => ({
      memory: introduce(memory, () => kernelMemoryOf(memory)),
      at,
      file: disk && introduce(disk, () => disk.file),
    }));
    const { deadlineMs, ...rest } = plan;
    const leftMs = deadlineMs - performance.now();
    const { promise, resolve, reject } = Promise.withResolvers<readonly TimedResult[]>();
    thread.waiting.push({ resolve, reject });
    send(thread, { plan: rest, leftMs, regions, introduced });
    return promise;
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #start(threadIndex: number): Thread {
    const url = new URL('./search-thread.ts', import.meta.url);
    const worker = new Worker(url, { workerData: { threadIndex } });
    const thread: Thread = { worker, known: new Set(), waiting: [] };
    worker.unref();
    worker.on('message', (result: SearchJobResult) => {
      const waiting = thread.waiting.shift();
      if ('results' in result) waiting?.resolve(result.results);
      else waiting?.reject(new RequestError(result.errorName, result.message));
    });
    worker.on('error', (cause) => {
      // Its searches are lost; new ones find the thread full and stay in place.
      const error = new Error('a search thread died', { cause });
      for (const { reject } of thread.waiting.splice(0)) reject(error);
      this.#threads.splice(this.#threads.indexOf(thread), 1);
    });
    return thread;
  }

  #numberOf(known: SegmentMemory | DiskBlocks): number {
    let number = this.#numbers.get(known);
    if (number === undefined) {
      number = this.#nextNumber++;
      this.#numbers.set(known, number);
      if (known instanceof DiskBlocks) known.onClose = () => this.#forget(known);
    }
    return number;
  }

  /** Told at once: a thread that keeps a memory, or a file, keeps it from being given back. */
  #forget(known: SegmentMemory | DiskBlocks): void {
    const number = this.#numbers.get(known);
    if (number === undefined) return;
    for (const thread of this.#threads) {
      if (thread.known.delete(number)) send(thread, { forget: number });
    }
  }
}

function send({ worker }: Thread, message: SearchThreadMessage): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  worker.postMessage(message);
}

/** The part of a memory that can be sent. */
function kernelMemoryOf(memory: SegmentMemory): KernelMemory {
  const { wasm, scratchSizeBytes, documentCountMax } = memory;
  return { wasm, scratchSizeBytes, documentCountMax };
}

/** Threads for `threadCount` - 1 searches beside the main one; none without a kernel. */
export function startSearchThreads(
  memories: SegmentMemories,
  threadCount: number,
): SearchThreads | undefined {
  if (threadCount < 2 || !loadModule('search.wasm')) return undefined;
  return new SearchThreads(memories, threadCount - 1);
}
