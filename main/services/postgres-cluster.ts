import { chown, mkdir, mkdtemp, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApplianceError, codeOf } from '../errors.ts';
import { lastWordsOf } from '../last-words.ts';
import type { DataPaths } from '../paths.ts';
import type { SystemUser } from '../system-user.ts';
import type { SpawnProgram } from './child-process.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { describeExit } from './service.ts';

const INITDB_LIMIT_MS = 120_000;
/** A process that is just ending may still put a file into what is being removed. */
const REMOVE = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 } as const;
/** initdb says some thirty lines. */
const LINES_MAX = 200;

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
  readonly spawn: SpawnProgram;
}

/**
 * Makes the cluster `<data>/postgres` unless it is there. It is made beside and renamed when whole,
 * so a start that is killed half-way leaves only debris, which the next one clears. Throws
 * `ApplianceError` for a cluster of another major version.
 */
export async function ensureCluster(options: ClusterOptions, signal: AbortSignal): Promise<void> {
  const { binaries, data } = options;
  await rm(data.postgresInit, REMOVE);
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
    if (user) await chown(data.postgresInit, user.uid, user.gid);
    // A folder of its own each time: an initdb that outlived its supervisor writes on by path, and
    // must not find another one's cluster there.
    const folder = await mkdtemp(join(data.postgresInit, 'attempt-'));
    // initdb runs as the user of PostgreSQL and must read the password.
    const passwordFile = join(folder, 'password');
    await writeFile(passwordFile, `${options.adminPassword}\n`, { mode: 0o600 });
    if (user) {
      await chown(passwordFile, user.uid, user.gid);
      await chown(folder, user.uid, user.gid);
    }
    const made = join(folder, 'cluster');
    await runInitdb(options, made, passwordFile, signal);
    await rename(made, data.postgres);
    await syncFolder(data.root);
  } finally {
    await rm(data.postgresInit, REMOVE);
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
  const { adminName, binaries, data, env, spawn, user } = options;
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
  const said: string[] = [];
  const onLine = (line: string): void => {
    if (said.length < LINES_MAX) said.push(line);
  };
  const initdb = spawn({
    path: binaries.initdb,
    args,
    env,
    cwd: data.postgresInit,
    onLine,
    ...(user && { user }),
  });
  // It clears up after itself then, and takes the processes it uses along.
  const stop = (): void => initdb.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  const limit = setTimeout(stop, INITDB_LIMIT_MS);
  const exit = await initdb.exited;
  clearTimeout(limit);
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  if (exit.code !== 0) {
    const problem = lastWordsOf(said) ?? describeExit(exit);
    throw new ApplianceError(`PostgreSQL could not make its files: ${problem}`);
  }
}
