import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CorruptionError } from './errors.ts';
import { frame, replaceFile, unframe } from './file-io.ts';
import { isSegmentFile, MANIFEST_FILE } from './file-names.ts';

/**
 * The names of an index's file segments, oldest first, in the frame of `file-io.ts` with magic AXM1:
 *
 *   payload := { "segments": [name …] }
 *
 * Replacing it is the one commit point of checkpoints and merges: a segment file not in it is an
 * orphan. It is written when the index is created, so a folder without one has lost it.
 */
const MANIFEST_MAGIC = 'AXM1';

/** Throws CorruptionError, FormatVersionError. */
export async function readManifest(folder: string): Promise<string[]> {
  const path = join(folder, MANIFEST_FILE);
  const payload = unframe(MANIFEST_MAGIC, await readFile(path), path);
  if (!isManifest(payload)) throw new CorruptionError(path, 0, 'not a list of segment files');
  return payload.segments;
}

export async function writeManifest(folder: string, segments: readonly string[]): Promise<void> {
  await replaceFile(join(folder, MANIFEST_FILE), frame(MANIFEST_MAGIC, { segments }));
}

function isManifest(payload: unknown): payload is { segments: string[] } {
  return (
    typeof payload === 'object' &&
    payload !== null &&
    'segments' in payload &&
    Array.isArray(payload.segments) &&
    payload.segments.every((name) => typeof name === 'string' && isSegmentFile(name))
  );
}
