/** Connections of backups and restores: no pool and no statement timeout, for tables may be large. */
import { Client } from 'pg';
import { clientConfigOf } from '../db/databases.ts';
import type { DatabaseLocation } from '../db/databases.ts';
import { BackupError } from './errors.ts';

const CONNECT_TIMEOUT_MS = 5_000;

/** How values are spelt in a backup, whatever the server or the role prefer. */
const SPELLING = `
  set client_encoding = 'UTF8';
  set timezone = 'UTC';
  set datestyle = 'ISO, YMD';
  set intervalstyle = 'postgres';
  set extra_float_digits = 1;
  set bytea_output = 'hex';
  set statement_timeout = 0;
  set lock_timeout = 0;
  set idle_in_transaction_session_timeout = 0`;

/** The database in which others are made, renamed and dropped. */
const MAINTENANCE = 'postgres';

export type Connection = Client & AsyncDisposable;

/**
 * Connects to a database. When the signal aborts, the connection is cut: the query under way ends
 * with an error at once. Throws `BackupError` when the database cannot be reached.
 */
export async function connectTo(
  location: DatabaseLocation,
  signal?: AbortSignal,
): Promise<Connection> {
  signal?.throwIfAborted();
  const client = new Client({
    ...clientConfigOf(location),
    application_name: 'acoustid backup',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  });
  // A lost connection is told by the query that waits for it, or by the next.
  client.on('error', () => undefined);
  const end = async (): Promise<void> => {
    signal?.removeEventListener('abort', cut);
    await client.end().catch(() => undefined);
  };
  const cut = (): void => void end();
  try {
    await client.connect();
    await client.query(SPELLING);
  } catch (cause) {
    await end();
    const name = databaseNameOf(location);
    throw new BackupError(`The database ${name} cannot be reached: ${reasonOf(cause)}.`, { cause });
  }
  signal?.addEventListener('abort', cut, { once: true });
  return Object.assign(client, { [Symbol.asyncDispose]: end });
}

/** Connects to the server of a database, where databases are made and renamed. */
export async function connectToServerOf(
  location: DatabaseLocation,
  signal?: AbortSignal,
): Promise<Connection> {
  return await connectTo(withDatabaseName(location, MAINTENANCE), signal);
}

/** The same server and role, another database. */
export function withDatabaseName(location: DatabaseLocation, database: string): DatabaseLocation {
  if (typeof location !== 'string') return { ...location, database };
  const url = new URL(location);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}

export function databaseNameOf(location: DatabaseLocation): string {
  if (typeof location !== 'string') return location.database;
  return decodeURIComponent(new URL(location).pathname.slice(1));
}

/** Host and port: what two databases share that can be renamed in one transaction. */
export function serverOf(location: DatabaseLocation): string {
  if (typeof location !== 'string') return `${location.host}:${location.port}`;
  return new URL(location).host;
}

function reasonOf(error: unknown): string {
  // Node tries each address of a host name, and says what went wrong only inside.
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
