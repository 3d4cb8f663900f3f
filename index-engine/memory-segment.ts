import { type ChangeBatch } from './change.ts';
import { createWorkbench } from './kernels/kernels.ts';
import { encodeChanges } from './oplog-record.ts';
import type { SegmentContent } from './segment.ts';

// One for each thread, as building is synchronous.
const workbench = createWorkbench();

/**
 * A batch made ready: its part of the log record, and its segment but for the commit id. Plain data,
 * so that a thread can make it. All arrays own their memory.
 */
export interface PreparedCommit {
  readonly changes: Uint8Array;
  readonly changeCount: number;
  readonly content: Omit<SegmentContent, 'identity'>;
}

/**
 * Sorts and encodes one batch. The last change of an id wins; repeated hashes of a document count
 * once.
 */
export function prepareCommit(batch: ChangeBatch): PreparedCommit {
  return {
    changes: encodeChanges(batch),
    changeCount: batch.size,
    content: prepareContent(batch),
  };
}

/** The segment alone, for a batch that is in the log already. */
export function prepareContent(batch: ChangeBatch): Omit<SegmentContent, 'identity'> {
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
  return {
    hashShift,
    postingCount,
    blocks: blocks.slice(),
    directory: directory.slice(),
    documents: Uint32Array.from(inserts, (i) => batch.idAt(i)),
    tombstones: Uint32Array.from(deletes, (i) => batch.idAt(i)),
    metadata: new Map(batch.metadata),
  };
}

/** Places of the changes that stand, ordered by id. Ids that already ascend need no map and no sort. */
function lastChangeOfEachId(batch: ChangeBatch): number[] {
  const places = Array.from({ length: batch.size }, (_, i) => i);
  if (places.every((i) => i === 0 || batch.idAt(i - 1) < batch.idAt(i))) return places;
  const lastById = new Map<number, number>();
  for (const i of places) lastById.set(batch.idAt(i), i);
  return [...lastById.values()].sort((a, b) => batch.idAt(a) - batch.idAt(b));
}
