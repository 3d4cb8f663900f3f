import { rm } from 'node:fs/promises';
import { systemClock } from './clock.ts';
import { codeOf } from './errors.ts';
import type { ProcessRef } from './instance-lock.ts';
import type { DataPaths } from './paths.ts';
import { describeProcess, isAlive } from './process-table.ts';
import { findPostmasterFile, postmasterFileOf } from './services/postmaster-file.ts';

/** An orphan that has not ended by then is killed. */
const END_LIMIT_MS = 5000;
const LOOK_EVERY_MS = 20;

/**
 * Stops what a supervisor that was killed has left running: the children on its record and the
 * PostgreSQL that `postmaster.pid` names. Each is stopped only if it is what it was on record and
 * works in our data folder, for its number may be somebody else's by now. Returns their pids.
 */
export async function stopOrphans(
  data: DataPaths,
  recorded: readonly ProcessRef[],
): Promise<readonly number[]> {
  const found = new Set<number>();
  for (const ref of recorded) {
    const description = await describeProcess(ref.pid);
    if (description?.started === ref.started && mentions(description.words, data.root)) {
      found.add(ref.pid);
    }
  }
  const postmaster = await findPostmaster(data);
  if (postmaster !== undefined) found.add(postmaster);
  // PostgreSQL takes SIGINT as its fast shutdown; it would wait for its clients on SIGTERM.
  await Promise.all([...found].map((pid) => endProcess(pid, pid === postmaster)));
  return [...found];
}

/**
 * The pid of a PostgreSQL that runs on our cluster. A `postmaster.pid` that names somebody else's
 * process would keep PostgreSQL from starting, so it is removed.
 */
async function findPostmaster(data: DataPaths): Promise<number | undefined> {
  const file = await findPostmasterFile(data.postgres);
  if (!file) return undefined;
  const { pid } = file;
  const description = await describeProcess(pid);
  if (description === undefined) return undefined;
  if (mentions(description.command, data.postgres)) return pid;
  await rm(postmasterFileOf(data.postgres), { force: true });
  return undefined;
}

/** Whether a path, or one below it, stands in the words; neither `/data2` nor `/a/data` is `/data`. */
export function mentions(words: string, path: string): boolean {
  for (let at = words.indexOf(path); at >= 0; at = words.indexOf(path, at + 1)) {
    const before = words[at - 1] ?? ' ';
    const after = words[at + path.length] ?? ' ';
    if (/[\s="']/.test(before) && /[\s/\\"']/.test(after)) return true;
  }
  return false;
}

async function endProcess(pid: number, isPostgres: boolean): Promise<void> {
  signalIfThere(pid, isPostgres ? 'SIGINT' : 'SIGTERM');
  const deadline = systemClock.now() + END_LIMIT_MS;
  while (await isRunning(pid)) {
    if (systemClock.now() > deadline) signalIfThere(pid, isPostgres ? 'SIGQUIT' : 'SIGKILL');
    await systemClock.sleep(LOOK_EVERY_MS);
  }
}

/** A process that ended but whose parent has not asked for its code still has its number. */
async function isRunning(pid: number): Promise<boolean> {
  return isAlive(pid) && (await describeProcess(pid)) !== undefined;
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}
