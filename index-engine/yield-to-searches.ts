import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/** Far enough down that a search gets the processor at once, not so far that loading starves. */
const NICENESS = 10;

/**
 * Lets the calling thread stand back behind searches where processors are few. Linux knows threads by
 * ids of their own; elsewhere priorities are the process's, and nothing is done.
 */
export function yieldToSearches(): void {
  if (process.platform !== 'linux') return;
  try {
    // PID/task/TID
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    setPriority(thread, NICENESS);
  } catch {
    // A system without /proc, or that forbids it: merges then run like everything else.
  }
}
