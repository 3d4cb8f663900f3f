/** A search thread: the kernel over the main thread's memories, with scratch of its own. */
import assert from 'node:assert/strict';
import { parentPort, workerData } from 'node:worker_threads';
import { collectGarbage } from './collect-garbage.ts';
import { DiskBlocks } from './disk-blocks.ts';
import { CorruptionError, type ErrorName, RequestError } from './errors.ts';
import { loadModule } from './kernels/kernels.ts';
import { ScalarSearcher } from './kernels/scalar.ts';
import { SimdSearcher } from './kernels/simd.ts';
import { searchEach } from './search.ts';
import type { SearchJob, SearchJobResult, SearchThreadMessage } from './search-threads.ts';
import type { KernelMemory } from './segment-memory.ts';

const port = parentPort;
const module = loadModule('search.wasm');
assert(port && module, 'runs as a worker thread with a kernel only');
// What `SearchThreads` starts it with.
const { threadIndex } = workerData as { threadIndex: number };
const searcher = new SimdSearcher(module, threadIndex, new ScalarSearcher());
const memories = new Map<number, KernelMemory>();
const files = new Map<number, DiskBlocks>();
/** After this long without another memory going, those that are gone are given back. */
const COLLECT_DELAY_MS = 500;
let collectTimer: NodeJS.Timeout | undefined;

port.on('message', (message: SearchThreadMessage) => {
  if ('forget' in message) {
    forget(message.forget);
    return;
  }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  port.postMessage(run(message));
});

function forget(number: number): void {
  files.get(number)?.close();
  files.delete(number);
  if (!memories.delete(number)) return;
  clearTimeout(collectTimer);
  collectTimer = setTimeout(collectGarbage, COLLECT_DELAY_MS).unref();
}

function run({ plan, leftMs, regions, introduced }: SearchJob): SearchJobResult {
  try {
    for (const { number, what } of introduced) {
      if ('wasm' in what) memories.set(number, what);
      else files.set(number, new DiskBlocks(what));
    }
    const planned = { ...plan, deadlineMs: performance.now() + leftMs };
    const results = searchEach(regions, planned, (region, query) => {
      const memory = memories.get(region.memory);
      assert(memory, 'memories are introduced before they are searched');
      const disk = region.file === undefined ? undefined : files.get(region.file);
      return searcher.searchRegion({ memory, at: region.at }, query, disk);
    });
    return { results };
  } catch (error) {
    const errorName = error instanceof CorruptionError ? 'IndexCorrupted' : nameOf(error);
    return { errorName, message: error instanceof Error ? error.message : String(error) };
  }
}

function nameOf(error: unknown): ErrorName {
  return error instanceof RequestError ? error.errorName : 'Internal';
}
