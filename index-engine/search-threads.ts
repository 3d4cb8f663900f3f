import { Worker } from 'node:worker_threads';
import { type ErrorName, RequestError } from './errors.ts';
import { loadModule } from './kernels/kernels.ts';
import { fitsKernel } from './kernels/simd.ts';
import type { WasmMemory } from './kernels/web-assembly.ts';
import type { PlannedSearch, Search, TimedResult } from './search.ts';
import type { Segment } from './segment.ts';
import type { SegmentMemories, SegmentMemory } from './segment-memory.ts';

/** A memory is sent once and known by its number from then on. */
export interface SearchJob {
  readonly plan: Omit<PlannedSearch, 'deadlineMs'>;
  /** Left until the deadline: threads have clocks of their own. */
  readonly leftMs: number;
  readonly regions: readonly { readonly memory: number; readonly at: number }[];
  readonly introduced: readonly IntroducedMemory[];
  readonly forgotten: readonly number[];
}

export interface IntroducedMemory {
  readonly number: number;
  readonly wasm: WasmMemory;
  readonly scratchSizeBytes: number;
  readonly documentCountMax: number;
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
  forgotten: number[];
}

/** A thread with this many searches waiting is not given more: they are done in place. */
const WAITING_MAX = 16;

/** Threads that search the same memories as the main one, each with scratch of its own. */
export class SearchThreads {
  readonly #threads: Thread[];
  readonly #numbers = new WeakMap<SegmentMemory, number>();
  #nextNumber = 1;

  /** `count` threads besides the main one. */
  constructor(memories: SegmentMemories, count: number) {
    this.#threads = Array.from({ length: count }, (_, i) => this.#start(i + 1));
    memories.onDrop = (memory) => this.#forget(memory);
  }

  /** Whether a thread could search this, and has room. */
  takes(segments: readonly Segment[], { query, limit }: Search): boolean {
    if (!fitsKernel({ hashes: query, limit, scoreMin: 0, scorePct: 0, exact: false })) return false;
    if (segments.some(({ disk }) => disk !== undefined)) return false;
    return this.#threads.some(({ waiting }) => waiting.length < WAITING_MAX);
  }

  /** Throws RequestError `SearchTimeout`. */
  run(segments: readonly Segment[], plan: PlannedSearch): Promise<readonly TimedResult[]> {
    const thread = this.#threads.reduce((a, b) => (b.waiting.length < a.waiting.length ? b : a));
    const introduced: IntroducedMemory[] = [];
    const regions = segments.map(({ region }) => {
      const { memory, at } = region;
      const number = this.#numberOf(memory);
      if (!thread.known.has(number)) {
        thread.known.add(number);
        const { wasm, scratchSizeBytes, documentCountMax } = memory;
        introduced.push({ number, wasm, scratchSizeBytes, documentCountMax });
      }
      return { memory: number, at };
    });
    const { deadlineMs, ...rest } = plan;
    const leftMs = deadlineMs - performance.now();
    const { promise, resolve, reject } = Promise.withResolvers<readonly TimedResult[]>();
    thread.waiting.push({ resolve, reject });
    const { forgotten } = thread;
    thread.forgotten = [];
    const job: SearchJob = { plan: rest, leftMs, regions, introduced, forgotten };
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    thread.worker.postMessage(job);
    return promise;
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #start(threadIndex: number): Thread {
    const url = new URL('./search-thread.ts', import.meta.url);
    const worker = new Worker(url, { workerData: { threadIndex } });
    const thread: Thread = { worker, known: new Set(), waiting: [], forgotten: [] };
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

  #numberOf(memory: SegmentMemory): number {
    let number = this.#numbers.get(memory);
    if (number === undefined) {
      number = this.#nextNumber++;
      this.#numbers.set(memory, number);
    }
    return number;
  }

  #forget(memory: SegmentMemory): void {
    const number = this.#numbers.get(memory);
    if (number === undefined) return;
    for (const thread of this.#threads) {
      if (thread.known.delete(number)) thread.forgotten.push(number);
    }
  }
}

/** Threads for `threadCount` - 1 searches beside the main one; none without a kernel. */
export function startSearchThreads(
  memories: SegmentMemories,
  threadCount: number,
): SearchThreads | undefined {
  if (threadCount < 2 || !loadModule('search.wasm')) return undefined;
  return new SearchThreads(memories, threadCount - 1);
}
