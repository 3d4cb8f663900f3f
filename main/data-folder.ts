import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, rmdir, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ApplianceError, codeOf } from './errors.ts';
import type { DataPaths } from './paths.ts';
import { findClosedFolder } from './system-user.ts';
import type { SystemUser } from './system-user.ts';

const MEBIBYTE = 1024 * 1024;
/** A start with less room than this would end in the middle of something. */
const FREE_BYTES_MIN = 64 * MEBIBYTE;
/** The first one makes four databases and the logs they write ahead, some 80 MiB. */
const FIRST_FREE_BYTES_MIN = 256 * MEBIBYTE;

/** Only its owner may look in; PostgreSQL's own user may pass through but not look. */
const MODE_OWN = 0o700;
const MODE_PASSABLE = 0o711;

/**
 * Makes the data folder when it is missing. Returns what undoes that, which removes only what was
 * made here and is still empty. Throws `ApplianceError` when it cannot be used.
 */
export async function makeDataFolder(data: DataPaths): Promise<() => Promise<void>> {
  let first: string | undefined;
  try {
    first = await mkdir(data.root, { recursive: true, mode: MODE_OWN });
    if (!(await stat(data.root)).isDirectory()) throw notAFolder(data.root);
  } catch (error) {
    throw dataFolderError(data.root, error);
  }
  return async () => {
    if (first === undefined) return;
    for (let folder = data.root; ; folder = dirname(folder)) {
      // Not empty: something of worth was made in it, so it stays.
      if (!(await removeIfEmpty(folder)) || folder === first) return;
    }
  };
}

/** Throws `ApplianceError` when the disk of the data folder has too little room for a start. */
export async function assertFreeSpace(data: DataPaths): Promise<void> {
  const { freeBytes, neededBytes } = await measureSpace(data, data.root);
  if (freeBytes >= neededBytes) return;
  throw new ApplianceError(
    `The disk of ${data.root} has ${Math.floor(freeBytes / MEBIBYTE)} MiB left and a start needs ${neededBytes / MEBIBYTE} MiB. Free some space, or choose another folder with --data-dir.`,
  );
}

/** Room on the disk of a folder, and how much of it a start takes. */
export async function measureSpace(
  data: DataPaths,
  folder: string,
): Promise<{ readonly freeBytes: number; readonly neededBytes: number }> {
  const { bavail, bsize } = await statfs(folder);
  const neededBytes = existsSync(data.postgres) ? FREE_BYTES_MIN : FIRST_FREE_BYTES_MIN;
  return { freeBytes: bavail * bsize, neededBytes };
}

/**
 * Makes sure that the user of PostgreSQL can reach its folder in the data folder. Throws
 * `ApplianceError` that names the folder which keeps it out, when that is not ours to open.
 */
export async function openToUser(data: DataPaths, user: SystemUser): Promise<void> {
  let closed = await findClosedFolder(data.root, user);
  if (closed === data.root) {
    await chmod(data.root, MODE_PASSABLE);
    closed = await findClosedFolder(data.root, user);
  }
  if (closed !== undefined) {
    throw new ApplianceError(
      `PostgreSQL runs as ${user.name}, who cannot pass ${closed}. Choose a data folder elsewhere with --data-dir, or allow it: chmod o+x ${closed}`,
    );
  }
  await assertOwner(data, user);
}

async function assertOwner(data: DataPaths, user: SystemUser): Promise<void> {
  const { uid } = await stat(data.postgres).catch(() => ({ uid: user.uid }));
  if (uid === user.uid) return;
  throw new ApplianceError(
    `${data.postgres} belongs to user ${uid}, and PostgreSQL is to run as ${user.name} (${user.uid}). Name the right one with --pg-user, or give it over: chown -R ${user.name} ${data.postgres}`,
  );
}

/** Puts the commented example in the place of a configuration file that is not there yet. */
export async function placeDefaultConfig(data: DataPaths, example: string): Promise<void> {
  await mkdir(data.config, { recursive: true, mode: MODE_OWN });
  try {
    await copyFile(example, data.configFile, 1 /* COPYFILE_EXCL: a person's own file stays */);
    // Passwords may be written into it.
    await chmod(data.configFile, 0o600);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

function notAFolder(root: string): Error {
  return Object.assign(new Error(`${root} is a file`), { code: 'ENOTDIR' });
}

/** How a full disk reads in the words of PostgreSQL, of nats-server and of Node. */
const FULL_DISK = /No space left on device|ENOSPC|disk quota exceeded|EDQUOT/i;

/** An error of a start in our own words where a full disk is behind it; others as they are. */
export function startError(root: string, error: unknown): unknown {
  if (!(error instanceof Error) || !FULL_DISK.test(error.message)) return error;
  return dataFolderError(root, Object.assign(new Error(error.message), { code: 'ENOSPC' }));
}

/** What an error of the file system means for the data folder, in words that say what to do. */
export function dataFolderError(root: string, error: unknown): unknown {
  const instead = 'or choose another folder with --data-dir';
  const reasons: Record<string, string> = {
    EROFS: `The data folder ${root} is on a read-only file system. Mount it for writing, ${instead}.`,
    EACCES: `The data folder ${root} cannot be written by this user. Give it to this user, ${instead}.`,
    EPERM: `The data folder ${root} cannot be written by this user. Give it to this user, ${instead}.`,
    ENOTDIR: `The data folder ${root} cannot be made, for a file is in the way. Remove that, ${instead}.`,
    EEXIST: `The data folder ${root} cannot be made, for a file is in the way. Remove that, ${instead}.`,
    ENOSPC: `The disk of the data folder ${root} is full. Free some space, ${instead}.`,
    EDQUOT: `The quota of the data folder ${root} is used up. Free some space, ${instead}.`,
  };
  const message = reasons[codeOf(error) ?? ''];
  return message === undefined ? error : new ApplianceError(message, { cause: error });
}

async function removeIfEmpty(folder: string): Promise<boolean> {
  try {
    await rmdir(folder);
    return true;
  } catch {
    // Whatever keeps it from going keeps it: this only tidies up.
    return false;
  }
}
