import { Client } from 'pg';
import type { ServiceLog } from '../service-log.ts';
import type { SpawnProgram } from './child-process.ts';
import { ensureCluster } from './postgres-cluster.ts';
import type { ClusterOptions } from './postgres-cluster.ts';
import { endWithin, retryUntil, untilReady } from './readiness.ts';
import type { RunningProcess } from './run-process.ts';
import type { Service, Started } from './service.ts';

/** Recovery after a crash replays up to max_wal_size. */
const READY_LIMIT_MS = 300_000;
const READY_EVERY_MS = 20;
const CONNECT_LIMIT_MS = 2000;
/** A fast shutdown writes a checkpoint; what is cut off here is recovered at the next start. */
const STOP_LIMIT_MS = 10_000;

export interface PostgresOptions extends ClusterOptions {
  readonly port: number;
  readonly maxConnections: number;
  /** The role that owns the databases, as whom the server connects. */
  readonly roleName: string;
  readonly rolePassword: string;
  /** Names of the databases to be there. */
  readonly databases: readonly string[];
  readonly spawn: SpawnProgram;
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
    const { log } = this.#options;
    await ensureCluster(this.#options, signal);
    const process = this.#spawn();
    await untilReady(
      process,
      async (over) => {
        const client = await retryUntil(() => this.#connect(), READY_EVERY_MS, over);
        try {
          await client.query('select 1');
          await ensureDatabases(client, this.#options);
        } finally {
          await client.end();
        }
      },
      { signal, limitMs: READY_LIMIT_MS, lastLines: () => log.last() },
    );
    this.#process = process;
    return { pid: process.pid ?? null, exited: process.exited };
  }

  async stop(): Promise<void> {
    const process = this.#process;
    // SIGINT is PostgreSQL's fast shutdown: open transactions are rolled back, nobody is waited for.
    if (process) await endWithin(process, STOP_LIMIT_MS, () => process.kill('SIGINT'));
  }

  kill(): void {
    // SIGQUIT makes the postmaster take its backends along, which SIGKILL would leave to notice.
    this.#process?.kill('SIGQUIT');
  }

  lastLines(): readonly string[] {
    return this.#options.log.last();
  }

  #spawn(): RunningProcess {
    const { binaries, data, env, log, maxConnections, port, spawn, user } = this.#options;
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
      onLine: (line) => log.write(line),
      user,
    });
  }

  async #connect(): Promise<Client> {
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
    return client;
  }
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
