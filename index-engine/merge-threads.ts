import { Worker } from 'node:worker_threads';
import { IdleTimer } from './idle-timer.ts';
import type { SegmentIdentity } from './segment.ts';
import type { MergeSource, MergeTarget } from './segment-merger.ts';

export interface MergeJob extends MergeTarget {
  /** `upstream`: the one source is written as a segment file of upstream's instead. */
  readonly format: 'own' | 'upstream';
  readonly sources: readonly MergeSource[];
  readonly identity: SegmentIdentity;
  readonly path: string;
}

export type MergeJobResult = { readonly sizeBytes: number } | { readonly error: string };

interface Waiting {
  readonly job: MergeJob;
  readonly resolve: (sizeBytes: number) => void;
  readonly reject: (error: Error) => void;
}

/** One for checkpoints and one for merges: a checkpoint never waits for a merge of hours. */
const THREAD_COUNT = 2;

/**
 * The threads that write segment files, shared by all indexes. The queue is bounded by its users:
 * each index has at most one checkpoint and one merge under way.
 */
export class MergeThreads {
  #idle: Worker[] = [];
  readonly #idleTimer = new IdleTimer(() => this.#endIdle());
  readonly #running = new Map<Worker, Waiting>();
  readonly #queue: Waiting[] = [];
  #closed = false;

  /** Writes the merged segment under `job.path`; resolves with its size once it is durable. */
  run(job: MergeJob): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#queue.push({ job, resolve, reject });
    this.#startNext();
    return promise;
  }

  /** Abandons what is under way: unfinished files are swept at the next open. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#idleTimer.stop();
    const workers = [...this.#idle, ...this.#running.keys()];
    for (const waiting of [...this.#running.values(), ...this.#queue]) {
      waiting.reject(new Error('the engine is stopping'));
    }
    this.#running.clear();
    this.#queue.length = 0;
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  #startNext(): void {
    if (this.#closed || this.#queue.length === 0) return;
    const worker = this.#idle.pop() ?? this.#newWorker();
    const waiting = worker && this.#queue.shift();
    if (!worker || !waiting) return;
    this.#running.set(worker, waiting);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    worker.postMessage(waiting.job);
  }

  #newWorker(): Worker | undefined {
    if (this.#running.size >= THREAD_COUNT) return undefined;
    const worker = new Worker(new URL('./merge-thread.ts', import.meta.url));
    // A process that is otherwise done does not wait for idle threads.
    worker.unref();
    worker.on('message', (result: MergeJobResult) => this.#finish(worker, result));
    worker.on('error', (error) => this.#lose(worker, error));
    return worker;
  }

  #finish(worker: Worker, result: MergeJobResult): void {
    const waiting = this.#running.get(worker);
    this.#running.delete(worker);
    this.#idle.push(worker);
    if ('error' in result) waiting?.reject(new Error(`merging failed: ${result.error}`));
    else waiting?.resolve(result.sizeBytes);
    this.#startNext();
    this.#idleTimer.start();
  }

  /** Gives back what threads without work hold; the next job starts one anew. */
  #endIdle(): void {
    const workers = this.#idle;
    this.#idle = [];
    for (const worker of workers) void worker.terminate();
  }

  #lose(worker: Worker, error: unknown): void {
    const waiting = this.#running.get(worker);
    this.#running.delete(worker);
    waiting?.reject(new Error('a merge thread died', { cause: error }));
    this.#startNext();
  }
}
