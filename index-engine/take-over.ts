/**
 * Making one index's contents those of another name: the end of a rebuild. The files are linked
 * into a generation of the target, so that until the target's redirect is written nothing of
 * either index has changed, and a crash leaves both as they were.
 */
import { copyFile, link, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ChangeBatch } from './change.ts';
import { syncFolder } from './file-io.ts';
import { TEMPORARY_SUFFIX } from './file-names.ts';
import type { InvertedIndex } from './inverted-index.ts';
import { prepareCommit } from './memory-segment.ts';

/** What file systems say that have no links, or none between these two folders. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EMLINK']);

/** Gives a new generation folder the files of a closed index. What was in the folder is lost. */
export async function linkGeneration(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) {
    if (name.endsWith(TEMPORARY_SUFFIX)) continue;
    try {
      await link(join(from, name), join(to, name));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && NO_LINKS.has(String(error.code)))) {
        throw error;
      }
      await copyFile(join(from, name), join(to, name));
    }
  }
  await syncFolder(to);
}

/**
 * Moves an index past the version of the one it stands in for, so that whoever writes with an
 * expected version of that one is refused and looks again.
 */
export async function passVersion(
  fresh: InvertedIndex,
  old: InvertedIndex | undefined,
): Promise<void> {
  while (fresh.version <= (old?.versionAssigned ?? 0)) {
    const version = (old?.versionAssigned ?? 0) + 1;
    await fresh.commit(prepareCommit(new ChangeBatch()), { version });
  }
}
