/**
 * Merging adjacent segments into one. The documents that stay live get new ordinals; then postings
 * are taken slice by slice of the hash space, as many at a time as fit the processor's cache about:
 * decode the slice from every source, renumber, sort, encode, hand the blocks on. Memory does not
 * grow with the size of the segments, and the cost does not depend on their number.
 */
import { type Codec, WORDS_PER_BLOCK } from './block.ts';
import { type BlockFile, BlockFileReader } from './disk-blocks.ts';
import { createWorkbench } from './kernels/kernels.ts';
import { type BlockForm, DROPPED, type OrdinalMap, type Workbench } from './kernels/workbench.ts';
import { lowerBound, type Segment } from './segment.ts';

// NOTE: `as number` in this file follows loops over an array's own length.

/** Postings sorted at a time: two columns of their keys fit the second-level cache. */
const SLICE_POSTINGS = 1 << 16;
const HASHES_END = 2 ** 32;
/** Made by the first merge of a thread; the main thread's is for small merges in place. */
let workbench: Workbench | undefined;

/** One input, in a form that crosses to a thread. Arrays are views of shared memory. */
export interface MergeSource extends BlockForm {
  readonly postingCount: number;
  /** All blocks, unless `file` has them. */
  readonly blocks: Uint32Array;
  readonly file?: BlockFile;
  readonly directory: Uint32Array;
  readonly documents: Uint32Array;
  readonly live: Uint32Array;
  readonly tombstones: Uint32Array;
  readonly metadata: readonly (readonly [string, string])[];
}

/** The segment as an input; pin it for as long as the source is used. */
export function sourceOf(segment: Segment): MergeSource {
  return {
    codec: segment.codec,
    hashShift: segment.hashShift,
    postingCount: segment.postingCount,
    blocks: segment.blocks,
    ...(segment.disk && { file: segment.disk.file }),
    directory: segment.directory,
    documents: segment.documents,
    live: segment.live,
    tombstones: segment.tombstones,
    metadata: [...segment.metadata],
  };
}

/** Takes the merged blocks in order, whole blocks each time; they are only valid during the call. */
export interface MergeSink {
  blocks(words: Uint32Array): void;
}

/** What a merged segment consists of besides its blocks. */
export interface MergedParts extends BlockForm {
  readonly postingCount: number;
  readonly directory: Uint32Array;
  readonly documents: Uint32Array;
  readonly tombstones: Uint32Array;
  readonly metadata: ReadonlyMap<string, string>;
}

export interface MergeTarget {
  readonly codec: Codec;
  /** Something older than the first source could still hold the document of a tombstone. */
  readonly keepTombstones: boolean;
}

/** Merges sources, oldest first. */
export function mergeSegments(
  sources: readonly MergeSource[],
  { codec, keepTombstones }: MergeTarget,
  sink: MergeSink,
): MergedParts {
  const { documents, ordinals, ascend } = renumber(sources);
  const filled = sources.filter((source) => source.directory.length > 0);
  const hashShift = filled.length === 0 ? 0 : Math.min(...filled.map((s) => s.hashShift));
  const plan = { ordinals, form: { codec, hashShift }, ascend };
  const { directory, postingCount } = mergePostings(sources, plan, sink);
  return {
    codec,
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
  ordinals: OrdinalMap[];
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

/**
 * New ordinal per old one; both tables ascend, so one walk over both suffices. Documents that all live
 * on and stay together, as after loading with rising ids, are moved by one number.
 */
function newOrdinals(source: MergeSource, documents: Uint32Array): OrdinalMap {
  const ordinals = new Uint32Array(source.documents.length).fill(DROPPED);
  let at = lowerBound(documents, source.documents[0] ?? 0);
  for (let ordinal = 0; ordinal < ordinals.length; ordinal++) {
    if (!isLive(source.live, ordinal)) continue;
    const id = source.documents[ordinal] as number;
    while (at < documents.length && (documents[at] as number) < id) at += 1;
    // A bit cleared since `renumber` read it leaves the id without a place: it is dropped, too.
    if (documents[at] === id) ordinals[ordinal] = at;
  }
  const base = ordinals[0] ?? 0;
  if (base === DROPPED) return ordinals;
  return ordinals.every((to, from) => to === base + from) ? base : ordinals;
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

/** Takes all postings through the workbench, slice by slice, into the sink. */
function mergePostings(
  sources: readonly MergeSource[],
  plan: { ordinals: readonly OrdinalMap[]; form: BlockForm; ascend: boolean },
  sink: MergeSink,
): { directory: Uint32Array; postingCount: number } {
  workbench ??= createWorkbench();
  workbench.clear();
  workbench.setOrdinalMaps(plan.ordinals);
  const directories: Uint32Array[] = [];
  const ends = sliceEnds(sources);
  let postingCount = 0;
  let from = 0;
  using blocks = openBlocks(sources);
  for (const [i, to] of ends.entries()) {
    // What did not fill a block stays in front: it is sorted, and before everything to come.
    const rest = workbench.count;
    for (const [number, source] of sources.entries()) {
      decodeSlice(workbench, number, source, { from, to, read: blocks.of(number) });
    }
    if (sources.length > 1) workbench.sort(rest, plan.ascend);
    const encoded = workbench.encode(plan.form, i === ends.length - 1);
    sink.blocks(encoded.blocks);
    directories.push(encoded.directory.slice());
    postingCount += encoded.postingCount;
    from = to;
  }
  return { directory: concat(directories), postingCount };
}

type ReadBlocks = (from: number, to: number) => Uint32Array;

/** The blocks of each source, from memory or from its file. */
export function openBlocks(sources: readonly MergeSource[]): Disposable & {
  of: (source: number) => ReadBlocks;
} {
  const readers = sources.map(({ file }) => file && new BlockFileReader(file));
  return {
    of: (number) => (from, to) =>
      readers[number]?.read(from, to) ??
      (sources[number] as MergeSource).blocks.subarray(
        from * WORDS_PER_BLOCK,
        to * WORDS_PER_BLOCK,
      ),
    [Symbol.dispose]: () => {
      for (const reader of readers) reader?.close();
    },
  };
}

/** Appends a source's postings with `from` ≤ hash < `to`. */
function decodeSlice(
  bench: Workbench,
  number: number,
  source: MergeSource,
  slice: { from: number; to: number; read: ReadBlocks },
): void {
  const { directory } = source;
  const scale = 2 ** source.hashShift;
  const first = Math.ceil(slice.from / scale);
  const last = Math.ceil(slice.to / scale) - 1;
  // The block before the first that starts inside may end inside.
  const fromBlock = Math.max(0, lowerBound(directory, first) - 1);
  const toBlock = lowerBound(directory, last + 1);
  if (toBlock <= fromBlock) return;
  const words = slice.read(fromBlock, toBlock);
  bench.decode(number, words, source, { from: slice.from, to: slice.to - 1 });
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

export function concat(parts: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
