import { systemClock } from '../clock.ts';
import { lastWordsOf } from '../last-words.ts';
import type { RunningProcess } from './run-process.ts';
import { describeExit } from './service.ts';

export interface ReadyOptions {
  readonly signal: AbortSignal;
  /** How long it may take to say ready. */
  readonly limitMs: number;
  /** Its last log lines, for the error. */
  readonly lastLines: () => readonly string[];
}

/**
 * Waits until a process just started says ready, and gives what `ready` gave. Rejects when it ends
 * first, when the limit passes or when the signal aborts, and then the process is gone.
 */
export async function untilReady<T>(
  process: RunningProcess,
  ready: (signal: AbortSignal) => Promise<T>,
  options: ReadyOptions,
): Promise<T> {
  const over = new AbortController();
  const signal = AbortSignal.any([options.signal, over.signal]);
  const ended = process.exited.then((exit) => {
    const last = lastWordsOf(options.lastLines());
    throw new Error(
      `it ended before it was ready (${describeExit(exit)})${last ? `: ${last}` : ''}`,
      exit.error ? { cause: exit.error } : {},
    );
  });
  const limit = systemClock.sleep(options.limitMs, signal).then(() => {
    options.signal.throwIfAborted();
    throw new Error(`it was not ready after ${options.limitMs / 1000} s`);
  });
  try {
    return await Promise.race([ready(signal), ended, limit]);
  } catch (error) {
    process.kill('SIGKILL');
    await process.exited;
    throw error;
  } finally {
    over.abort();
  }
}

/** Asks a process to end, and kills it when it has not after `limitMs`; resolves when it is gone. */
export async function endWithin(
  process: RunningProcess,
  limitMs: number,
  ask: () => void,
): Promise<void> {
  const over = new AbortController();
  ask();
  const limit = systemClock.sleep(limitMs, over.signal).then(() => 'limit' as const);
  const first = await Promise.race([process.exited, limit]);
  over.abort();
  if (first === 'limit') {
    process.kill('SIGKILL');
    await process.exited;
  }
}

/** Tries until it succeeds, every `everyMs`; gives up only when the signal aborts. */
export async function retryUntil<T>(
  attempt: () => Promise<T>,
  everyMs: number,
  signal: AbortSignal,
): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (signal.aborted) throw error;
    }
    await systemClock.sleep(everyMs, signal);
    signal.throwIfAborted();
  }
}
