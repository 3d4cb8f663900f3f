/** A search thread: the kernel over the main thread's memories, with scratch of its own. */
import assert from 'node:assert/strict';
import { parentPort, workerData } from 'node:worker_threads';
import { RequestError } from './errors.ts';
import { loadModule } from './kernels/kernels.ts';
import { ScalarSearcher } from './kernels/scalar.ts';
import { SimdSearcher } from './kernels/simd.ts';
import { searchEach } from './search.ts';
import type { IntroducedMemory, SearchJob, SearchJobResult } from './search-threads.ts';

const port = parentPort;
const module = loadModule('search.wasm');
assert(port && module, 'runs as a worker thread with a kernel only');
// What `SearchThreads` starts it with.
const { threadIndex } = workerData as { threadIndex: number };
const searcher = new SimdSearcher(module, threadIndex, new ScalarSearcher());
const memories = new Map<number, IntroducedMemory>();

port.on('message', (job: SearchJob) => {
  for (const number of job.forgotten) memories.delete(number);
  for (const memory of job.introduced) memories.set(memory.number, memory);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  port.postMessage(run(job));
});

function run({ plan, leftMs, regions }: SearchJob): SearchJobResult {
  try {
    const planned = { ...plan, deadlineMs: performance.now() + leftMs };
    const results = searchEach(regions, planned, ({ memory: number, at }, query) => {
      const memory = memories.get(number);
      assert(memory, 'memories are introduced before they are searched');
      return searcher.searchRegion({ memory, at }, query);
    });
    return { results };
  } catch (error) {
    const errorName = error instanceof RequestError ? error.errorName : 'Internal';
    return { errorName, message: error instanceof Error ? error.message : String(error) };
  }
}
