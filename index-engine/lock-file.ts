import { open, readFile, rename, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCK_FILE } from './file-names.ts';

/** Another living engine holds the data folder. */
export class DataFolderLocked extends Error {
  constructor(folder: string, holder: string) {
    super(`the data folder ${folder} is in use by process ${holder}`);
    this.name = 'DataFolderLocked';
  }
}

/**
 * Takes the lock of a data folder and returns what releases it. Node has no flock, so the lock is a
 * file naming its holder; one left by a dead process is taken over, and a recycled pid is told from
 * the holder by its start time where the system shows that. Throws DataFolderLocked.
 */
export async function lockDataFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, LOCK_FILE);
  const mine = `${process.pid} ${startTimeOf(process.pid)}\n`;
  for (;;) {
    if (await tryCreate(path, mine)) break;
    const theirs = await readOrEmpty(path);
    if (isAlive(theirs)) throw new DataFolderLocked(folder, theirs.split(' ')[0] ?? '?');
    await setAside(path, theirs, folder);
  }
  return async () => {
    if ((await readOrEmpty(path)) === mine) await rm(path, { force: true });
  };
}

async function tryCreate(path: string, content: string): Promise<boolean> {
  try {
    const handle = await open(path, 'wx');
    await handle.writeFile(content);
    await handle.close();
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Removes a dead holder's lock; puts it back if a third process was quicker and the lock is now its own. */
async function setAside(path: string, stale: string, folder: string): Promise<void> {
  const aside = `${path}.${process.pid}.tmp`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return;
    throw error;
  }
  const moved = await readOrEmpty(aside);
  if (moved !== stale) {
    await rename(aside, path);
    throw new DataFolderLocked(folder, moved.split(' ')[0] ?? '?');
  }
  await rm(aside, { force: true });
}

function isAlive(lock: string): boolean {
  const [pidText = '', startTime = ''] = lock.trim().split(' ');
  const pid = Number(pidText);
  // An unreadable lock was cut short by a crash of its writer.
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  if (pid === process.pid) return startTime === startTimeOf(pid);
  try {
    process.kill(pid, 0);
  } catch (error) {
    return isCode(error, 'EPERM');
  }
  const now = startTimeOf(pid);
  return now === '' || startTime === '' || now === startTime;
}

/** Start time of a process in clock ticks since boot; '' where there is no /proc or no such process. */
function startTimeOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // Fields are counted after the command, which is in parentheses and may hold spaces.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    // Not Linux, or the process has just gone: the pid alone must do.
    return '';
  }
}

async function readOrEmpty(path: string): Promise<string> {
  try {
    return await readFile(path, 'latin1');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return '';
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
