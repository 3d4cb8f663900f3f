/**
 * The connections of one process to the four databases. A pool per database: each may be another
 * server, and a slow statistic in one must not starve lookups in another.
 */
import { Kysely, PostgresDialect } from 'kysely';
import { Pool, types } from 'pg';
import type { ClientConfig, PoolClient, PoolConfig } from 'pg';
import type { DatabaseSettings } from '../config/database-settings.ts';
import { DATABASE_NAMES } from '../config/settings.ts';
import type { DatabaseName } from '../config/settings.ts';
import { UnavailableError } from '../errors.ts';
import type { AppDatabase } from './schema/app.ts';
import type { FingerprintDatabase } from './schema/fingerprint.ts';
import type { IngestDatabase } from './schema/ingest.ts';
import type { MusicbrainzDatabase } from './schema/musicbrainz.ts';

/** Connections kept per database where the settings name no number. */
const POOL_SIZE_DEFAULT = 10;

const STATEMENT_TIMEOUT_MS = 60_000;
// A transaction left open holds its advisory locks, and with them the whole import.
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000;
const CONNECT_TIMEOUT_MS = 5_000;
const IDLE_CONNECTION_TIMEOUT_MS = 60_000;
// A connection this old is replaced, so that a failed-over host or a leak is left behind.
const CONNECTION_LIFETIME_SECONDS = 3_600;

/**
 * Lookups ask for rows by key, with arrays of keys. Left to itself PostgreSQL finds a plan for the
 * keys at hand cheaper than one for any keys, and so plans a join of eight tables anew for each
 * request: ten times what running it takes. Their plans are the same for all keys.
 */
const PLAN_ONCE = '-c plan_cache_mode=force_generic_plan -c jit=off';
/** How a connection plans, where PostgreSQL's own way does not serve. */
const PLANNING: Partial<Record<DatabaseName, string>> = {
  fingerprint: PLAN_ONCE,
  // A small MusicBrainz would be read whole for two names; nobody asks this one for whole tables.
  musicbrainz: `${PLAN_ONCE} -c enable_seqscan=off`,
};

/** Where one database is: settings, or a `postgres://` URL. */
export type DatabaseLocation =
  | string
  | (Omit<DatabaseSettings, 'poolSize'> & {
      readonly poolSize?: number;
      readonly sslmode?: SslMode;
    });

type SslMode = 'disable' | 'require' | 'verify-full';
export type DatabaseLocations = Readonly<Record<DatabaseName, DatabaseLocation>>;

/** One database: `kysely` for plain reads and writes, `pool` for SQL that is written out. */
interface Database<Schema> {
  readonly name: DatabaseName;
  /** For a connection that must not be the pool's: migrations, listeners. */
  readonly location: DatabaseLocation;
  readonly pool: Pool;
  readonly kysely: Kysely<Schema>;
}

export interface Databases extends AsyncDisposable {
  readonly app: Database<AppDatabase>;
  readonly fingerprint: Database<FingerprintDatabase>;
  readonly ingest: Database<IngestDatabase>;
  readonly musicbrainz: Database<MusicbrainzDatabase>;
}

export interface DatabasesOptions {
  /** What `pg_stat_activity` shows. */
  readonly applicationName?: string;
  readonly statementTimeoutMs?: number;
  /** A connection died while nobody waited for it. The pool replaces it; this only tells. */
  readonly onConnectionLost?: (database: DatabaseName, error: Error) => void;
  /** Another database has the name now: a restored one (docs/decisions/0082). */
  readonly onReplaced?: (database: DatabaseName) => void;
}

/** Opens a pool for each database. Connects to none: a missing server shows at the first query. */
export function openDatabases(
  locations: DatabaseLocations,
  options: DatabasesOptions = {},
): Databases {
  const app = openDatabase<AppDatabase>('app', locations.app, options);
  const fingerprint = openDatabase<FingerprintDatabase>(
    'fingerprint',
    locations.fingerprint,
    options,
  );
  const ingest = openDatabase<IngestDatabase>('ingest', locations.ingest, options);
  const musicbrainz = openDatabase<MusicbrainzDatabase>(
    'musicbrainz',
    locations.musicbrainz,
    options,
  );
  const databases = { app, fingerprint, ingest, musicbrainz };
  let closing: Promise<void> | undefined;
  return {
    ...databases,
    [Symbol.asyncDispose]() {
      // Not through Kysely, which ends a pool only if Kysely itself has used it.
      closing ??= endPools(DATABASE_NAMES.map((name) => databases[name].pool));
      return closing;
    },
  };
}

async function endPools(pools: readonly Pool[]): Promise<void> {
  await Promise.all(pools.map((pool) => pool.end()));
}

/**
 * Runs `work` in one transaction on one connection: commits when it returns, rolls back when it
 * throws. A connection whose rollback fails is not given back.
 */
export async function withTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      // The error that brought us here says more than the one of a connection that is gone.
      broken = rollbackError;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/** How `pg` is told to reach a database. */
export function clientConfigOf(location: DatabaseLocation): ClientConfig {
  if (typeof location === 'string') return { connectionString: location };
  const { host, port, user, password, database, sslmode = 'disable' } = location;
  return {
    host,
    port,
    user,
    database,
    ...(password === undefined ? {} : { password }),
    ...(sslmode === 'disable' ? {} : { ssl: { rejectUnauthorized: sslmode === 'verify-full' } }),
  };
}

function openDatabase<Schema>(
  name: DatabaseName,
  location: DatabaseLocation,
  options: DatabasesOptions,
): Database<Schema> {
  const pool = new Pool({
    ...clientConfigOf(location),
    max: (typeof location === 'string' ? undefined : location.poolSize) ?? POOL_SIZE_DEFAULT,
    application_name: options.applicationName ?? 'acoustid',
    statement_timeout: options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_CONNECTION_TIMEOUT_MS,
    maxLifetimeSeconds: CONNECTION_LIFETIME_SECONDS,
    keepAlive: true,
    ...(PLANNING[name] === undefined ? {} : { options: PLANNING[name] }),
    types: { getTypeParser: typeParserOf },
    verify: refuseReplaced(() => options.onReplaced?.(name)),
  });
  const lost = (error: Error): void => options.onConnectionLost?.(name, error);
  pool.on('error', lost);
  // The pool listens to idle connections only: without this, a server killed between two queries
  // of a transaction is an uncaught exception. The next query on the connection still rejects.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return {
    name,
    location,
    pool,
    kysely: new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) }),
  };
}

/**
 * Refuses connections to another database than the first one was to. A restore puts another one
 * under the same name while processes run, and what they hold in memory is of the old one: a
 * submission read there and imported here would take an id that the new one gives to another.
 */
function refuseReplaced(onReplaced: () => void): NonNullable<PoolConfig['verify']> {
  let expected: number | undefined;
  return (client, done) => {
    client.query<{ oid: number }>(OWN_OID, (error, result) => {
      if (error) return done(error);
      const oid = result.rows[0]?.oid;
      expected ??= oid;
      if (oid === expected) return done();
      onReplaced();
      done(new UnavailableError('postgres', { cause: new Error('the database was replaced') }));
    });
  };
}

const OWN_OID = 'select oid from pg_database where datname = current_database()';

// The driver has no name for it.
const INT8_ARRAY = 1016;

type TypeOid = Parameters<typeof types.getTypeParser>[0];

/**
 * Parses what differs from the driver's defaults: int8 as number, date as `YYYY-MM-DD`. The
 * driver makes a date a local midnight, which is the day before when written out as UTC.
 */
function typeParserOf(oid: TypeOid, format?: 'text' | 'binary'): unknown {
  const number: number = oid;
  if (format !== 'binary') {
    if (oid === types.builtins.INT8) return safeInteger;
    if (number === INT8_ARRAY) return parseInt8Array;
    if (oid === types.builtins.DATE) return String;
  }
  return types.getTypeParser(oid, format);
}

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} does not fit a number`);
  return value;
}

function parseInt8Array(text: string): (number | null)[] {
  const inner = text.slice(1, -1);
  if (inner === '') return [];
  return inner.split(',').map((element) => (element === 'NULL' ? null : safeInteger(element)));
}
