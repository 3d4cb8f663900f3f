import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Codec } from './block.ts';
import { frame, replaceFile, unframe } from './file-io.ts';
import { CURRENT_FILE } from './file-names.ts';

const CURRENT_MAGIC = 'AXC1';

/** Which generation of a name is live, or was the last. Replacing the file creates or deletes an index. */
export interface Current {
  readonly generation: number;
  readonly deleted: boolean;
  /** Of the files that are written; `ef` where it is not said. */
  readonly codec?: Codec;
}

/** The redirect of an index folder, or undefined where there never was one. Throws CorruptionError. */
export async function readCurrent(folder: string): Promise<Current | undefined> {
  const path = join(folder, CURRENT_FILE);
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  // The frame's checksum vouches for what `writeCurrent` put there.
  return unframe(CURRENT_MAGIC, bytes, path) as Current;
}

export async function writeCurrent(folder: string, current: Current): Promise<void> {
  await replaceFile(join(folder, CURRENT_FILE), frame(CURRENT_MAGIC, current));
}
