import { setTimeout as delay } from 'node:timers/promises';
import { isUnavailable } from '../errors.ts';
import { flushAllCounters } from './flush-counters.ts';
import type { FlushParts } from './flush-counters.ts';
import type { LookupCounters } from './lookup-counters.ts';

/** What a crash may lose of counters that live in this process. */
const EVERY_MS = 5000;

/**
 * Flushes the counters every few seconds and at the stop, where the task queue cannot be left to:
 * counters inside this process end with it, and a node that is not the master has no queue.
 */
export class CounterFlusher implements AsyncDisposable {
  readonly #parts: FlushParts;
  readonly #counters: LookupCounters;
  readonly #store: 'alone' | 'shared';
  readonly #stopped = new AbortController();
  #flushedAt = -1;
  #loop: Promise<void> | undefined;

  /** `store` says whether other processes count into the same one. */
  constructor(parts: FlushParts, counters: LookupCounters, store: 'alone' | 'shared') {
    this.#parts = parts;
    this.#counters = counters;
    this.#store = store;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Flushes what was counted up to now. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    await this.#loop;
    await this.#counters.settle();
    await this.#flush();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      // The abort is the loop's own condition; here it only ends the wait.
      await delay(EVERY_MS, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await this.#flush();
    }
  }

  /** Never throws: what could not be flushed is kept for the next time. */
  async #flush(): Promise<void> {
    const { counted } = this.#counters;
    // An idle appliance does not look through five hundred hashes every few seconds.
    if (this.#store === 'alone' && counted === this.#flushedAt) return;
    try {
      await flushAllCounters(this.#parts);
      this.#flushedAt = counted;
    } catch (error) {
      const level = isUnavailable(error) ? 'warn' : 'error';
      this.#parts.log[level]({ err: error }, 'counts not flushed');
    }
  }
}
