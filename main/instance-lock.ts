import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { ApplianceError, codeOf } from './errors.ts';
import { describeProcess } from './process-table.ts';

/** A process of an appliance, such that another one that got its number later is told apart. */
const processRef = z.object({ pid: z.int().positive(), started: z.string() });
export type ProcessRef = z.infer<typeof processRef>;

const lockSchema = processRef.extend({
  /** Its children, so that whoever takes over a dead owner's folder finds what it left running. */
  children: z.array(processRef),
});
type LockContent = z.infer<typeof lockSchema>;

/** Two starts may find the same stale lock; more rounds than this mean something else is wrong. */
const ROUNDS_MAX = 5;

/**
 * The right to use a data folder: the file `<data>/lock` with the owner's pid. It appears with its
 * whole content or not at all, so a reader never sees half of it. A lock whose owner is dead is
 * taken over; `orphans` are the children that the dead owner has left on record.
 */
export class InstanceLock {
  readonly orphans: readonly ProcessRef[];
  readonly #file: string;
  #content: LockContent;
  #released = false;

  private constructor(file: string, content: LockContent, orphans: readonly ProcessRef[]) {
    this.#file = file;
    this.#content = content;
    this.orphans = orphans;
  }

  /** Throws `ApplianceError` that names the pid when another instance uses the folder. */
  static async acquire(file: string, dataDir: string): Promise<InstanceLock> {
    const own: LockContent = { ...(await refOf(process.pid)), children: [] };
    let orphans: readonly ProcessRef[] = [];
    for (let round = 0; round < ROUNDS_MAX; round++) {
      if (await place(file, own)) return new InstanceLock(file, own, orphans);
      const owner = await readLock(file);
      if (owner === 'gone') continue;
      if (owner !== 'unreadable' && (await isSame(owner))) {
        throw new ApplianceError(
          `Another acoustid (process ${owner.pid}) uses ${dataDir}. Stop it first, or give another folder with --data-dir.`,
        );
      }
      if (owner !== 'unreadable') orphans = owner.children;
      await clearStale(file, owner);
    }
    throw new ApplianceError(`The lock file ${file} cannot be taken over. Remove it by hand.`);
  }

  /** Puts a child on record, so that it is found if we are killed. */
  async add(pid: number): Promise<void> {
    const child = await refOf(pid);
    this.#content = { ...this.#content, children: [...this.#content.children, child] };
    this.#write();
  }

  /** Takes a child that is gone off the record. */
  remove(pid: number): void {
    const children = this.#content.children.filter((child) => child.pid !== pid);
    this.#content = { ...this.#content, children };
    this.#write();
  }

  #write(): void {
    // After the release the file may be somebody else's.
    if (this.#released) return;
    const fresh = `${this.#file}.${process.pid}`;
    writeFileSync(fresh, JSON.stringify(this.#content), { mode: 0o600 });
    renameSync(fresh, this.#file);
  }

  /** Gives the folder free; a lock that is no longer ours is left alone. */
  release(): void {
    this.#released = true;
    try {
      const content = lockSchema.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
      if (content.pid === process.pid) rmSync(this.#file, { force: true });
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
    }
  }
}

/** Whether the process on record still lives and is the same one. */
export async function isSame(ref: ProcessRef): Promise<boolean> {
  const found = await describeProcess(ref.pid);
  return found !== undefined && found.started === ref.started;
}

async function refOf(pid: number): Promise<ProcessRef> {
  return { pid, started: (await describeProcess(pid))?.started ?? '' };
}

/** Puts the lock in its place unless one is there; a hard link either appears whole or fails. */
async function place(file: string, content: LockContent): Promise<boolean> {
  const fresh = `${file}.${process.pid}`;
  await writeFile(fresh, JSON.stringify(content), { mode: 0o600 });
  try {
    await link(fresh, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(fresh, { force: true });
  }
}

async function readLock(file: string): Promise<LockContent | 'gone' | 'unreadable'> {
  try {
    return lockSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? 'gone' : 'unreadable';
  }
}

/**
 * Removes a stale lock. Between our look and the rename another start may have put its own there;
 * then what we hold is that one, and it goes back.
 */
async function clearStale(file: string, stale: LockContent | 'unreadable'): Promise<void> {
  const aside = `${file}.stale.${process.pid}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  const taken = await readLock(aside);
  const isTheStaleOne = JSON.stringify(taken) === JSON.stringify(stale);
  if (!isTheStaleOne) {
    await link(aside, file).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
  }
  await rm(aside, { force: true });
}
