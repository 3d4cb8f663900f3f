import { Client } from 'pg';
import { systemClock } from '../clock.ts';
import type { ServiceLog } from '../service-log.ts';
import { findPostmasterFile } from './postmaster-file.ts';
import { ensureCluster } from './postgres-cluster.ts';
import type { ClusterOptions } from './postgres-cluster.ts';
import { endWithin, retryUntil, untilReady } from './readiness.ts';
import type { RunningProcess } from './run-process.ts';
import type { Service, Started } from './service.ts';

/** Recovery after a crash replays up to max_wal_size. */
const READY_LIMIT_MS = 300_000;
const READY_EVERY_MS = 10;
const CONNECT_LIMIT_MS = 2000;
/** A fast shutdown writes a checkpoint; what is cut off here is recovered at the next start. */
const STOP_LIMIT_MS = 10_000;
/** Backends of a killed postmaster see its death by themselves; until then nobody else may start. */
const HELD_BY_ORPHANS =
  /pre-existing shared memory block|lock file "postmaster.pid" already exists/;
const ORPHANS_LIMIT_MS = 10_000;
const ORPHANS_EVERY_MS = 100;
/** Lines of a start that are looked at when it fails. */
const FIRST_LINES_MAX = 200;

export interface PostgresOptions extends ClusterOptions {
  readonly port: number;
  readonly maxConnections: number;
  /** The role that owns the databases, as whom the server connects. */
  readonly roleName: string;
  readonly rolePassword: string;
  /** Names of the databases to be there. */
  readonly databases: readonly string[];
  readonly log: ServiceLog;
}

/** The embedded PostgreSQL: on loopback, behind a password, ready when `select 1` is answered. */
export class PostgresService implements Service {
  readonly name = 'postgres';
  readonly kind = 'supporting';
  readonly #options: PostgresOptions;
  #process: RunningProcess | undefined;

  constructor(options: PostgresOptions) {
    this.#options = options;
  }

  async start(signal: AbortSignal): Promise<Started> {
    await ensureCluster(this.#options, signal);
    const deadline = systemClock.now() + ORPHANS_LIMIT_MS;
    for (;;) {
      const said: string[] = [];
      try {
        const process = await this.#startOnce(signal, said);
        this.#process = process;
        return { pid: process.pid ?? null, exited: process.exited };
      } catch (error) {
        const isHeld = said.some((line) => HELD_BY_ORPHANS.test(line));
        if (!isHeld || signal.aborted || systemClock.now() > deadline) throw error;
      }
      await systemClock.sleep(ORPHANS_EVERY_MS, signal);
    }
  }

  async stop(): Promise<void> {
    const process = this.#process;
    if (process) await endWithin(process, STOP_LIMIT_MS, () => this.#askToStop(process));
  }

  /** The fast shutdown: open transactions are rolled back, nobody is waited for. */
  #askToStop(postmaster: RunningProcess): void {
    if (process.platform !== 'win32') {
      postmaster.kill('SIGINT');
      return;
    }
    // Windows has no such signal; PostgreSQL listens on a pipe that its own program knows.
    const { binaries, data, env, spawn } = this.#options;
    const args = ['stop', '--mode=fast', '--no-wait', `--pgdata=${data.postgres}`];
    spawn({ path: binaries.pgCtl, args, env, cwd: data.postgres, onLine: () => undefined });
  }

  kill(): void {
    // SIGQUIT makes the postmaster take its backends along, which SIGKILL would leave to notice.
    this.#process?.kill('SIGQUIT');
  }

  lastLines(): readonly string[] {
    return this.#options.log.last();
  }

  async #startOnce(signal: AbortSignal, said: string[]): Promise<RunningProcess> {
    const { data, log } = this.#options;
    const process = this.#spawn((line) => {
      log.write(line);
      if (said.length < FIRST_LINES_MAX) said.push(line);
    });
    const prepare = async (over: AbortSignal): Promise<void> => {
      await untilAccepting(data.postgres, process, over);
      await using client = await this.#connect();
      await client.query('select 1');
      await ensureDatabases(client, this.#options);
    };
    await untilReady(process, prepare, { signal, limitMs: READY_LIMIT_MS, lastLines: () => said });
    return process;
  }

  #spawn(onLine: (line: string) => void): RunningProcess {
    const { binaries, data, env, maxConnections, port, spawn, user } = this.#options;
    const settings = {
      listen_addresses: '127.0.0.1',
      port: String(port),
      unix_socket_directories: '',
      max_connections: String(maxConnections),
    };
    return spawn({
      path: binaries.postgres,
      args: [
        '-D',
        data.postgres,
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      env,
      cwd: data.postgres,
      onLine,
      user,
    });
  }

  async #connect(): Promise<Client & AsyncDisposable> {
    const { adminName, adminPassword, port } = this.#options;
    const client = new Client({
      host: '127.0.0.1',
      port,
      user: adminName,
      password: adminPassword,
      database: 'postgres',
      connectionTimeoutMillis: CONNECT_LIMIT_MS,
    });
    // A broken connection also rejects the query under way, which is where it is handled.
    client.on('error', () => undefined);
    try {
      await client.connect();
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    return Object.assign(client, { [Symbol.asyncDispose]: async () => await client.end() });
  }
}

/** Waits for PostgreSQL's own word in its folder: asking by connections would fill its log. */
async function untilAccepting(
  folder: string,
  process: RunningProcess,
  signal: AbortSignal,
): Promise<void> {
  await retryUntil(
    async () => {
      const file = await findPostmasterFile(folder);
      // A file that a killed one has left says ready as well.
      if (file?.pid !== process.pid || file?.status !== 'ready') throw new Error('not yet');
    },
    READY_EVERY_MS,
    signal,
  );
}

/** Makes the role and the databases that are missing; a start that was killed here is resumed. */
async function ensureDatabases(client: Client, options: PostgresOptions): Promise<void> {
  const { databases, roleName, rolePassword } = options;
  const role = client.escapeIdentifier(roleName);
  const roles = await client.query('select from pg_roles where rolname = $1', [roleName]);
  if (roles.rowCount === 0) {
    // An error would put the statement, and with it the password, into the log.
    await client.query('set log_min_error_statement = panic');
    const password = client.escapeLiteral(rolePassword);
    await client.query(
      `begin;
       create role ${role} login createdb password ${password};
       grant pg_monitor, pg_signal_backend, pg_maintain to ${role};
       grant set on parameter session_replication_role to ${role};
       commit`,
    );
  }
  const there = await client.query<{ datname: string }>('select datname from pg_database');
  const names = new Set(there.rows.map((row) => row.datname));
  for (const database of databases) {
    if (names.has(database)) continue;
    await client.query(`create database ${client.escapeIdentifier(database)} owner ${role}`);
  }
}
