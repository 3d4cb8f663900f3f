import assert from 'node:assert/strict';
import { bitWidth, type Codec, CODEC_NUMBERS } from './block.ts';
import type { DiskBlocks } from './disk-blocks.ts';
import {
  DESCRIPTOR,
  type SegmentMemories,
  type SegmentRegion,
  type SegmentShape,
} from './segment-memory.ts';

// NOTE: `as number` in this file follows binary searches that stay inside their array.

const RADIX_BITS_MAX = 24;

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

/** What a segment consists of besides its region. */
export interface SegmentParts {
  readonly identity: SegmentIdentity;
  readonly codec: Codec;
  /** Trailing zero bits all its hashes share, which are not stored. */
  readonly hashShift: number;
  readonly postingCount: number;
  /** Ids deleted here, ascending. */
  readonly tombstones: Uint32Array;
  readonly metadata: ReadonlyMap<string, string>;
  /** Name of the file it is stored in; undefined for a memory segment. */
  readonly file?: string;
  /** Present while blocks stay on disk. */
  readonly disk?: DiskBlocks;
}

/**
 * A searchable segment. Immutable but for one thing: documents that a newer segment mentions stop
 * being live. Whoever uses it across an await pins it; when it is retired and the last pin is gone,
 * `onGone` frees its memory and file. (Upstream decided at each place of release, and leaked files.)
 */
export class Segment {
  readonly identity: SegmentIdentity;
  readonly codec: Codec;
  readonly hashShift: number;
  readonly postingCount: number;
  readonly tombstones: Uint32Array;
  readonly metadata: ReadonlyMap<string, string>;
  readonly file: string | undefined;
  readonly disk: DiskBlocks | undefined;
  readonly region: SegmentRegion;
  /** All blocks, followed by the guard. Empty but for the guard when they stay on disk. */
  readonly blocks: Uint32Array;
  /** First shifted hash of each block. */
  readonly directory: Uint32Array;
  /** radix[p] is the first block whose first hash has a prefix ≥ p; one entry more than prefixes. */
  readonly radix: Uint32Array;
  readonly radixShift: number;
  /** Ids of the documents with contents here, ascending; a document's place is its ordinal. */
  readonly documents: Uint32Array;
  /** Bit `ordinal` is set while no newer segment mentions the document. */
  readonly live: Uint32Array;
  deadCount = 0;
  /** While a merge reads the segment: ids that died meanwhile, to be hidden in its result. */
  diedDuringMerge: number[] | undefined;
  #pinCount = 0;
  #onGone: (() => void) | undefined;

  /** Expects `region` to hold blocks, directory and documents; fills radix table and live bits. */
  constructor(parts: SegmentParts, region: SegmentRegion, shape: SegmentShape) {
    this.identity = parts.identity;
    this.codec = parts.codec;
    this.hashShift = parts.hashShift;
    this.postingCount = parts.postingCount;
    this.tombstones = parts.tombstones;
    this.metadata = parts.metadata;
    this.file = parts.file;
    this.disk = parts.disk;
    this.region = region;
    this.blocks = region.blocks;
    this.directory = region.directory;
    this.radix = region.radix;
    this.radixShift = 32 - shape.hashShift - shape.radixBits;
    this.documents = region.documents;
    this.live = region.live.fill(0xffff_ffff);
    fillRadixTable(this.radix, this.directory, this.radixShift);
    region.descriptor[DESCRIPTOR.isOnDisk] = this.disk ? 1 : 0;
    region.descriptor[DESCRIPTOR.codec] = CODEC_NUMBERS[this.codec];
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
    this.diedDuringMerge?.push(id);
    return true;
  }

  /** Whether the segment says anything about an id, and what. */
  mention(id: number): 'document' | 'tombstone' | undefined {
    if (find(this.documents, id) >= 0) return 'document';
    return find(this.tombstones, id) >= 0 ? 'tombstone' : undefined;
  }

  pin(): void {
    assert(this.#onGone === undefined, 'a retired segment is not used again');
    this.#pinCount += 1;
  }

  unpin(): void {
    assert(this.#pinCount > 0);
    this.#pinCount -= 1;
    this.#leave();
  }

  /** Calls `onGone` once nothing pins the segment; no new pin may follow. */
  retire(onGone: () => void): void {
    assert(this.#onGone === undefined, 'a segment is retired once');
    this.#onGone = onGone;
    this.#leave();
  }

  #leave(): void {
    if (this.#pinCount > 0) return;
    const onGone = this.#onGone;
    // Kept defined, so that a second retirement is noticed.
    if (onGone) this.#onGone = () => undefined;
    onGone?.();
  }
}

/** The contents of a segment before it has a region. */
export interface SegmentContent extends SegmentParts {
  readonly blocks: Uint32Array;
  readonly directory: Uint32Array;
  readonly documents: Uint32Array;
}

/** Copies built contents into memory the kernels see. */
export function residentSegment(memories: SegmentMemories, content: SegmentContent): Segment {
  const shape = shapeOf(
    content.directory.length,
    content.documents.length,
    content.hashShift,
    true,
  );
  const region = memories.allocate(shape);
  region.blocks.set(content.blocks);
  region.directory.set(content.directory);
  region.documents.set(content.documents);
  return new Segment(content, region, shape);
}

export function shapeOf(
  blockCount: number,
  documentCount: number,
  hashShift: number,
  isResident: boolean,
): SegmentShape {
  const radixBits = Math.min(32 - hashShift, bitWidth(blockCount), RADIX_BITS_MAX);
  return { blockCount, documentCount, hashShift, radixBits, isResident };
}

/** Hides in `older` what `newer` mentions; returns how many. Ranges that do not meet cost two searches. */
export function supersedeAll(older: Segment, newer: Segment): number {
  const before = older.deadCount;
  const min = older.documents[0];
  const max = older.documents.at(-1);
  if (min === undefined || max === undefined) return 0;
  for (const ids of [newer.documents, newer.tombstones]) {
    for (let i = lowerBound(ids, min); i < ids.length; i++) {
      const id = ids[i] as number;
      if (id > max) break;
      older.supersede(id);
    }
  }
  return older.deadCount - before;
}

/** Place of `value` in an ascending array, or -1. */
function find(values: Uint32Array, value: number): number {
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

function fillRadixTable(radix: Uint32Array, directory: Uint32Array, radixShift: number): void {
  let prefix = 0;
  for (let block = 0; block < directory.length; block++) {
    // radixShift reaches 32 for a segment without blocks, where `>>>` would shift by 0.
    const at = radixShift === 32 ? 0 : (directory[block] as number) >>> radixShift;
    while (prefix <= at) radix[prefix++] = block;
  }
  radix.fill(directory.length, prefix);
}
