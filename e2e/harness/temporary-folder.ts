/**
 * Folders of servers that tests start. The name carries the pid of the process that owns it, so
 * that a later run can tell what a killed one left behind, and remove it.
 */
import { chmodSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes a folder other users may pass through: PostgreSQL runs as one of them. */
export async function makeTemporaryFolder(kind: string): Promise<string> {
  sweepStaleFolders(kind);
  const folder = await mkdtemp(join(tmpdir(), `acoustid-${kind}-${process.pid}-`));
  chmodSync(folder, 0o711);
  return folder;
}

export function removeTemporaryFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/** Kills what runs from folders whose owner is dead, and removes them. Best effort. */
function sweepStaleFolders(kind: string): void {
  const pattern = new RegExp(`^acoustid-${kind}-(?<pid>\\d+)-`);
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(pattern.exec(name)?.groups?.['pid'] ?? 0);
    if (pid === 0 || isAlive(pid)) continue;
    const folder = join(tmpdir(), name);
    for (const server of serversOf(folder)) signal(server, 'SIGKILL');
    try {
      removeTemporaryFolder(folder);
    } catch {
      // Somebody else's folder, or one being removed by another run: not ours to insist.
    }
  }
}

/** Processes whose command line names the folder. Linux only; elsewhere none are found. */
function serversOf(folder: string): readonly number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => commandLineOf(pid).includes(folder));
  } catch {
    return [];
  }
}

function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // it ended while we looked
  }
}

function isAlive(pid: number): boolean {
  return signal(pid, 0);
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
