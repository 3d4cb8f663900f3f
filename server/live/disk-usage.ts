import { opendir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';

/** Files looked at in one measurement; who has more learns a size that is too small. */
const FILES_MAX = 200_000;

export const DISK_PARTS = ['postgres', 'index', 'backups', 'logs', 'other'] as const;
export type DiskPart = (typeof DISK_PARTS)[number];

export interface DiskUsage {
  /** Bytes that the files of each part hold. */
  readonly parts: Readonly<Record<DiskPart, number>>;
  readonly usedBytes: number;
  /** Of the file system that the data folder is on. */
  readonly freeBytes: number;
  readonly totalBytes: number;
  readonly measured: Date;
}

/**
 * Measures a data folder. Files that come and go meanwhile are left out, and so is what this user
 * may not read; throws when there is no such folder.
 */
export async function measureDisk(dataDir: string, nowMs: number): Promise<DiskUsage> {
  const parts = { postgres: 0, index: 0, backups: 0, logs: 0, other: 0 };
  const { bavail, blocks, bsize } = await statfs(dataDir);
  const budget = { files: FILES_MAX };
  for await (const entry of await opendir(dataDir)) {
    const part = DISK_PARTS.find((each) => each === entry.name) ?? 'other';
    const path = join(dataDir, entry.name);
    parts[part] += entry.isDirectory() ? await sizeOf(path, budget) : await fileSize(path);
  }
  const usedBytes = Object.values(parts).reduce((sum, bytes) => sum + bytes, 0);
  const space = { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  return { parts, usedBytes, ...space, measured: new Date(nowMs) };
}

async function sizeOf(folder: string, budget: { files: number }): Promise<number> {
  let bytes = 0;
  const folders = [folder];
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    const within = await opendir(next).catch(() => undefined);
    if (!within) continue;
    for await (const entry of within) {
      if (budget.files <= 0) break;
      budget.files -= 1;
      const path = join(next, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile()) bytes += await fileSize(path);
    }
  }
  return bytes;
}

async function fileSize(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found?.size ?? 0;
}
