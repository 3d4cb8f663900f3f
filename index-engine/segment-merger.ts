/**
 * Merging adjacent segments into one. The documents that stay live get new ordinals; then postings
 * are taken slice by slice of the hash space, as many at a time as fit the processor's cache about:
 * decode the slice from every source, renumber, sort, encode, hand the blocks on. Memory does not
 * grow with the size of the segments, and the cost does not depend on their number.
 */
import { WORDS_PER_BLOCK } from './block.ts';
import { BlockReader } from './block-reader.ts';
import { encodeBlocks } from './block-writer.ts';
import { POSTINGS_PER_BLOCK_MAX } from './block.ts';
import { PostingBuffer } from './posting-sort.ts';
import { lowerBound } from './segment.ts';

// NOTE: `as number` in this file follows loops over an array's own length.

/** Postings sorted at a time. */
const SLICE_POSTINGS = 1 << 19;
const DROPPED = 0xffff_ffff;
const HASHES_END = 2 ** 32;

/** One input, in a form that crosses to a thread. Arrays are views of shared memory. */
export interface MergeSource {
  readonly hashShift: number;
  readonly postingCount: number;
  readonly blocks: Uint32Array;
  readonly directory: Uint32Array;
  readonly documents: Uint32Array;
  readonly live: Uint32Array;
  readonly tombstones: Uint32Array;
  readonly metadata: readonly (readonly [string, string])[];
}

/** Takes the merged blocks in order, whole blocks each time; they are only valid during the call. */
export interface MergeSink {
  blocks(words: Uint32Array): void;
}

/** What a merged segment consists of besides its blocks. */
export interface MergedParts {
  readonly hashShift: number;
  readonly postingCount: number;
  readonly directory: Uint32Array;
  readonly documents: Uint32Array;
  readonly tombstones: Uint32Array;
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Merges sources, oldest first. A tombstone is kept only while something older than the first source
 * could still hold its document (`keepTombstones`).
 */
export function mergeSegments(
  sources: readonly MergeSource[],
  keepTombstones: boolean,
  sink: MergeSink,
): MergedParts {
  const { documents, ordinals, ascend } = renumber(sources);
  const filled = sources.filter((source) => source.directory.length > 0);
  const hashShift = filled.length === 0 ? 0 : Math.min(...filled.map((s) => s.hashShift));
  const merge = new PostingMerge(sources, ordinals, { hashShift, ascend });
  const { directory, postingCount } = merge.run(sink);
  return {
    hashShift,
    postingCount,
    directory,
    documents,
    tombstones: keepTombstones ? mergeTombstones(sources, documents) : new Uint32Array(0),
    metadata: new Map(sources.flatMap((source) => source.metadata)),
  };
}

/** The live documents of all sources in order of id, and each source's new ordinals. */
function renumber(sources: readonly MergeSource[]): {
  documents: Uint32Array;
  ordinals: Uint32Array[];
  /** Whether each source's ordinals lie above the one's before. */
  ascend: boolean;
} {
  const live = sources.map(liveIds);
  const count = live.reduce((sum, ids) => sum + ids.length, 0);
  const documents = new Uint32Array(count);
  let at = 0;
  let ascend = true;
  for (const ids of live) {
    if (at > 0 && ids.length > 0 && (ids[0] as number) < (documents[at - 1] as number)) {
      ascend = false;
    }
    documents.set(ids, at);
    at += ids.length;
  }
  // Live ids are in one source each, so sorting all of them numbers them without conflict.
  if (!ascend) documents.sort();
  const ordinals = sources.map((source) => newOrdinals(source, documents));
  return { documents, ordinals, ascend };
}

function liveIds({ documents, live }: MergeSource): Uint32Array {
  const ids = new Uint32Array(documents.length);
  let count = 0;
  for (let ordinal = 0; ordinal < documents.length; ordinal++) {
    if (isLive(live, ordinal)) ids[count++] = documents[ordinal] as number;
  }
  return ids.subarray(0, count);
}

/** New ordinal per old one; both tables ascend, so one walk over both suffices. */
function newOrdinals(source: MergeSource, documents: Uint32Array): Uint32Array {
  const ordinals = new Uint32Array(source.documents.length).fill(DROPPED);
  let at = lowerBound(documents, source.documents[0] ?? 0);
  for (let ordinal = 0; ordinal < ordinals.length; ordinal++) {
    if (!isLive(source.live, ordinal)) continue;
    const id = source.documents[ordinal] as number;
    while (at < documents.length && (documents[at] as number) < id) at += 1;
    // A bit cleared since `renumber` read it leaves the id without a place: it is dropped, too.
    if (documents[at] === id) ordinals[ordinal] = at;
  }
  return ordinals;
}

/** Ids deleted by any source and not inserted again by a later one. */
function mergeTombstones(sources: readonly MergeSource[], documents: Uint32Array): Uint32Array {
  const ids = new Set<number>();
  for (const { tombstones } of sources) for (const id of tombstones) ids.add(id);
  const kept = Uint32Array.from(ids).sort();
  return kept.filter((id) => documents[lowerBound(documents, id)] !== id);
}

function isLive(live: Uint32Array, ordinal: number): boolean {
  return ((live[ordinal >>> 5] as number) & (1 << (ordinal & 31))) !== 0;
}

class PostingMerge {
  readonly #sources: readonly MergeSource[];
  readonly #ordinals: readonly Uint32Array[];
  readonly #hashShift: number;
  readonly #ascend: boolean;
  readonly #slice = new PostingBuffer();
  /** What did not fill a block at the end of a slice; sorted, and before everything to come. */
  readonly #rest = new PostingBuffer();
  readonly #block = new BlockReader();
  readonly #blockHashes = new Uint32Array(POSTINGS_PER_BLOCK_MAX);
  readonly #blockOrdinals = new Uint32Array(POSTINGS_PER_BLOCK_MAX);
  #postingCount = 0;

  constructor(
    sources: readonly MergeSource[],
    ordinals: readonly Uint32Array[],
    options: { hashShift: number; ascend: boolean },
  ) {
    this.#sources = sources;
    this.#ordinals = ordinals;
    this.#hashShift = options.hashShift;
    this.#ascend = options.ascend;
  }

  run(sink: MergeSink): { directory: Uint32Array; postingCount: number } {
    const directories: Uint32Array[] = [];
    const ends = sliceEnds(this.#sources);
    let from = 0;
    for (const [i, to] of ends.entries()) {
      this.#collect(from, to);
      const { blocks, directory, used } = encodeBlocks(this.#rest, i === ends.length - 1);
      sink.blocks(blocks);
      directories.push(directory.slice());
      this.#postingCount += used;
      this.#rest.shift(used);
      from = to;
    }
    return { directory: concat(directories), postingCount: this.#postingCount };
  }

  /** Appends the sorted postings with `from` ≤ hash < `to` to the rest. */
  #collect(from: number, to: number): void {
    const slice = this.#slice;
    slice.count = 0;
    this.#sources.forEach((source, i) => {
      this.#collectFrom(source, this.#ordinals[i] as Uint32Array, { from, to });
    });
    if (this.#sources.length > 1) slice.sort(this.#ascend);
    this.#rest.reserve(this.#rest.count + slice.count);
    this.#rest.hashes.set(slice.hashes.subarray(0, slice.count), this.#rest.count);
    this.#rest.ordinals.set(slice.ordinals.subarray(0, slice.count), this.#rest.count);
    this.#rest.count += slice.count;
  }

  #collectFrom(
    source: MergeSource,
    ordinals: Uint32Array,
    { from, to }: { from: number; to: number },
  ): void {
    const { directory, hashShift } = source;
    const scale = 2 ** hashShift;
    const firstBlock = Math.max(0, lowerBound(directory, Math.ceil(from / scale)) - 1);
    const widen = hashShift - this.#hashShift;
    const hashes = this.#blockHashes;
    const places = this.#blockOrdinals;
    for (let block = firstBlock; block < directory.length; block++) {
      if ((directory[block] as number) * scale >= to) break;
      this.#block.moveTo(source.blocks, block * WORDS_PER_BLOCK);
      const count = this.#block.decode(hashes, places, 0);
      this.#slice.reserve(this.#slice.count + count);
      let at = this.#slice.count;
      for (let i = 0; i < count; i++) {
        const hash = hashes[i] as number;
        const ordinal = ordinals[places[i] as number] as number;
        if (ordinal === DROPPED || hash * scale < from || hash * scale >= to) continue;
        this.#slice.hashes[at] = hash << widen;
        this.#slice.ordinals[at] = ordinal;
        at += 1;
      }
      this.#slice.count = at;
    }
  }
}

/**
 * Ends of hash ranges that hold about `SLICE_POSTINGS` each over all sources, going by the biggest
 * source's directory. The last end is past every hash.
 */
function sliceEnds(sources: readonly MergeSource[]): number[] {
  const total = sources.reduce((sum, source) => sum + source.postingCount, 0);
  const biggest = sources.reduce((a, b) => (b.directory.length > a.directory.length ? b : a));
  const sliceCount = Math.ceil(total / SLICE_POSTINGS);
  const ends: number[] = [];
  for (let i = 1; i < sliceCount; i++) {
    const block = Math.floor((biggest.directory.length * i) / sliceCount);
    const end = (biggest.directory[block] ?? 0) * 2 ** biggest.hashShift;
    // A hash that fills more than a slice is not cut in two.
    if (end > (ends.at(-1) ?? 0)) ends.push(end);
  }
  ends.push(HASHES_END);
  return ends;
}

function concat(parts: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
