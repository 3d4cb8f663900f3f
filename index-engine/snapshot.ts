/**
 * An index as one stream, at one point in time.
 *
 *   own       := "AXB1" length header file * end
 *   length    := u32 LE      bytes of the header
 *   header    := framed JSON, magic AXB1: { generation, segments: [{ file, sizeBytes }] }
 *   file      := a segment file, sizeBytes long, under checksums of its own
 *   end       := "AXB1 end"  without it the stream was cut
 *
 *   upstream  := header file *
 *   header    := msgpack map { "f": 1, "g": generation, "s": [ { "i": identity, "s": bytes } … ] }
 *   file      := a segment file of upstream's (upstream/upstream-segment.ts)
 *
 * What upstream's stream lacks cannot be added without breaking its readers; ours ends with a marker.
 */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { frame } from './file-io.ts';
import { TEMPORARY_SUFFIX } from './file-names.ts';
import type { MergeThreads } from './merge-threads.ts';
import type { Segment } from './segment.ts';
import { sourceOf } from './segment-merger.ts';
import { MsgpackWriter } from './upstream/msgpack-writer.ts';

export const SNAPSHOT_MAGIC = 'AXB1';
export const SNAPSHOT_END = 'AXB1 end';

export interface SnapshotHeader {
  readonly generation: number;
  readonly segments: readonly { readonly file: string; readonly sizeBytes: number }[];
}

interface Place {
  readonly folder: string;
  readonly generation: number;
}

/** Pins the segments until the stream ends, however it ends. Files are converted before it begins. */
export async function streamSnapshot(
  format: 'own' | 'upstream',
  segments: readonly Segment[],
  place: Place,
  threads: MergeThreads,
): Promise<AsyncIterable<Uint8Array>> {
  for (const segment of segments) segment.pin();
  const unpin = (): void => {
    for (const segment of segments) segment.unpin();
  };
  try {
    if (format === 'own') return streamOwn(segments, place, await sizesOf(segments, place), unpin);
    const staging = await mkdtemp(join(place.folder, 'snapshot-'));
    const files = await exportAll(segments, staging, threads).catch(async (error: unknown) => {
      await rm(staging, { recursive: true, force: true });
      throw error;
    });
    return streamUpstream(segments, place.generation, files, async () => {
      unpin();
      await rm(staging, { recursive: true, force: true });
    });
  } catch (error) {
    unpin();
    throw error;
  }
}

async function* streamOwn(
  segments: readonly Segment[],
  { folder, generation }: Place,
  sizes: readonly number[],
  release: () => void,
): AsyncGenerator<Uint8Array> {
  try {
    const listed = segments.map(({ file = '' }, i) => ({ file, sizeBytes: sizes[i] ?? 0 }));
    const header = frame(SNAPSHOT_MAGIC, { generation, segments: listed } satisfies SnapshotHeader);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(header.length);
    yield Buffer.concat([Buffer.from(SNAPSHOT_MAGIC), length, header]);
    for (const { file } of listed) yield* createReadStream(join(folder, file));
    yield Buffer.from(SNAPSHOT_END);
  } finally {
    release();
  }
}

async function* streamUpstream(
  segments: readonly Segment[],
  generation: number,
  files: readonly { path: string; sizeBytes: number }[],
  release: () => Promise<void>,
): AsyncGenerator<Uint8Array> {
  try {
    const header = new MsgpackWriter();
    header.map(3);
    header.text('f');
    header.integers(1);
    header.text('g');
    header.integers(generation);
    header.text('s');
    header.array(files.length);
    for (const [i, { sizeBytes }] of files.entries()) {
      const { first = 0, last = 0, version = 0 } = segments[i]?.identity ?? {};
      header.map(2);
      header.text('i');
      header.array(3);
      header.integers(first, last - first);
      if (version === last) header.nil();
      else header.integers(version);
      header.text('s');
      header.integers(sizeBytes);
    }
    yield header.finish();
    for (const { path } of files) yield* createReadStream(path);
  } finally {
    await release();
  }
}

async function exportAll(
  segments: readonly Segment[],
  staging: string,
  threads: MergeThreads,
): Promise<{ path: string; sizeBytes: number }[]> {
  const files = [];
  for (const segment of segments) {
    const path = join(staging, `${segment.identity.first}${TEMPORARY_SUFFIX}`);
    const job = { sources: [sourceOf(segment)], identity: segment.identity, path };
    const target = { format: 'upstream', codec: 'streamvbyte', keepTombstones: true } as const;
    const sizeBytes = await threads.run({ ...job, ...target });
    files.push({ path, sizeBytes });
  }
  return files;
}

async function sizesOf(segments: readonly Segment[], { folder }: Place): Promise<number[]> {
  const sizes = [];
  for (const { file = '' } of segments) sizes.push((await stat(join(folder, file))).size);
  return sizes;
}
