import { randomBytes } from 'node:crypto';
import { open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';

const CHUNK_BYTES = 1024 * 1024;
const CHUNKS = 64;
/** A slow disk is known as one before all is written. */
const LIMIT_MS = 3000;
const SYNCS = 16;
const SYNC_BYTES = 8192;
/** What has to stay free for everything else. */
const RESERVE_BYTES = 512 * 1024 * 1024;

export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

export interface DiskSpeed {
  readonly bytesPerSecond: number;
  /** How long a small write takes to be safe on the disk; each import waits for some. */
  readonly syncMs: number;
}

export async function readDiskSpace(folder: string): Promise<DiskSpace> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

/**
 * Writes up to 64 MiB into the folder, for at most 3 s, and some small blocks one by one, and removes
 * them. `undefined` when there is too little space to try.
 */
export async function testDisk(folder: string): Promise<DiskSpeed | undefined> {
  if ((await readDiskSpace(folder)).freeBytes < RESERVE_BYTES) return undefined;
  const path = join(folder, `disk-test-${process.pid}`);
  const file = await open(path, 'w', 0o600);
  try {
    // Not zeros, which some file systems do not write.
    const chunk = randomBytes(CHUNK_BYTES);
    const begunMs = performance.now();
    let written = 0;
    while (written < CHUNKS * CHUNK_BYTES && performance.now() - begunMs < LIMIT_MS) {
      await file.write(chunk);
      written += CHUNK_BYTES;
    }
    await file.datasync();
    const tookMs = performance.now() - begunMs;
    const syncsBegunMs = performance.now();
    for (let at = 0; at < SYNCS; at += 1) {
      await file.write(chunk, 0, SYNC_BYTES, at * SYNC_BYTES);
      await file.datasync();
    }
    const syncMs = (performance.now() - syncsBegunMs) / SYNCS;
    return { bytesPerSecond: (written / tookMs) * 1000, syncMs };
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
}
