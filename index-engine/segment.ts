import assert from 'node:assert/strict';
import { bitWidth, BLOCK_GUARD_SIZE_BYTES, BLOCK_SIZE_BYTES } from './block.ts';
import { encodeBlocks } from './block-writer.ts';
import type { PostingBuffer } from './posting-sort.ts';

// NOTE: `as number` in this file follows binary searches that stay inside their array.

export const WORDS_PER_BLOCK = BLOCK_SIZE_BYTES / 4;

/**
 * Which part of history a segment holds. Commit ids are ours and dense: segments tile them without a
 * gap, oldest first. The version is the outside's number for the same point, and may jump.
 * (Upstream once used one number for both, and merges broke as soon as versions had gaps.)
 */
export interface SegmentIdentity {
  readonly first: number;
  readonly last: number;
  readonly version: number;
}

/** Everything a segment consists of, wherever it lives. */
export interface SegmentContent {
  readonly identity: SegmentIdentity;
  /** Trailing zero bits all its hashes share, which are not stored. */
  readonly hashShift: number;
  readonly postingCount: number;
  /** `ef` blocks, followed by the guard. */
  readonly blocks: Uint32Array;
  /** First shifted hash of each block. */
  readonly directory: Uint32Array;
  /** Ids of the documents with contents here, ascending; a document's place is its ordinal. */
  readonly documents: Uint32Array;
  /** Ids deleted here, ascending. */
  readonly tombstones: Uint32Array;
  readonly metadata: ReadonlyMap<string, string>;
}

/** An immutable segment, except for one thing: documents that a newer segment mentions stop being live. */
export class Segment {
  readonly identity: SegmentIdentity;
  readonly hashShift: number;
  readonly postingCount: number;
  readonly blocks: Uint32Array;
  readonly directory: Uint32Array;
  readonly documents: Uint32Array;
  readonly tombstones: Uint32Array;
  readonly metadata: ReadonlyMap<string, string>;
  /** Bit `ordinal` is set while no newer segment mentions the document. */
  readonly live: Uint32Array;
  /** radix[p] is the first block whose first hash has a prefix ≥ p; one entry more than prefixes. */
  readonly radix: Uint32Array;
  readonly radixShift: number;
  /** The file it is stored in, or undefined for a memory segment. */
  readonly file: string | undefined;
  deadCount = 0;

  constructor(content: SegmentContent, file?: string) {
    this.identity = content.identity;
    this.hashShift = content.hashShift;
    this.postingCount = content.postingCount;
    this.blocks = content.blocks;
    this.directory = content.directory;
    this.documents = content.documents;
    this.tombstones = content.tombstones;
    this.metadata = content.metadata;
    this.file = file;
    this.live = new Uint32Array((this.documents.length + 31) >>> 5).fill(0xffff_ffff);
    const hashBits = 32 - this.hashShift;
    const radixBits = Math.min(hashBits, bitWidth(this.directory.length), 24);
    this.radixShift = hashBits - radixBits;
    this.radix = radixTable(this.directory, radixBits, this.radixShift);
  }

  get blockCount(): number {
    return this.directory.length;
  }

  /** Documents and tombstones together, which is what statistics count. */
  get documentTableSize(): number {
    return this.documents.length + this.tombstones.length;
  }

  isLive(ordinal: number): boolean {
    return ((this.live[ordinal >>> 5] as number) & (1 << (ordinal & 31))) !== 0;
  }

  /** Hides a document because a newer segment mentions its id. True if it was visible. */
  supersede(id: number): boolean {
    const ordinal = find(this.documents, id);
    if (ordinal < 0 || !this.isLive(ordinal)) return false;
    const word = ordinal >>> 5;
    this.live[word] = (this.live[word] as number) & ~(1 << (ordinal & 31));
    this.deadCount += 1;
    return true;
  }

  /** Whether the segment says anything about an id, and what. */
  mention(id: number): 'document' | 'tombstone' | undefined {
    if (find(this.documents, id) >= 0) return 'document';
    return find(this.tombstones, id) >= 0 ? 'tombstone' : undefined;
  }
}

/** Sorts the collected postings, encodes them and wraps them up. Empties nothing: the buffer is the caller's. */
export function contentFromPostings(
  postings: PostingBuffer,
  ordinalsAscend: boolean,
  rest: Pick<SegmentContent, 'identity' | 'documents' | 'tombstones' | 'metadata'>,
): SegmentContent {
  const hashShift = dropCommonZeros(postings);
  postings.sort(ordinalsAscend);
  const encoded = encodeBlocks(postings, true);
  assert.equal(encoded.used, postings.count);
  const blocks = new Uint32Array(encoded.blocks.length + BLOCK_GUARD_SIZE_BYTES / 4);
  blocks.set(encoded.blocks);
  return {
    ...rest,
    hashShift,
    postingCount: postings.count,
    blocks,
    directory: encoded.directory.slice(),
  };
}

/** Hides in `older` what `newer` mentions. Ranges that do not meet cost one comparison. */
export function supersedeAll(
  older: Segment,
  newer: Segment,
  onHidden?: (id: number) => void,
): void {
  for (const ids of [newer.documents, newer.tombstones]) {
    const min = older.documents[0];
    const max = older.documents.at(-1);
    if (min === undefined || max === undefined) return;
    for (let i = lowerBound(ids, min); i < ids.length; i++) {
      const id = ids[i] as number;
      if (id > max) break;
      if (older.supersede(id)) onHidden?.(id);
    }
  }
}

/** Place of `value` in an ascending array, or -1. */
export function find(values: Uint32Array, value: number): number {
  const at = lowerBound(values, value);
  return values[at] === value ? at : -1;
}

/** First place whose value is not below `value`. */
export function lowerBound(values: Uint32Array, value: number): number {
  let from = 0;
  let to = values.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((values[middle] as number) < value) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** AcoustID masks hashes to 28 bits: four zeros per posting that need not be stored. */
function dropCommonZeros(postings: PostingBuffer): number {
  const { hashes, count } = postings;
  let union = 0;
  for (let i = 0; i < count; i++) union |= hashes[i] as number;
  if (union === 0) return 0;
  const shift = 31 - Math.clz32(union & -union);
  if (shift > 0) for (let i = 0; i < count; i++) hashes[i] = (hashes[i] as number) >>> shift;
  return shift;
}

function radixTable(directory: Uint32Array, radixBits: number, radixShift: number): Uint32Array {
  const prefixes = 2 ** radixBits;
  const radix = new Uint32Array(prefixes + 1).fill(directory.length);
  let prefix = 0;
  for (let block = 0; block < directory.length; block++) {
    // radixShift reaches 32 for a segment without blocks, where `>>>` would shift by 0.
    const at = radixShift === 32 ? 0 : (directory[block] as number) >>> radixShift;
    while (prefix <= at) radix[prefix++] = block;
  }
  return radix;
}
