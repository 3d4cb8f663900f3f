/**
 * A real PostgreSQL for tests, and fresh databases in it: each test file clones four migrated
 * templates in milliseconds and drops its copies afterwards.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { DatabaseSettings } from '../../server/config/database-settings.ts';
import { DATABASE_NAMES } from '../../server/config/settings.ts';
import type { DatabaseName } from '../../server/config/settings.ts';
import { migrateUp } from '../../server/db/migrate.ts';
import { findFreePort } from './free-port.ts';
import { postgresBinaries, postgresUser } from './postgres-binaries.ts';
import type { PostgresBinaries, UnixUser } from './postgres-binaries.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from './temporary-folder.ts';

const START_DEADLINE_MS = 60_000;
const START_ATTEMPTS = 5;
const POLL_MS = 20;
const USER = 'acoustid';
// Durability costs time and buys nothing where the data die with the run.
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=200',
  'shared_buffers=64MB',
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'wal_level=minimal',
  'max_wal_senders=0',
  'timezone=UTC',
  'log_timezone=UTC',
  'log_checkpoints=off',
];

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the PostgreSQL that the `pg` project started, without a database name. */
    postgres: string;
  }
}

export interface PostgresOptions {
  /** Further `name=value` settings, for instance `max_connections=20`. */
  readonly settings?: readonly string[];
  /** Makes and migrates the four templates, which createTestDatabases needs. */
  readonly templates?: 'migrated' | 'none';
}

export interface Postgres extends AsyncDisposable {
  /** `postgres://user:password@127.0.0.1:port`, to which `/database` is added. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Of the postmaster: what a test kills. */
  readonly pid: number;
  /** Ends the postmaster without its leave. Its data stay; `start` brings them back. */
  kill(): Promise<void>;
  /** Starts again after `kill`, on the same port and data. */
  start(): Promise<void>;
}

export interface TestDatabases extends AsyncDisposable {
  readonly urls: Readonly<Record<DatabaseName, string>>;
  readonly settings: Readonly<Record<DatabaseName, DatabaseSettings>>;
}

export interface EmptyDatabase extends AsyncDisposable {
  readonly url: string;
}

/** Starts a PostgreSQL of its own: port, folder, password. Disposing it leaves nothing behind. */
export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const folder = await makeTemporaryFolder('pg');
  const server = new PostgresServer(folder, options.settings ?? []);
  try {
    await server.initialise();
    await server.start();
    if (options.templates === 'migrated') await createTemplates(server.url);
    return server;
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * Makes four migrated, empty databases. Without a server it takes the one that vitest's `pg`
 * project provides; else pass one started with `templates: 'migrated'`.
 */
export async function createTestDatabases(server?: {
  readonly url: string;
}): Promise<TestDatabases> {
  const url = server?.url ?? (await providedUrl());
  const set = randomBytes(5).toString('hex');
  const nameOf = (name: DatabaseName): string => `test_${set}_${name}`;
  await withAdmin(url, async (admin) => {
    for (const name of DATABASE_NAMES) {
      await admin.query(
        `create database ${nameOf(name)} template ${templateOf(name)} strategy file_copy`,
      );
    }
  });
  const urls = table((name) => `${url}/${nameOf(name)}`);
  return {
    urls,
    settings: table((name) => settingsOf(urls[name])),
    [Symbol.asyncDispose]: () => dropDatabases(url, DATABASE_NAMES.map(nameOf)),
  };
}

/** Makes one database with nothing in it, for tests of migrations themselves. */
export async function createEmptyDatabase(server?: {
  readonly url: string;
}): Promise<EmptyDatabase> {
  const url = server?.url ?? (await providedUrl());
  const name = `test_${randomBytes(5).toString('hex')}`;
  await withAdmin(url, (admin) => admin.query(`create database ${name} strategy file_copy`));
  return { url: `${url}/${name}`, [Symbol.asyncDispose]: () => dropDatabases(url, [name]) };
}

/** The settings that say the same as a URL. */
export function settingsOf(url: string): DatabaseSettings {
  const { hostname, port, username, password, pathname } = new URL(url);
  return {
    host: hostname,
    port: Number(port),
    user: username,
    password,
    database: pathname.slice(1),
    poolSize: 5,
  };
}

class PostgresServer implements Postgres {
  readonly host = '127.0.0.1';
  readonly user = USER;
  readonly password = randomBytes(12).toString('hex');
  readonly #folder: string;
  readonly #settings: readonly string[];
  readonly #owner: UnixUser | undefined;
  readonly #binaries: PostgresBinaries;
  readonly #log: string[] = [];
  readonly #removeAtExit = (): void => {
    this.#process?.kill('SIGKILL');
    removeTemporaryFolder(this.#folder);
  };
  #process: ChildProcess | undefined;
  #port = 0;

  constructor(folder: string, settings: readonly string[]) {
    this.#folder = folder;
    this.#settings = settings;
    this.#owner = postgresUser();
    this.#binaries = postgresBinaries(folder, this.#owner);
    // For a run that ends without disposing: process.exit, an uncaught error.
    process.once('exit', this.#removeAtExit);
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `postgres://${USER}:${this.password}@${this.host}:${this.#port}`;
  }

  get pid(): number {
    const pid = this.#process?.pid;
    if (pid === undefined) throw new Error('PostgreSQL does not run');
    return pid;
  }

  async initialise(): Promise<void> {
    mkdirSync(this.#data, { mode: 0o700 });
    const passwordFile = join(this.#folder, 'password');
    writeFileSync(passwordFile, this.password, { mode: 0o600 });
    for (const path of [this.#data, passwordFile]) {
      if (this.#owner) chownSync(path, this.#owner.uid, this.#owner.gid);
    }
    const initdb = this.#spawn(this.#binaries.initdb, [
      `--pgdata=${this.#data}`,
      `--username=${USER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      '--no-sync',
      '--no-instructions',
    ]);
    const [code] = await once(initdb, 'exit');
    if (code !== 0) throw new Error(`initdb failed:\n${this.#log.join('')}`);
  }

  async start(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const port = this.#port === 0 ? await findFreePort() : this.#port;
      if (await this.#startOn(port)) return;
      if (this.#port !== 0 || attempt === START_ATTEMPTS) {
        throw new Error(`PostgreSQL did not start:\n${this.#log.join('')}`);
      }
    }
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // SIGQUIT stops at once without a checkpoint: nobody will read these data again.
    await this.#end('SIGQUIT');
    removeTemporaryFolder(this.#folder);
    process.off('exit', this.#removeAtExit);
  }

  get #data(): string {
    return join(this.#folder, 'data');
  }

  /** Starts on a port; false when the process ended before it answered. */
  async #startOn(port: number): Promise<boolean> {
    const settings = [...SETTINGS, ...this.#settings].flatMap((setting) => ['-c', setting]);
    const child = this.#spawn(this.#binaries.postgres, [
      '-D',
      this.#data,
      '-p',
      `${port}`,
      ...settings,
    ]);
    this.#process = child;
    const deadline = Date.now() + START_DEADLINE_MS;
    while (child.exitCode === null && child.signalCode === null) {
      const probe = new Client({ ...this.#probe(port), connectionTimeoutMillis: 2_000 });
      probe.on('error', () => undefined);
      const answered = await probe.connect().then(
        () => true,
        () => false,
      );
      await probe.end().catch(() => undefined);
      if (answered) {
        this.#port = port;
        return true;
      }
      if (Date.now() > deadline) break;
      await delay(POLL_MS);
    }
    await this.#end('SIGKILL');
    return false;
  }

  #probe(port: number): {
    host: string;
    port: number;
    user: string;
    password: string;
    database: string;
  } {
    return { host: this.host, port, user: USER, password: this.password, database: 'postgres' };
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  #spawn(program: string, args: readonly string[]): ChildProcess {
    const child = spawn(program, args, {
      ...this.#owner,
      cwd: this.#folder,
      env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const keep = (chunk: Buffer): void => {
      this.#log.push(chunk.toString());
      if (this.#log.length > 200) this.#log.shift();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => this.#log.push(`${error.message}\n`));
    return child;
  }
}

async function createTemplates(url: string): Promise<void> {
  for (const name of DATABASE_NAMES) {
    await withAdmin(url, (admin) => admin.query(`create database ${templateOf(name)}`));
    await migrateUp({ database: name, location: `${url}/${templateOf(name)}` });
    // A template somebody is connected to cannot be cloned.
    await withAdmin(url, (admin) =>
      admin.query(`alter database ${templateOf(name)} is_template true allow_connections false`),
    );
  }
}

async function dropDatabases(url: string, names: readonly string[]): Promise<void> {
  await withAdmin(url, async (admin) => {
    for (const name of names) await admin.query(`drop database if exists ${name} with (force)`);
  });
}

async function withAdmin<T>(url: string, work: (admin: Client) => Promise<T>): Promise<T> {
  const admin = new Client({ connectionString: `${url}/postgres` });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

async function providedUrl(): Promise<string> {
  // Imported here only: Playwright and the setup file use this module outside vitest's workers.
  const { inject } = await import('vitest');
  return inject('postgres');
}

function templateOf(name: DatabaseName): string {
  return `template_${name}`;
}

function table<T>(valueOf: (name: DatabaseName) => T): Record<DatabaseName, T> {
  return Object.fromEntries(DATABASE_NAMES.map((name) => [name, valueOf(name)])) as Record<
    DatabaseName,
    T
  >; // fromEntries forgets the keys
}
