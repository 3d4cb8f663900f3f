/**
 * Moves a data folder to another place, whole or not at all. Everything is copied while nothing
 * runs, each file is read back and compared with what was read, and only then the pointer is
 * swung. Until the appliance runs from the new place the old one is untouched; being killed at any
 * point leaves the old in use. A copy that was broken off is taken up where it was.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import {
  chmod,
  lchown,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  stat,
  statfs,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ApplianceError } from './errors.ts';

/** In a folder that is not yet a data folder: a copy begun, from where. */
const MARK = '.moving-from';
/** Of one running instance, or made again when missing. */
const LEFT_BEHIND = new Set(['lock', 'run.json', 'cache', 'bin', 'postgres.init', MARK]);
const FREE_BYTES_BEYOND = 256 * 1024 * 1024;

const FILES_AT_ONCE = 8;

interface Entry {
  /** Relative to the folder. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link';
  readonly sizeBytes: number;
  readonly mode: number;
  readonly mtimeMs: number;
  readonly owner: { readonly uid: number; readonly gid: number };
}

export interface CopyOptions {
  readonly from: string;
  readonly to: string;
  readonly signal: AbortSignal;
  readonly onProgress: (
    step: 'copying' | 'checking',
    doneBytes: number,
    totalBytes: number,
  ) => void;
}

/** Throws `ApplianceError` when a data folder cannot be moved there. Returns the bytes to copy. */
export async function assertMovable(from: string, to: string): Promise<number> {
  const target = resolve(to);
  const source = await realpath(from);
  const nearest = await realpath(await nearestFolder(target));
  const isInside = (inner: string, outer: string): boolean =>
    inner === outer || inner.startsWith(outer + sep);
  if (isInside(join(nearest, relative(await nearestFolder(target), target)), source)) {
    throw new ApplianceError(`${target} is the data folder itself or lies in it. Choose another.`);
  }
  if (isInside(source, target)) {
    throw new ApplianceError(`${target} holds the data folder. Choose a folder of its own.`);
  }
  const begun = await markOf(target);
  if (begun !== undefined && begun !== source) {
    throw new ApplianceError(`${target} holds a copy begun from ${begun}. Choose another folder.`);
  }
  if (begun === undefined && existsSync(target) && (await readdir(target)).length > 0) {
    throw new ApplianceError(`${target} is not empty. Choose an empty folder, or a new one.`);
  }
  const entries = await listEntries(source);
  const totalBytes = sumBytes(entries);
  const { bavail, bsize } = await statfs(nearest);
  const needed = totalBytes - (begun === undefined ? 0 : sumBytes(await listEntries(target)));
  if (bavail * bsize < needed + FREE_BYTES_BEYOND) {
    throw new ApplianceError(
      `The disk of ${target} has ${mebibytes(bavail * bsize)} MiB left and the data needs ${mebibytes(needed + FREE_BYTES_BEYOND)} MiB.`,
    );
  }
  return totalBytes;
}

/**
 * Copies everything and compares every file with its copy. Throws the signal's reason when it
 * aborts, `ApplianceError` when a copy is not what was read; the source is never touched.
 */
export async function copyDataFolder({ from, onProgress, signal, to }: CopyOptions): Promise<void> {
  const source = await realpath(from);
  await mkdir(to, { recursive: true, mode: (await stat(source)).mode & 0o777 });
  await writeFile(join(to, MARK), source);
  const entries = await listEntries(source);
  const totalBytes = sumBytes(entries);
  const hashes = new Map<string, string>();
  await removeStrangers(to, entries);
  for (const { kind, path } of entries) {
    if (kind === 'folder') await mkdir(join(to, path), { recursive: true, mode: 0o700 });
  }
  const files = entries.filter(({ kind }) => kind !== 'folder');
  let doneBytes = 0;
  await forEachOf(files, signal, async (entry) => {
    const hash = await copyEntry(source, to, { entry, signal });
    if (hash !== undefined) hashes.set(entry.path, hash);
    doneBytes += entry.sizeBytes;
    onProgress('copying', doneBytes, totalBytes);
  });
  doneBytes = 0;
  await forEachOf(files, signal, async (entry) => {
    await checkEntry(to, entry, hashes.get(entry.path) ?? '');
    doneBytes += entry.sizeBytes;
    onProgress('checking', doneBytes, totalBytes);
  });
  for (const entry of entries.toReversed()) await giveAway(to, entry);
  await rm(join(to, MARK));
  await syncFolder(to);
}

/** Several at once: each waits for the disk, PostgreSQL has thousands of small files. */
async function forEachOf(
  entries: readonly Entry[],
  signal: AbortSignal,
  act: (entry: Entry) => Promise<void>,
): Promise<void> {
  const waiting = entries.values();
  let hasFailed = false;
  const work = async (): Promise<void> => {
    for (const entry of waiting) {
      if (hasFailed || signal.aborted) return;
      try {
        await act(entry);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: FILES_AT_ONCE }, work));
  // Thrown once nobody writes any more: the copy may be removed next. A stream that was broken off
  // has an error of its own; what counts is why.
  signal.throwIfAborted();
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Gives a copy the owner and the folder the permissions it had; only root has others' files. */
async function giveAway(target: string, { kind, mode, owner, path }: Entry): Promise<void> {
  if (process.getuid?.() === 0) await lchown(join(target, path), owner.uid, owner.gid);
  if (kind !== 'folder') return;
  await chmod(join(target, path), mode);
  await syncFolder(join(target, path));
}

/** Removes a copy that was begun and is not wanted; nothing else is ever removed by it. */
export async function dropCopy(to: string): Promise<void> {
  if ((await markOf(to)) !== undefined) await rm(to, { recursive: true });
}

/** Entries below a folder, each folder before what is in it. */
async function listEntries(root: string, below = ''): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const name of (await readdir(join(root, below))).toSorted()) {
    const path = join(below, name);
    if (below === '' && LEFT_BEHIND.has(name)) continue;
    const status = await lstat(join(root, path));
    const { gid, mode, mtimeMs, uid } = status;
    const rest = { path, mode: mode & 0o777, mtimeMs, owner: { uid, gid } };
    if (status.isDirectory()) {
      entries.push({ ...rest, kind: 'folder', sizeBytes: 0 });
      entries.push(...(await listEntries(root, path)));
    } else if (status.isSymbolicLink()) {
      entries.push({ ...rest, kind: 'link', sizeBytes: 0 });
    } else if (status.isFile()) {
      entries.push({ ...rest, kind: 'file', sizeBytes: status.size });
    }
    // Sockets and pipes belong to processes, and none runs.
  }
  return entries;
}

/** Copies a file or a link; of a file the SHA-256 of what was read, also when the copy was there already. */
async function copyEntry(
  source: string,
  target: string,
  { entry, signal }: { readonly entry: Entry; readonly signal: AbortSignal },
): Promise<string | undefined> {
  const from = join(source, entry.path);
  const to = join(target, entry.path);
  if (entry.kind === 'link') {
    await rm(to, { force: true });
    await symlink(await readlink(from), to);
    return undefined;
  }
  if (await isCopied(to, entry)) return await hashOf(from, signal);
  const hash = createHash('sha256');
  const counted = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const options = { mode: entry.mode, flush: true };
  await pipeline(createReadStream(from), counted, createWriteStream(to, options), { signal });
  await chmod(to, entry.mode);
  // Last, as the sign that the copy is whole.
  await utimes(to, entry.mtimeMs / 1000, entry.mtimeMs / 1000);
  return hash.digest('hex');
}

/** A file copied by an earlier try has the size and the time of its source. */
async function isCopied(path: string, { mtimeMs, sizeBytes }: Entry): Promise<boolean> {
  if (!existsSync(path)) return false;
  const status = await stat(path);
  return status.size === sizeBytes && Math.abs(status.mtimeMs - mtimeMs) < 1;
}

async function checkEntry(target: string, entry: Entry, expected: string): Promise<void> {
  if (entry.kind !== 'file') return;
  const path = join(target, entry.path);
  const { size } = await stat(path);
  if (size === entry.sizeBytes && (await hashOf(path)) === expected) return;
  // Not to be taken for whole by the next try.
  await rm(path);
  throw new ApplianceError(
    `${path} is not what was copied: its disk may be failing. The data stays where it was.`,
  );
}

async function hashOf(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const reading = createReadStream(path, signal ? { signal } : {});
  for await (const chunk of reading) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** What an earlier try copied and the source has no longer, PostgreSQL's logs for one. */
async function removeStrangers(target: string, entries: readonly Entry[]): Promise<void> {
  const known = new Set(entries.map(({ path }) => path));
  for (const { path } of await listEntries(target)) {
    if (!known.has(path)) await rm(join(target, path), { recursive: true, force: true });
  }
}

async function markOf(folder: string): Promise<string | undefined> {
  const mark = join(folder, MARK);
  return existsSync(mark) ? await readFile(mark, 'utf8') : undefined;
}

async function nearestFolder(path: string): Promise<string> {
  let folder = path;
  while (!existsSync(folder)) folder = dirname(folder);
  if (!(await stat(folder)).isDirectory()) {
    throw new ApplianceError(`${folder} is a file. Choose a folder.`);
  }
  return folder;
}

async function syncFolder(path: string): Promise<void> {
  // Windows opens no folders, and writes their entries at once.
  if (process.platform === 'win32') return;
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function sumBytes(entries: readonly Entry[]): number {
  return entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / (1024 * 1024));
}
