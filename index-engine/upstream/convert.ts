/** Between our segments and upstream's: ordinals become ids, and ids ordinals. */
import { type Codec, POSTINGS_PER_BLOCK_MAX } from '../block.ts';
import { createBlockReader } from '../block-reader.ts';
import { CorruptionError } from '../errors.ts';
import { createWorkbench } from '../kernels/kernels.ts';
import { lowerBound, type SegmentIdentity } from '../segment.ts';
import { concat, type MergeSource, openBlocks } from '../segment-merger.ts';
import { SegmentWriter } from '../segment-writer.ts';
import type { UpstreamSegment } from './upstream-segment.ts';

// NOTE: `as number` in this file follows loops over an array's own count.

/** A workbench is emptied into blocks when it holds this many. */
const ENCODE_POSTINGS = 1 << 16;

/** A view of our segment as upstream has it. Documents a newer segment mentions are left out. */
export function upstreamSegmentOf(source: MergeSource, identity: SegmentIdentity): UpstreamSegment {
  const isLive = (ordinal: number): boolean =>
    ((source.live[ordinal >>> 5] as number) & (1 << (ordinal & 31))) !== 0;
  return {
    identity,
    metadata: new Map(source.metadata),
    documents: source.documents.filter((_, ordinal) => isLive(ordinal)),
    tombstones: source.tombstones,
    postings: (onBlock) => {
      const block = createBlockReader(source.codec);
      const hashes = new Uint32Array(POSTINGS_PER_BLOCK_MAX);
      const ids = new Uint32Array(POSTINGS_PER_BLOCK_MAX);
      using blocks = openBlocks([source]);
      const read = blocks.of(0);
      for (let i = 0; i < source.directory.length; i++) {
        block.moveTo(read(i, i + 1), 0);
        const count = block.decode(hashes, ids, 0);
        let kept = 0;
        for (let place = 0; place < count; place++) {
          const ordinal = ids[place] as number;
          if (!isLive(ordinal)) continue;
          hashes[kept] = (hashes[place] as number) << source.hashShift;
          ids[kept] = source.documents[ordinal] as number;
          kept += 1;
        }
        onBlock(hashes.subarray(0, kept), ids.subarray(0, kept));
      }
    },
  };
}

/** Writes a segment of upstream's as one of our files. Throws CorruptionError. */
export function writeConverted(segment: UpstreamSegment, path: string, codec: Codec): void {
  const { documents, tombstones, metadata, identity } = segment;
  const form = { codec, hashShift: commonZeros(segment) };
  const bench = createWorkbench();
  const writer = new SegmentWriter(path);
  const directories: Uint32Array[] = [];
  let postingCount = 0;
  const encode = (isLast: boolean): void => {
    const encoded = bench.encode(form, isLast);
    writer.blocks(encoded.blocks);
    directories.push(encoded.directory.slice());
    postingCount += encoded.postingCount;
  };
  try {
    segment.postings((hashes, ids) => {
      const ordinals = ids.map((id) => ordinalOf(documents, id, path));
      bench.append(hashes, ordinals);
      if (bench.count >= ENCODE_POSTINGS) encode(false);
    });
    encode(true);
    const directory = concat(directories);
    const parts = { ...form, postingCount, directory, documents, tombstones, metadata };
    writer.finish(identity, parts);
  } catch (error) {
    writer.abort();
    throw error;
  }
}

function commonZeros(segment: UpstreamSegment): number {
  let union = 0;
  segment.postings((hashes) => {
    for (const hash of hashes) union |= hash;
  });
  return union === 0 ? 0 : 31 - Math.clz32(union & -union);
}

function ordinalOf(documents: Uint32Array, id: number, file: string): number {
  const ordinal = lowerBound(documents, id);
  if (documents[ordinal] !== id) {
    throw new CorruptionError(file, 0, `postings of document ${id}, which is not in the table`);
  }
  return ordinal;
}
