import { setTimeout as delay } from 'node:timers/promises';

/** Time as the supervisor sees it, so that tests need not wait. */
export interface Clock {
  /** Milliseconds that never jump back. */
  now(): number;
  /** Resolves after `ms`, or at once when the signal aborts: the caller looks at the signal itself. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: async (ms, signal) => {
    try {
      await delay(ms, undefined, signal ? { signal } : {});
    } catch (error) {
      // An aborted sleep is an early end and not a failure; anything else is one.
      if (!signal?.aborted) throw error;
    }
  },
};
