import { type ChangeBatch } from './change.ts';
import type { Codec } from './block.ts';
import { createWorkbench } from './kernels/kernels.ts';
import { DROPPED } from './kernels/workbench.ts';
import { encodeChanges } from './oplog-record.ts';
import type { SegmentContent } from './segment.ts';

/** Whatever the index's codec: that is for files, and what is in memory is on its way to one. */
const CODEC: Codec = 'ef';
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
  const { ordinals, documents, tombstones } = numberDocuments(batch);
  workbench.clear();
  workbench.gather({ hashes: batch.hashColumn(), starts: batch.startColumn(), ordinals });
  // AcoustID masks hashes to 28 bits: four zeros per posting that need not be stored.
  const hashShift = workbench.commonZeros();
  workbench.sort(0, isAscending(ordinals));
  workbench.dropRepeats();
  const { blocks, directory, postingCount } = workbench.encode({ codec: CODEC, hashShift }, true);
  return {
    codec: CODEC,
    hashShift,
    postingCount,
    blocks: blocks.slice(),
    directory: directory.slice(),
    documents,
    tombstones,
    metadata: new Map(batch.metadata),
  };
}

/** The last change of each id stands: its documents in order of id, and each change's ordinal. */
function numberDocuments(batch: ChangeBatch): {
  ordinals: Uint32Array;
  documents: Uint32Array;
  tombstones: Uint32Array;
} {
  const last = lastChangeOfEachId(batch);
  const ordinals = new Uint32Array(batch.size).fill(DROPPED);
  const inserts = last.filter((i) => batch.isInsert(i));
  const deletes = last.filter((i) => !batch.isInsert(i));
  for (const [ordinal, change] of inserts.entries()) ordinals[change] = ordinal;
  return {
    ordinals,
    documents: Uint32Array.from(inserts, (i) => batch.idAt(i)),
    tombstones: Uint32Array.from(deletes, (i) => batch.idAt(i)),
  };
}

/** Whether documents were gathered in the order of their ordinals; dropped ones do not count. */
function isAscending(ordinals: Uint32Array): boolean {
  let next = 0;
  return ordinals.every((ordinal) => ordinal === DROPPED || ordinal === next++);
}

/** Places of the changes that stand, ordered by id. Ids that already ascend need no map and no sort. */
function lastChangeOfEachId(batch: ChangeBatch): number[] {
  const places = Array.from({ length: batch.size }, (_, i) => i);
  if (places.every((i) => i === 0 || batch.idAt(i - 1) < batch.idAt(i))) return places;
  const lastById = new Map<number, number>();
  for (const i of places) lastById.set(batch.idAt(i), i);
  return [...lastById.values()].sort((a, b) => batch.idAt(a) - batch.idAt(b));
}
