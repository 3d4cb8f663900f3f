import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What the system knows of a process. */
export interface ProcessDescription {
  /**
   * When it started, in the system's own words: the same pid with another start is another process.
   * Empty where the system does not say.
   */
  readonly started: string;
  /** Command line, working folder and, where readable, environment: for "is it ours?". */
  readonly words: string;
  /** Its command line, for people. */
  readonly command: string;
}

/** Whether a process of that pid lives, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Describes a living process; `undefined` when there is none of that pid. */
export async function describeProcess(pid: number): Promise<ProcessDescription | undefined> {
  if (!isAlive(pid)) return undefined;
  try {
    if (process.platform === 'linux') return await describeByProc(pid);
    if (process.platform === 'win32') return await describeByPowerShell(pid);
    return await describeByPs(pid);
  } catch {
    // It went while we looked, or the system does not let us look: then nothing is known of it.
    return undefined;
  }
}

async function describeByProc(pid: number): Promise<ProcessDescription> {
  const folder = `/proc/${pid}`;
  const stat = await readFile(join(folder, 'stat'), 'utf8');
  // The name in brackets may hold spaces and brackets; the start time is the 22nd field of all.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z') throw new Error('it ended and only waits for its parent to notice');
  const command = splitByNul(await readFile(join(folder, 'cmdline'), 'utf8'));
  const folderOf = await readlink(join(folder, 'cwd')).catch(() => '');
  const environment = await readFile(join(folder, 'environ'), 'utf8').catch(() => '');
  return {
    started: fields[19] ?? '',
    words: [command, folderOf, splitByNul(environment)].join('\n'),
    command,
  };
}

function splitByNul(text: string): string {
  return text.replaceAll('\0', ' ').trim();
}

async function describeByPs(pid: number): Promise<ProcessDescription> {
  const { stdout } = await run('ps', ['-ww', '-o', 'lstart=,command=', '-p', String(pid)]);
  // lstart is always 24 characters: "Sat Nov 21 00:12:33 2026".
  const line = stdout.trim();
  const command = line.slice(24).trim();
  return { started: line.slice(0, 24), words: command, command };
}

async function describeByPowerShell(pid: number): Promise<ProcessDescription> {
  const query = `Get-CimInstance Win32_Process -Filter "ProcessId=${pid}" | ForEach-Object { $_.CreationDate.Ticks; $_.CommandLine }`;
  const { stdout } = await run('powershell.exe', ['-NoProfile', '-Command', query]);
  const [started = '', ...rest] = stdout.trim().split(/\r?\n/);
  return { started, words: rest.join(' '), command: rest.join(' ') };
}

/**
 * Who listens on a TCP port, for an error message: `node (process 123)`. `undefined` when the
 * system does not tell, which it does only for our own processes unless we are root.
 */
export async function findPortHolder(port: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  const inodes = await listListeningInodes(port);
  if (inodes.size === 0) return undefined;
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    // Processes come and go while we walk, and those of others are closed to us.
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const descriptor of descriptors) {
      const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
      if (inode === undefined || !inodes.has(inode)) continue;
      const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'a program');
      return `${name.trim()} (process ${pid})`;
    }
  }
  return undefined;
}

/** Inodes of the sockets that listen on a port, from the tables for both kinds of addresses. */
async function listListeningInodes(port: number): Promise<ReadonlySet<string>> {
  const LISTENING = '0A';
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readFile(table, 'utf8').catch(() => '');
    for (const line of text.split('\n').slice(1)) {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === LISTENING && local.endsWith(`:${hexPort}`) && inode) inodes.add(inode);
    }
  }
  return inodes;
}
