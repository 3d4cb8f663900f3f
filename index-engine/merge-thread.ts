/** The merge thread: takes one job at a time, writes one file, answers with its size. */
import assert from 'node:assert/strict';
import { closeSync, openSync, writeSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { collectGarbage } from './collect-garbage.ts';
import type { MergeJob, MergeJobResult } from './merge-threads.ts';
import { mergeSegments } from './segment-merger.ts';
import { SegmentWriter } from './segment-writer.ts';
import { yieldToSearches } from './yield-to-searches.ts';
import { upstreamSegmentOf } from './upstream/convert.ts';
import { writeUpstreamSegment } from './upstream/upstream-segment.ts';

const port = parentPort;
assert(port, 'runs as a worker thread only');
yieldToSearches();

/** The inputs are big memories that only the collector gives back; an idle thread would keep them. */
const COLLECT_POSTINGS_MIN = 5_000_000;

port.on('message', (job: MergeJob) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  port.postMessage(run(job));
  const postingCount = job.sources.reduce((sum, source) => sum + source.postingCount, 0);
  if (postingCount >= COLLECT_POSTINGS_MIN) setImmediate(collectGarbage);
});

function run(job: MergeJob): MergeJobResult {
  try {
    return { sizeBytes: job.format === 'own' ? merge(job) : exportSegment(job) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function merge(job: MergeJob): number {
  const writer = new SegmentWriter(job.path);
  try {
    const parts = mergeSegments(job.sources, job, writer);
    return writer.finish(job.identity, parts);
  } catch (error) {
    writer.abort();
    throw error;
  }
}

function exportSegment({ sources, identity, path }: MergeJob): number {
  const [source] = sources;
  assert(source);
  const fd = openSync(path, 'w');
  try {
    let sizeBytes = 0;
    writeUpstreamSegment(upstreamSegmentOf(source, identity), (bytes) => {
      sizeBytes += writeSync(fd, bytes);
    });
    return sizeBytes;
  } finally {
    closeSync(fd);
  }
}
