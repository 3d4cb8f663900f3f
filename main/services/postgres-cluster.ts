import { execFile } from 'node:child_process';
import { chown, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ApplianceError, codeOf, messageOf } from '../errors.ts';
import type { DataPaths } from '../paths.ts';
import type { SystemUser } from '../system-user.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';

const run = promisify(execFile);
const INITDB_LIMIT_MS = 120_000;

/**
 * Sizes for a box that does other things as well: most of the memory that makes PostgreSQL fast is
 * the system's page cache. They land in postgresql.conf, where an administrator looks and may edit.
 */
const TUNING = {
  shared_buffers: '128MB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  max_wal_size: '2GB',
  wal_compression: 'pglz',
  random_page_cost: '1.1',
  // Queries here are short and many; compiling them costs more than it saves, and memory per backend.
  jit: 'off',
  log_line_prefix: '%m [%p] %d ',
  log_min_duration_statement: '2s',
} as const;

export interface ClusterOptions {
  readonly binaries: PostgresBinaries;
  readonly data: DataPaths;
  readonly user: SystemUser | undefined;
  readonly adminName: string;
  readonly adminPassword: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Makes the cluster `<data>/postgres` unless it is there. It is made beside and renamed when whole,
 * so a start that is killed half-way leaves only debris, which the next one clears. Throws
 * `ApplianceError` for a cluster of another major version.
 */
export async function ensureCluster(options: ClusterOptions, signal: AbortSignal): Promise<void> {
  const { binaries, data } = options;
  await rm(data.postgresInit, { recursive: true, force: true });
  const major = await majorOf(data.postgres);
  if (major === undefined) {
    await makeCluster(options, signal);
  } else if (major !== binaries.major) {
    throw new ApplianceError(
      `${data.postgres} was made by PostgreSQL ${major} and this program brings ${binaries.major}. ` +
        (major > binaries.major
          ? 'Use the newer acoustid-appliance that made it, or another folder with --data-dir.'
          : 'Back it up with the version that made it and restore with this one: acoustid db backup, acoustid db restore.'),
    );
  }
}

/** The major version of the cluster in a folder; `undefined` when there is none. */
async function majorOf(folder: string): Promise<number | undefined> {
  try {
    return Number.parseInt(await readFile(join(folder, 'PG_VERSION'), 'utf8'), 10);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function makeCluster(options: ClusterOptions, signal: AbortSignal): Promise<void> {
  const { data, user } = options;
  try {
    await mkdir(data.postgresInit, { mode: 0o700 });
    // initdb runs as the user of PostgreSQL and must read the password; the folder is that user's.
    const passwordFile = join(data.postgresInit, 'password');
    await writeFile(passwordFile, `${options.adminPassword}\n`, { mode: 0o600 });
    if (user) {
      await chown(passwordFile, user.uid, user.gid);
      await chown(data.postgresInit, user.uid, user.gid);
    }
    const made = join(data.postgresInit, 'cluster');
    await runInitdb(options, made, passwordFile, signal);
    await rename(made, data.postgres);
    await syncFolder(data.root);
  } finally {
    await rm(data.postgresInit, { recursive: true, force: true });
  }
}

/** The rename must be on the disk before anything is acknowledged inside. */
async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder, and its file systems journal renames.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function runInitdb(
  options: ClusterOptions,
  folder: string,
  passwordFile: string,
  signal: AbortSignal,
): Promise<void> {
  const { adminName, binaries, data, env, user } = options;
  const args = [
    `--pgdata=${folder}`,
    `--username=${adminName}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The system's locale only speaks in messages; sorting and case are PostgreSQL's own, the same
    // on every platform, so a folder may move and no index goes wrong with a new libc.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
    ...Object.entries(TUNING).map(([name, value]) => `--set=${name}=${value}`),
  ];
  try {
    await run(binaries.initdb, args, {
      cwd: data.postgresInit,
      env: { ...env },
      timeout: INITDB_LIMIT_MS,
      signal,
      ...(user && { uid: user.uid, gid: user.gid }),
    });
  } catch (cause) {
    signal.throwIfAborted();
    throw new ApplianceError(`PostgreSQL could not make its files: ${initdbProblem(cause)}`, {
      cause,
    });
  }
}

/** What initdb said, on one line. */
function initdbProblem(cause: unknown): string {
  const stderr = cause instanceof Error && 'stderr' in cause ? String(cause.stderr) : '';
  const lines = stderr.split('\n').filter((line) => /error|fatal|panic/i.test(line));
  return lines.at(-1)?.trim() ?? messageOf(cause);
}
