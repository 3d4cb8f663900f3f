/**
 * Databases made beside the real ones, to try a backup or to restore it. One operation at a time
 * has them: a lock in the server's maintenance database says so, and what a killed one has left is
 * dropped by the next.
 */
import { escapeIdentifier } from 'pg';
import type { DatabaseName } from '../config/settings.ts';
import { tryAdvisoryLock } from '../db/advisory-lock.ts';
import type { DatabaseLocation, DatabaseLocations } from '../db/databases.ts';
import { connectToServerOf, databaseNameOf, serverOf, withDatabaseName } from './connection.ts';
import type { Connection } from './connection.ts';
import { BackupError } from './errors.ts';

const SCRATCH_SUFFIX = '_scratch';
/** What the old databases are called between the swap and their end. */
export const REPLACED_SUFFIX = '_replaced';
/** Longer names are cut by PostgreSQL. */
const NAME_LENGTH_MAX = 63;

export interface Scratch extends AsyncDisposable {
  /** To the maintenance database. */
  readonly server: Connection;
  readonly databases: readonly ScratchDatabase[];
}

export interface ScratchDatabase {
  readonly database: DatabaseName;
  /** Of the real one. */
  readonly name: string;
  readonly scratchName: string;
  readonly replacedName: string;
  readonly location: DatabaseLocation;
}

/**
 * Makes an empty database beside each of these; disposing drops those that are still there. Throws
 * `BackupError` when they are not all on one server, or another operation has them.
 */
export async function openScratch(
  locations: DatabaseLocations,
  names: readonly DatabaseName[],
  signal: AbortSignal,
): Promise<Scratch> {
  const [first = 'app'] = names;
  refuseSeveralServers(locations, names);
  await using opening = new AsyncDisposableStack();
  signal.throwIfAborted();
  // Not cut by the signal: the lock must outlast the clearing up.
  const server = opening.use(await connectToServerOf(locations[first]));
  const databases = names.map((name) => scratchOf(name, locations[name]));
  await lockScratch(server, databaseNameOf(locations[first]));
  // Not those of this operation alone: one that was killed may have had others.
  const all = Object.entries(locations).map(([name, location]) =>
    scratchOf(name as DatabaseName, location),
  );
  await dropLeftovers(server, all);
  opening.defer(() => dropLeftovers(server, all));
  for (const { name, scratchName } of databases) {
    await createDatabase(server, scratchName, name);
  }
  const opened = opening.move();
  return { server, databases, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** The lock ends with the connection, so a killed restore never leaves it behind. */
async function lockScratch(server: Connection, appName: string): Promise<void> {
  if (await tryAdvisoryLock(server, `scratch databases of ${appName}`)) return;
  throw new BackupError('Another restore or verification is under way; try again when it is done.');
}

/** What lies under these names is rubbish: the real databases are never called so. */
async function dropLeftovers(
  server: Connection,
  databases: readonly ScratchDatabase[],
): Promise<void> {
  for (const { replacedName, scratchName } of databases) {
    for (const name of [scratchName, replacedName]) {
      await server.query(`drop database if exists ${escapeIdentifier(name)} with (force)`);
    }
  }
}

async function createDatabase(server: Connection, name: string, like: string): Promise<void> {
  try {
    await server.query(`create database ${escapeIdentifier(name)} template template0`);
  } catch (cause) {
    throw new BackupError(
      `A scratch database beside ${like} cannot be made: ${cause instanceof Error ? cause.message : String(cause)}. The role needs the right to make databases (alter role … createdb).`,
      { cause },
    );
  }
}

function scratchOf(database: DatabaseName, location: DatabaseLocation): ScratchDatabase {
  const name = databaseNameOf(location);
  const scratchName = name + SCRATCH_SUFFIX;
  const replacedName = name + REPLACED_SUFFIX;
  if (replacedName.length > NAME_LENGTH_MAX) {
    throw new BackupError(`The database name ${name} is too long for a name beside it.`);
  }
  return {
    database,
    name,
    scratchName,
    replacedName,
    location: withDatabaseName(location, scratchName),
  };
}

/** Databases on several servers cannot be swapped in one transaction. */
function refuseSeveralServers(locations: DatabaseLocations, names: readonly DatabaseName[]): void {
  const servers = new Set(names.map((name) => serverOf(locations[name])));
  if (servers.size <= 1) return;
  throw new BackupError(
    `The databases are on ${servers.size} servers (${[...servers].join(', ')}), where they cannot be replaced in one step. Restore onto one server, then move databases with PostgreSQL's own tools.`,
  );
}
