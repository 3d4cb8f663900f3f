/** The merge thread: takes one job at a time, writes one segment file, answers with its size. */
import assert from 'node:assert/strict';
import { parentPort } from 'node:worker_threads';
import type { MergeJob, MergeJobResult } from './merge-threads.ts';
import { mergeSegments } from './segment-merger.ts';
import { SegmentWriter } from './segment-writer.ts';

const port = parentPort;
assert(port, 'runs as a worker thread only');

port.on('message', (job: MergeJob) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  port.postMessage(run(job));
});

function run(job: MergeJob): MergeJobResult {
  const writer = new SegmentWriter(job.path);
  try {
    const parts = mergeSegments(job.sources, job.keepTombstones, writer);
    return { sizeBytes: writer.finish(job.identity, parts) };
  } catch (error) {
    writer.abort();
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
