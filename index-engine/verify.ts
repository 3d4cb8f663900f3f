import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readCurrent } from './current.ts';
import { generationFolder, isIndexName } from './file-names.ts';
import { verifySegmentFile } from './file-segment.ts';
import { readManifest } from './manifest.ts';
import { replayOplog } from './oplog-replay.ts';

export interface Verification {
  readonly index: string;
  readonly segments: number;
  readonly postings: number;
  /** Commits that are in the log only. */
  readonly logged: number;
  /** What is wrong, with file and offset; absent if nothing is. */
  readonly problem?: string;
}

/** Checks every file of every index of a data folder that no engine holds, changing nothing. */
export async function verifyDataFolder(folder: string): Promise<Verification[]> {
  const verifications: Verification[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory() || !isIndexName(entry.name)) continue;
    const counts = { index: entry.name, segments: 0, postings: 0, logged: 0 };
    try {
      await verifyIndex(join(folder, entry.name), counts);
      verifications.push(counts);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      verifications.push({ ...counts, problem });
    }
  }
  return verifications;
}

async function verifyIndex(
  folder: string,
  counts: { segments: number; postings: number; logged: number },
): Promise<void> {
  const current = await readCurrent(folder);
  if (!current || current.deleted) return;
  const place = generationFolder(folder, current.generation);
  let durable = 0;
  for (const file of await readManifest(place)) {
    const header = await verifySegmentFile(join(place, file));
    counts.segments += 1;
    counts.postings += header.postingCount;
    durable = header.identity.last;
  }
  const replay = await replayOplog(place, durable, (_head, batch) => batch.clear());
  counts.logged = replay.recordCount;
}
