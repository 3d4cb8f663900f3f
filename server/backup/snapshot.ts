/**
 * The databases at one moment, as far as they can be: each has its own snapshot, and they are taken
 * in an order that makes the difference between them repairable.
 *
 * An import writes its provenance into the fingerprint database first and its result into the
 * ingest database after. So ingest is looked at first: what it calls imported is in the fingerprint
 * database for sure, and what it calls pending may be there already, which the next import finds
 * out by the provenance. The other way round an imported submission could be missing. The app
 * database is last, so that every account and application the others name is there.
 *
 * Sequences have no snapshot. They are read when all snapshots are open: a submission that was
 * accepted and imported between two snapshots has its id in the provenance, and that id must not
 * be given out again, or the next submission would pass for imported.
 */
import { DATABASE_NAMES } from '../config/settings.ts';
import type { DatabaseName } from '../config/settings.ts';
import type { DatabaseLocation, DatabaseLocations } from '../db/databases.ts';
import type { JobRun } from '../jobs/job.ts';
import { listSequences, listTables, qualified } from './catalogue.ts';
import type { Sequence, Table } from './catalogue.ts';
import { connectTo } from './connection.ts';
import type { Connection } from './connection.ts';
import { BackupError } from './errors.ts';
import type { ManifestDatabase } from './manifest.ts';

/** One database as it was when its snapshot was taken. */
export interface Snapshot {
  readonly name: DatabaseName;
  readonly signal: AbortSignal;
  readonly migrations: ManifestDatabase['migrations'];
  readonly tables: readonly Table[];
  readonly sequences: readonly Sequence[];
  readonly sizeBytes: number;
  readonly vectorIndex: boolean;
  /** Calls `read` with a connection that sees the snapshot and may be used for this table. */
  withTable<T>(table: Table, read: (connection: Connection) => Promise<T>): Promise<T>;
}

interface Snapshots extends AsyncDisposable {
  readonly list: readonly Snapshot[];
  /** Of PostgreSQL. */
  readonly version: string;
}

/** Takes the snapshots in the order of `names`. Throws `BackupError` where one cannot be taken. */
export async function openSnapshots(
  locations: DatabaseLocations,
  names: readonly DatabaseName[],
  { signal }: Pick<JobRun, 'signal'>,
): Promise<Snapshots> {
  await using opening = new AsyncDisposableStack();
  const connections: [DatabaseName, Connection][] = [];
  for (const name of names) {
    const connection = opening.use(await connectTo(locations[name], signal));
    await connection.query('begin isolation level repeatable read, read only');
    await lockTables(connection, await listTablesApart(locations[name], signal));
    connections.push([name, connection]);
  }
  // One right after the other, when all else is ready: the first query takes the snapshot.
  const ids = new Map<DatabaseName, string>();
  for (const [name, connection] of connections) ids.set(name, await exportSnapshot(connection));
  const list: Snapshot[] = [];
  for (const [name, connection] of connections) {
    list.push({
      name,
      signal,
      migrations: await listMigrations(connection, name),
      tables: await listTables(connection),
      sequences: await listSequences(connection),
      ...(await describeDatabase(connection)),
      withTable: async (table, read) =>
        table.isPartitioned
          ? await readApart(locations[name], ids.get(name) ?? '', { read, signal })
          : await read(connection),
    });
  }
  list.sort((a, b) => DATABASE_NAMES.indexOf(a.name) - DATABASE_NAMES.indexOf(b.name));
  const version = await versionOf(connections[0]?.[1]);
  const opened = opening.move();
  return { list, version, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** Before the snapshot, which the transaction's own first query would take. */
async function listTablesApart(location: DatabaseLocation, signal: AbortSignal): Promise<Table[]> {
  await using connection = await connectTo(location, signal);
  return await listTables(connection);
}

/**
 * Keeps migrations from changing tables until the backup is made, as pg_dump does: a table that is
 * rewritten looks empty to an older snapshot. Rows are read and written as ever. Partitioned tables
 * are left out, or no month could be added or dropped for hours, and imports would queue up behind
 * whoever tries.
 */
async function lockTables(connection: Connection, tables: readonly Table[]): Promise<void> {
  const names = tables.filter(({ isPartitioned }) => !isPartitioned).map(qualified);
  if (names.length > 0)
    await connection.query(`lock table ${names.join(', ')} in access share mode`);
}

async function exportSnapshot(connection: Connection): Promise<string> {
  const { rows } = await connection.query<{ id: string }>('select pg_export_snapshot() as id');
  return rows[0]?.id ?? '';
}

/** In a transaction of its own with the same snapshot, so that its lock ends with the table. */
async function readApart<T>(
  location: DatabaseLocation,
  snapshot: string,
  { read, signal }: { read: (connection: Connection) => Promise<T>; signal: AbortSignal },
): Promise<T> {
  await using connection = await connectTo(location, signal);
  await connection.query('begin isolation level repeatable read, read only');
  await connection.query(`set transaction snapshot ${connection.escapeLiteral(snapshot)}`);
  const result = await read(connection);
  await connection.query('commit');
  return result;
}

async function listMigrations(
  connection: Connection,
  name: DatabaseName,
): Promise<ManifestDatabase['migrations']> {
  const { rows: found } = await connection.query<{ exists: boolean }>(
    `select to_regclass('public.schema_migration') is not null as exists`,
  );
  if (found[0]?.exists !== true) {
    throw new BackupError(
      name === 'musicbrainz'
        ? 'The musicbrainz database is a mirror that this program did not make; back it up where it is made.'
        : `The ${name} database was not made by this program.`,
    );
  }
  const { rows } = await connection.query<ManifestDatabase['migrations'][number] & { ok: boolean }>(
    'select version, name, checksum, applied is not null as ok from public.schema_migration order by version',
  );
  const open = rows.find(({ ok }) => !ok);
  if (open) {
    throw new BackupError(
      `Migration ${open.name} of the ${name} database was interrupted; run "acoustid db migrate up" first.`,
    );
  }
  return rows.map(({ checksum, name: title, version }) => ({ version, name: title, checksum }));
}

async function describeDatabase(
  connection: Connection,
): Promise<Pick<Snapshot, 'sizeBytes' | 'vectorIndex'>> {
  const { rows } = await connection.query<{ size: string; vector: boolean }>(`
    select pg_database_size(current_database())::text as size,
      to_regclass('public.fingerprint_fingerprint_idx') is not null as vector`);
  return { sizeBytes: Number(rows[0]?.size ?? 0), vectorIndex: rows[0]?.vector === true };
}

async function versionOf(connection: Connection | undefined): Promise<string> {
  const answer = await connection?.query<{ server_version: string }>('show server_version');
  return answer?.rows[0]?.server_version ?? 'unknown';
}
