/**
 * Bringing an index back from a snapshot of either format. Everything is received into a staging
 * folder and verified there; writing the redirect is the one step that makes it the index's contents.
 * What the name held before is untouched until then. (Upstream deletes the live data first.)
 */
import assert from 'node:assert/strict';
import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Codec } from './block.ts';
import { CorruptionError } from './errors.ts';
import { syncFolder, unframe } from './file-io.ts';
import { generationFolder, isSegmentFile, segmentFile, TEMPORARY_SUFFIX } from './file-names.ts';
import { verifySegmentFile } from './file-segment.ts';
import { writeManifest } from './manifest.ts';
import { SNAPSHOT_END, SNAPSHOT_MAGIC, type SnapshotHeader } from './snapshot.ts';
import { PieceReader } from './piece-reader.ts';
import { writeConverted } from './upstream/convert.ts';
import { openUpstreamSegment, readIdentity } from './upstream/upstream-segment-reader.ts';
import type { SegmentIdentity } from './segment.ts';
import { MsgpackReader } from './wire/msgpack-reader.ts';
import { fieldNames } from './wire/value-reader.ts';

const HEADER_SIZE_BYTES_MAX = 1024 * 1024;
const UPSTREAM_FORMAT = 1;
const UPSTREAM_HEADER = fieldNames({ format: 'f', generation: 'g', segments: 's' });
const UPSTREAM_SEGMENT = fieldNames({ identity: 'i', sizeBytes: 's' });

/**
 * Receives a snapshot into a staging folder beside an index's generations, complete and verified.
 * `codec` is for what has to be converted. Returns the folder. Throws CorruptionError; then nothing is
 * left behind.
 */
export async function stageSnapshot(
  stream: AsyncIterable<Uint8Array>,
  indexFolder: string,
  codec: Codec,
): Promise<string> {
  const staging = join(indexFolder, `restore${TEMPORARY_SUFFIX}`);
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { recursive: true });
  try {
    const reader = new PieceReader(stream, 'snapshot');
    const magic = await reader.peek(SNAPSHOT_MAGIC.length);
    const isOwn = magic.toString('latin1') === SNAPSHOT_MAGIC;
    const files = await (isOwn
      ? receiveOwn(reader, staging)
      : receiveUpstream(reader, staging, codec));
    await refuseGaps(files.map((file) => join(staging, file)));
    await writeManifest(staging, files);
    return staging;
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    throw error;
  }
}

/** Makes a staged snapshot the contents of a generation, in place of what that had. */
export async function adoptSnapshot(
  staging: string,
  indexFolder: string,
  generation: number,
): Promise<void> {
  const folder = generationFolder(indexFolder, generation);
  await rm(folder, { recursive: true, force: true });
  await rename(staging, folder);
  await syncFolder(indexFolder);
}

async function receiveOwn(reader: PieceReader, staging: string): Promise<string[]> {
  await reader.take(SNAPSHOT_MAGIC.length);
  const length = (await reader.take(4)).readUInt32LE(0);
  if (length > HEADER_SIZE_BYTES_MAX) throw new CorruptionError('snapshot', 4, 'header too long');
  // The frame's checksum vouches for what `streamSnapshot` put there.
  const header = unframe(SNAPSHOT_MAGIC, await reader.take(length), 'snapshot') as SnapshotHeader;
  for (const { file, sizeBytes } of header.segments) {
    if (!isSegmentFile(file)) throw new CorruptionError('snapshot', 8, `bad file name ${file}`);
    const path = join(staging, file);
    await pipeline(reader.pieces(sizeBytes), createWriteStream(path, { flush: true }));
  }
  const end = await reader.take(SNAPSHOT_END.length);
  if (end.toString('latin1') !== SNAPSHOT_END) {
    throw new CorruptionError('snapshot', reader.offset, 'the end marker is missing');
  }
  return header.segments.map(({ file }) => file);
}

async function receiveUpstream(
  reader: PieceReader,
  staging: string,
  codec: Codec,
): Promise<string[]> {
  const segments = await readUpstreamHeader(reader);
  const files: string[] = [];
  for (const { identity, sizeBytes } of segments) {
    const name = segmentFile(identity.first, identity.last);
    const received = join(staging, `received${TEMPORARY_SUFFIX}`);
    await writeFile(received, reader.pieces(sizeBytes));
    convert(received, join(staging, name), { identity, codec });
    await rm(received);
    files.push(name);
  }
  return files;
}

/** Makes one of our files of one of upstream's. */
function convert(
  received: string,
  path: string,
  { identity, codec }: { identity: SegmentIdentity; codec: Codec },
): void {
  using segment = openUpstreamSegment(received, `${basename(path)} of the snapshot`);
  assert.deepEqual(segment.identity, identity, 'the header names the segment that follows');
  writeConverted(segment, path, codec);
}

/** The header is not preceded by its length: more is looked at until it can be read. */
async function readUpstreamHeader(reader: PieceReader) {
  for (let size = 64; ; size *= 2) {
    const bytes = await reader.peek(Math.min(size, HEADER_SIZE_BYTES_MAX));
    try {
      const { header, end } = parseUpstreamHeader(bytes);
      await reader.take(end);
      return header;
    } catch (cause) {
      if (bytes.length < size) {
        throw new CorruptionError('snapshot', 0, `no header of a snapshot (${String(cause)})`);
      }
    }
  }
}

function parseUpstreamHeader(bytes: Buffer) {
  const reader = new MsgpackReader(bytes);
  const header: { identity: ReturnType<typeof readIdentity>; sizeBytes: number }[] = [];
  reader.fields(UPSTREAM_HEADER, (field) => {
    if (field === 0) assert.equal(reader.integer(), UPSTREAM_FORMAT, 'a known format');
    else if (field === 1) reader.integer();
    else {
      reader.array(() => {
        const entry = { identity: { first: 0, last: 0, version: 0 }, sizeBytes: 0 };
        reader.fields(UPSTREAM_SEGMENT, (part) => {
          if (part === 0) entry.identity = readIdentity(reader);
          else entry.sizeBytes = reader.integer();
        });
        header.push(entry);
      });
    }
  });
  return { header, end: reader.offset };
}

/** Verifies every file and that their commits follow each other. */
async function refuseGaps(paths: readonly string[]): Promise<void> {
  let expected: number | undefined;
  for (const path of paths) {
    const { identity } = await verifySegmentFile(path);
    if (expected !== undefined && identity.first !== expected) {
      throw new CorruptionError(basename(path), 0, `commits before ${identity.first} are missing`);
    }
    expected = identity.last + 1;
    const handle = await open(path, 'r+');
    await handle.sync();
    await handle.close();
  }
}
