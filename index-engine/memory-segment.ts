import { type ChangeBatch } from './change.ts';
import { PostingBuffer } from './posting-sort.ts';
import { contentFromPostings, Segment, type SegmentIdentity } from './segment.ts';

// One set of columns for the whole process: building is synchronous, and fresh pages would cost more
// than the sort itself.
const scratch = new PostingBuffer();

/**
 * Turns one batch into a searchable segment. The last change of an id wins; repeated hashes of a
 * document count once.
 */
export function buildMemorySegment(batch: ChangeBatch, identity: SegmentIdentity): Segment {
  const last = lastChangeOfEachId(batch);
  const inserts = last.filter((i) => batch.isInsert(i));
  const deletes = last.filter((i) => !batch.isInsert(i));
  scratch.count = 0;
  scratch.reserve(batch.hashes.size);
  inserts.forEach((change, ordinal) => {
    collect(batch, change, ordinal);
  });
  const content = contentFromPostings(scratch, true, {
    identity,
    documents: Uint32Array.from(inserts, (i) => batch.idAt(i)),
    tombstones: Uint32Array.from(deletes, (i) => batch.idAt(i)),
    metadata: new Map(batch.metadata),
  });
  return new Segment(content);
}

function collect(batch: ChangeBatch, change: number, ordinal: number): void {
  const start = batch.hashesStartAt(change);
  const end = batch.hashesEndAt(change);
  scratch.hashes.set(batch.hashes.values.subarray(start, end), scratch.count);
  scratch.ordinals.fill(ordinal, scratch.count, scratch.count + end - start);
  scratch.count += end - start;
}

/** Places of the changes that stand, ordered by id. Ids that already ascend need no map and no sort. */
function lastChangeOfEachId(batch: ChangeBatch): number[] {
  const places = Array.from({ length: batch.size }, (_, i) => i);
  if (places.every((i) => i === 0 || batch.idAt(i - 1) < batch.idAt(i))) return places;
  const lastById = new Map<number, number>();
  for (const i of places) lastById.set(batch.idAt(i), i);
  return [...lastById.values()].sort((a, b) => batch.idAt(a) - batch.idAt(b));
}
