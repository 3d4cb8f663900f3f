import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../errors.ts';

/**
 * What PostgreSQL writes into `postmaster.pid` in its folder, one fact per line: 1 pid, 2 folder,
 * 3 start time, 4 port, 5 socket folder, 6 address, 7 shared memory, 8 status. The file stays
 * behind when it is killed; the status comes last and is missing early in a start.
 */
export interface PostmasterFile {
  readonly pid: number;
  /** `starting`, `ready`, `standby` or `stopping`; empty while it is not written yet. */
  readonly status: string;
}

export function postmasterFileOf(folder: string): string {
  return join(folder, 'postmaster.pid');
}

/** Reads the file of a cluster; `undefined` when there is none. */
export async function findPostmasterFile(folder: string): Promise<PostmasterFile | undefined> {
  try {
    const lines = (await readFile(postmasterFileOf(folder), 'utf8')).split('\n');
    return { pid: Number.parseInt(lines[0] ?? '', 10), status: lines[7]?.trim() ?? '' };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
