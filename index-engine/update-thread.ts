/** The thread of `update-builder.ts`: bodies in, prepared commits out, in order. */
import assert from 'node:assert/strict';
import { parentPort } from 'node:worker_threads';
import { ChangeBatch } from './change.ts';
import { RequestError } from './errors.ts';
import { type BuildJob, type BuildResult, buildUpdate } from './update-builder.ts';

const port = parentPort;
assert(port, 'runs as a worker thread only');
const batch = new ChangeBatch();

port.on('message', ({ body, format }: BuildJob) => {
  const result = run(body, format);
  // What was made for this answer alone moves instead of being copied.
  const moved = 'prepared' in result ? buffersOf(result) : [];
  port.postMessage(result, moved);
});

function run(body: Uint8Array, format: BuildJob['format']): BuildResult {
  try {
    return buildUpdate(body, format, batch);
  } catch (error) {
    const errorName = error instanceof RequestError ? error.errorName : 'Internal';
    return { errorName, message: error instanceof Error ? error.message : String(error) };
  }
}

function buffersOf({ prepared }: Extract<BuildResult, { prepared: unknown }>): ArrayBuffer[] {
  const { changes, content } = prepared;
  const { blocks, directory, documents, tombstones } = content;
  const buffers = [changes, blocks, directory, documents, tombstones].map(({ buffer }) => buffer);
  return buffers.filter((buffer) => buffer instanceof ArrayBuffer);
}
