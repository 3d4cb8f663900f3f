import assert from 'node:assert/strict';
import { encodeBlocks } from './block-writer.ts';
import { type ChangeBatch } from './change.ts';
import { PostingBuffer } from './posting-sort.ts';
import { residentSegment, type Segment, type SegmentIdentity } from './segment.ts';
import type { SegmentMemories } from './segment-memory.ts';

// NOTE: `as number` in this file follows loops over a buffer's own count.

// One set of columns for the whole process: building is synchronous, and fresh pages would cost more
// than the sort itself.
const postings = new PostingBuffer();

/**
 * Turns one batch into a searchable segment. The last change of an id wins; repeated hashes of a
 * document count once.
 */
export function buildMemorySegment(
  memories: SegmentMemories,
  batch: ChangeBatch,
  identity: SegmentIdentity,
): Segment {
  const last = lastChangeOfEachId(batch);
  const inserts = last.filter((i) => batch.isInsert(i));
  const deletes = last.filter((i) => !batch.isInsert(i));
  postings.count = 0;
  postings.reserve(batch.hashes.size);
  inserts.forEach((change, ordinal) => {
    collect(batch, change, ordinal);
  });
  const hashShift = dropCommonZeros();
  postings.sort(true);
  const encoded = encodeBlocks(postings, true);
  assert.equal(encoded.used, postings.count);
  return residentSegment(memories, {
    identity,
    hashShift,
    postingCount: postings.count,
    blocks: encoded.blocks,
    directory: encoded.directory,
    documents: Uint32Array.from(inserts, (i) => batch.idAt(i)),
    tombstones: Uint32Array.from(deletes, (i) => batch.idAt(i)),
    metadata: new Map(batch.metadata),
  });
}

function collect(batch: ChangeBatch, change: number, ordinal: number): void {
  const start = batch.hashesStartAt(change);
  const end = batch.hashesEndAt(change);
  postings.hashes.set(batch.hashes.values.subarray(start, end), postings.count);
  postings.ordinals.fill(ordinal, postings.count, postings.count + end - start);
  postings.count += end - start;
}

/** AcoustID masks hashes to 28 bits: four zeros per posting that need not be stored. */
function dropCommonZeros(): number {
  const { hashes, count } = postings;
  let union = 0;
  for (let i = 0; i < count; i++) union |= hashes[i] as number;
  if (union === 0) return 0;
  const shift = 31 - Math.clz32(union & -union);
  if (shift > 0) for (let i = 0; i < count; i++) hashes[i] = (hashes[i] as number) >>> shift;
  return shift;
}

/** Places of the changes that stand, ordered by id. Ids that already ascend need no map and no sort. */
function lastChangeOfEachId(batch: ChangeBatch): number[] {
  const places = Array.from({ length: batch.size }, (_, i) => i);
  if (places.every((i) => i === 0 || batch.idAt(i - 1) < batch.idAt(i))) return places;
  const lastById = new Map<number, number>();
  for (const i of places) lastById.set(batch.idAt(i), i);
  return [...lastById.values()].sort((a, b) => batch.idAt(a) - batch.idAt(b));
}
