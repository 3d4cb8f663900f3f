import { type ChangeBatch } from './change.ts';
import { createWorkbench } from './kernels/kernels.ts';
import { residentSegment, type Segment, type SegmentIdentity } from './segment.ts';
import type { SegmentMemories } from './segment-memory.ts';

// One for the whole process, as building is synchronous.
const workbench = createWorkbench();

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
  workbench.clear();
  inserts.forEach((change, ordinal) => {
    const start = batch.hashesStartAt(change);
    workbench.add(batch.hashes.values.subarray(start, batch.hashesEndAt(change)), ordinal);
  });
  // AcoustID masks hashes to 28 bits: four zeros per posting that need not be stored.
  const hashShift = workbench.dropCommonZeros();
  workbench.sort(0, true);
  workbench.dropRepeats();
  const { blocks, directory, postingCount } = workbench.encode(true);
  return residentSegment(memories, {
    identity,
    hashShift,
    postingCount,
    blocks,
    directory,
    documents: Uint32Array.from(inserts, (i) => batch.idAt(i)),
    tombstones: Uint32Array.from(deletes, (i) => batch.idAt(i)),
    metadata: new Map(batch.metadata),
  });
}

/** Places of the changes that stand, ordered by id. Ids that already ascend need no map and no sort. */
function lastChangeOfEachId(batch: ChangeBatch): number[] {
  const places = Array.from({ length: batch.size }, (_, i) => i);
  if (places.every((i) => i === 0 || batch.idAt(i - 1) < batch.idAt(i))) return places;
  const lastById = new Map<number, number>();
  for (const i of places) lastById.set(batch.idAt(i), i);
  return [...lastById.values()].sort((a, b) => batch.idAt(a) - batch.idAt(b));
}
