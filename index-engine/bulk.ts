/**
 * Loading many documents in one request of any length:
 *
 *   body  := chunk *
 *   chunk := MessagePack bin (8, 16 or 32) holding an update request, at most 16 MiB
 *
 * A chunk is one commit, decoded when it is whole and committed while the next arrives. A client that
 * puts its position into each chunk's metadata can ask the index for it after a failure and go on
 * from there: metadata and documents of a chunk are durable together.
 */
import { BODY_SIZE_BYTES_MAX, type BulkResponse } from './contract.ts';
import { RequestError } from './errors.ts';
import type { InvertedIndex } from './inverted-index.ts';
import type { Metrics } from './metrics.ts';
import type { UpdateBuilder } from './update-builder.ts';
import type { Writes } from './writes.ts';

/** Commits on their way to disk at once; one more would only wait for the same fsync. */
const COMMITS_AHEAD_MAX = 4;

export interface BulkTarget {
  readonly index: InvertedIndex;
  readonly name: string;
  readonly builder: UpdateBuilder;
  readonly writes: Writes;
  readonly metrics: Metrics;
}

/** Throws RequestError `BadRequest`, `BodyTooBig`, and what an update throws; earlier chunks stay. */
export async function loadBulk(
  { index, name, builder, writes, metrics }: BulkTarget,
  body: AsyncIterable<Buffer>,
): Promise<BulkResponse> {
  const response: BulkResponse = { version: index.version, chunks: 0, changes: 0 };
  const ahead: Promise<void>[] = [];
  const note = async (commit: Promise<number>): Promise<void> => {
    response.version = await commit;
    metrics.updated(name);
  };
  try {
    for await (const chunk of chunksOf(body)) {
      await index.roomForWrites();
      const { prepared, expectedVersion } = await builder.prepare(chunk, 'msgpack');
      response.chunks += 1;
      response.changes += prepared.changeCount;
      const commit = note(writes.update(name, prepared, expectedVersion));
      // Its failure is this request's, when its turn comes.
      commit.catch(() => undefined);
      ahead.push(commit);
      if (ahead.length >= COMMITS_AHEAD_MAX) await ahead.shift();
    }
    for (const commit of ahead) await commit;
  } finally {
    // Whoever is told that a chunk was wrong may ask at once how far the ones before have come.
    await Promise.allSettled(ahead);
  }
  return response;
}

/** Cuts the stream into the contents of its chunks, whatever pieces it arrives in. */
async function* chunksOf(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  let sizeBytes = 0;
  let wantedBytes = 1;
  for await (const piece of body) {
    pieces.push(piece);
    sizeBytes += piece.length;
    if (sizeBytes < wantedBytes) continue;
    let rest = Buffer.concat(pieces, sizeBytes);
    for (;;) {
      const frame = frameAt(rest);
      wantedBytes = frame.end;
      if (rest.length < frame.end || frame.start === 0) break;
      yield rest.subarray(frame.start, frame.end);
      rest = rest.subarray(frame.end);
    }
    pieces = [rest];
    sizeBytes = rest.length;
  }
  if (sizeBytes > 0) throw new RequestError('BadRequest', 'the last chunk is cut short');
}

/** Where the first chunk's contents start and end; start 0 while its head is not whole yet. */
function frameAt(bytes: Buffer): { start: number; end: number } {
  const tag = bytes[0];
  if (tag === undefined) return { start: 0, end: 1 };
  if (tag < 0xc4 || tag > 0xc6)
    throw new RequestError('BadRequest', 'a chunk is a MessagePack bin');
  const lengthSize = 1 << (tag - 0xc4);
  const start = 1 + lengthSize;
  if (bytes.length < start) return { start: 0, end: start };
  const length = bytes.readUIntBE(1, lengthSize);
  if (length > BODY_SIZE_BYTES_MAX) throw new RequestError('BodyTooBig', 'a chunk is too big');
  return { start, end: start + length };
}
