/**
 * Brings one database to the schema of this program. `schema_migration` in the database says what
 * was applied; see `migration-files.ts` for where migrations come from.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import type { DatabaseName } from '../config/settings.ts';
import { tryAdvisoryLock } from './advisory-lock.ts';
import { clientConfigOf } from './databases.ts';
import type { DatabaseLocation } from './databases.ts';
import { readMigrations } from './migration-files.ts';
import type { Migration, MigrationScript } from './migration-files.ts';

/** What to migrate, and by which files. */
export interface MigrationTarget {
  readonly database: DatabaseName;
  readonly location: DatabaseLocation;
  /** Folder with one folder per database; the repository's own when left out. */
  readonly root?: string;
}

export interface AppliedMigration {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
  /** Null while a migration without transaction runs, and after it was interrupted. */
  readonly applied: Date | null;
}

export interface MigrationStatus {
  readonly database: DatabaseName;
  /** `external`: somebody else's MusicBrainz mirror, which is used as it is and never migrated. */
  readonly state: 'current' | 'behind' | 'newer' | 'changed' | 'external';
  readonly version: number | null;
  readonly latest: number;
  readonly pending: readonly string[];
}

export interface UpOptions {
  /** Version to stop at. */
  readonly to?: number;
  readonly steps?: number;
}

export interface DownOptions {
  /** How many migrations to undo; one when neither is given. */
  readonly steps?: number;
  /** Version to go back to; it stays applied. -1 undoes everything. */
  readonly to?: number;
}

/** The database was migrated by a later version of this program. */
export class DatabaseNewerError extends Error {
  readonly database: DatabaseName;
  readonly version: number;

  constructor(database: DatabaseName, version: number, latest: number) {
    super(
      `the ${database} database is at schema version ${version}, newer than this program knows ` +
        `(${latest}): start the program version that last used it, or restore a backup made before`,
    );
    this.name = 'DatabaseNewerError';
    this.database = database;
    this.version = version;
  }
}

/** An applied migration is not the file of that version any more. */
export class MigrationChangedError extends Error {
  constructor(database: DatabaseName, migration: string, what: string) {
    super(
      `migration ${migration} of the ${database} database ${what}: applied migrations are never ` +
        'edited, so restore the file and put the change into a new migration',
    );
    this.name = 'MigrationChangedError';
  }
}

/** Applies what is pending, in order. Returns what it applied; waits for another runner first. */
export async function migrateUp(
  target: MigrationTarget,
  options: UpOptions = {},
): Promise<readonly Migration[]> {
  const known = await readMigrations(target.database, target.root);
  return await withMigrationLock(target, async (client) => {
    if (await isExternalMirror(client, target.database)) return [];
    await createStateTable(client);
    const applied = await listApplied(client);
    assertSameHistory(target.database, known, applied);
    const done = new Set(applied.filter((row) => row.applied).map((row) => row.version));
    const pending = known
      .filter(({ version }) => !done.has(version) && version <= (options.to ?? Infinity))
      .slice(0, options.steps);
    for (const migration of pending) await applyUp(client, target.database, migration);
    return pending;
  });
}

/** Undoes the latest migrations, latest first. Returns what it undid. */
export async function migrateDown(
  target: MigrationTarget,
  options: DownOptions = {},
): Promise<readonly Migration[]> {
  const known = await readMigrations(target.database, target.root);
  return await withMigrationLock(target, async (client) => {
    if (!(await hasStateTable(client))) return [];
    const applied = await listApplied(client);
    assertSameHistory(target.database, known, applied);
    const steps = options.steps ?? (options.to === undefined ? 1 : undefined);
    const versions = new Set(
      applied
        .map(({ version }) => version)
        .filter((version) => version > (options.to ?? -1))
        .reverse()
        .slice(0, steps),
    );
    const undone = known.filter(({ version }) => versions.has(version)).reverse();
    for (const migration of undone) await applyDown(client, target.database, migration);
    return undone;
  });
}

/** Says how the database compares with the files, without changing anything. */
export async function migrationStatus(target: MigrationTarget): Promise<MigrationStatus> {
  const known = await readMigrations(target.database, target.root);
  await using client = await connect(target);
  const applied = (await hasStateTable(client.pg)) ? await listApplied(client.pg) : [];
  const done = new Set(applied.filter((row) => row.applied).map((row) => row.version));
  const pending = known.filter(({ version }) => !done.has(version));
  const status = {
    database: target.database,
    version: applied.at(-1)?.version ?? null,
    latest: known.at(-1)?.version ?? -1,
    pending: pending.map(fileNameOf),
  };
  if (await isExternalMirror(client.pg, target.database)) {
    return { ...status, state: 'external', pending: [] };
  }
  try {
    assertSameHistory(target.database, known, applied);
  } catch (error) {
    return { ...status, state: error instanceof DatabaseNewerError ? 'newer' : 'changed' };
  }
  return { ...status, state: pending.length > 0 ? 'behind' : 'current' };
}

/** What was applied and when, in order. */
export async function migrationHistory(
  target: MigrationTarget,
): Promise<readonly AppliedMigration[]> {
  await using client = await connect(target);
  return (await hasStateTable(client.pg)) ? await listApplied(client.pg) : [];
}

/** A migration as people name it: `0003-links`. */
export function fileNameOf({ version, name }: { version: number; name: string }): string {
  return `${String(version).padStart(4, '0')}-${name}`;
}

/**
 * Throws unless what was applied is the beginning of what we know: DatabaseNewerError for versions
 * after ours, MigrationChangedError for anything else.
 */
function assertSameHistory(
  database: DatabaseName,
  known: readonly Migration[],
  applied: readonly AppliedMigration[],
): void {
  const latest = known.at(-1)?.version ?? -1;
  const newest = applied.at(-1)?.version ?? -1;
  if (newest > latest) throw new DatabaseNewerError(database, newest, latest);
  const byVersion = new Map(known.map((migration) => [migration.version, migration]));
  for (const row of applied) {
    const migration = byVersion.get(row.version);
    if (!migration) throw new MigrationChangedError(database, fileNameOf(row), 'has no file');
    if (migration.checksum !== row.checksum) {
      throw new MigrationChangedError(
        database,
        fileNameOf(row),
        'was changed after it was applied',
      );
    }
  }
  const done = new Set(applied.map(({ version }) => version));
  const late = known.find(({ version }) => version < newest && !done.has(version));
  if (late) {
    throw new MigrationChangedError(
      database,
      fileNameOf(late),
      'came after later ones were applied',
    );
  }
}

async function applyUp(
  client: Client,
  database: DatabaseName,
  migration: Migration,
): Promise<void> {
  const { version, name, checksum, up } = migration;
  await inTransaction(client, up, async () => {
    // The row first: it makes a runner that somehow got past the lock collide before it does harm.
    await client.query(
      `insert into schema_migration (version, name, checksum, applied)
       values ($1, $2, $3, case when $4 then clock_timestamp() end)
       on conflict (version) do update set checksum = excluded.checksum
       where schema_migration.applied is null`,
      [version, name, checksum, up.transactional],
    );
    await runScript(client, up, `${fileNameOf(migration)} of the ${database} database`);
    if (up.transactional) return;
    await client.query(
      'update schema_migration set applied = clock_timestamp() where version = $1',
      [version],
    );
  });
}

async function applyDown(
  client: Client,
  database: DatabaseName,
  migration: Migration,
): Promise<void> {
  await inTransaction(client, migration.down, async () => {
    const name = `${fileNameOf(migration)} of the ${database} database, undone,`;
    await runScript(client, migration.down, name);
    await client.query('delete from schema_migration where version = $1', [migration.version]);
  });
}

async function runScript(client: Client, script: MigrationScript, name: string): Promise<void> {
  try {
    await client.query(script.sql);
  } catch (error) {
    const line = lineOf(error, script.sql);
    const place = line === undefined ? '' : ` in line ${line}`;
    throw new Error(`migration ${name} failed${place}: ${reasonOf(error)}`, { cause: error });
  }
}

/** The line of the script that PostgreSQL points at, when it points at one. */
function lineOf(error: unknown, sql: string): number | undefined {
  if (!(error instanceof DatabaseError) || error.position === undefined) return undefined;
  return sql.slice(0, Number(error.position) - 1).split('\n').length;
}

function reasonOf(error: unknown): string {
  // Node tries each address of a host name, and says what went wrong only inside.
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

async function inTransaction(
  client: Client,
  script: MigrationScript,
  work: () => Promise<void>,
): Promise<void> {
  if (!script.transactional) {
    await work();
    return;
  }
  await client.query('begin');
  try {
    await work();
    await client.query('commit');
  } catch (error) {
    // A connection that cannot roll back is gone, and its transaction with it.
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

const LOCK_POLL_MS = 100;

async function withMigrationLock<T>(
  target: MigrationTarget,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  await using client = await connect(target);
  // NOTE: polled, not awaited. A runner waiting inside pg_advisory_lock holds a snapshot, for which
  // `create index concurrently` in the other runner would wait for ever.
  while (!(await tryAdvisoryLock(client.pg, 'migrate'))) await delay(LOCK_POLL_MS);
  // The lock is the connection's, and ends with it.
  return await work(client.pg);
}

/** A connection of our own: no pool, no statement timeout, for a migration may take hours. */
async function connect({
  database,
  location,
}: MigrationTarget): Promise<AsyncDisposable & { readonly pg: Client }> {
  const pg = new Client({
    ...clientConfigOf(location),
    application_name: 'acoustid migrate',
    connectionTimeoutMillis: 5_000,
  });
  // A connection lost between two queries is told by the next query.
  pg.on('error', () => undefined);
  try {
    await pg.connect();
  } catch (error) {
    throw new Error(`the ${database} database cannot be reached: ${reasonOf(error)}`, {
      cause: error,
    });
  }
  return { pg, [Symbol.asyncDispose]: () => pg.end() };
}

async function createStateTable(client: Client): Promise<void> {
  await client.query(`
    create table if not exists schema_migration (
      version integer primary key,
      name text not null,
      checksum text not null,
      applied timestamptz
    )`);
}

async function hasStateTable(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ exists: boolean }>(
    `select to_regclass('schema_migration') is not null as exists`,
  );
  return rows[0]?.exists === true;
}

async function listApplied(client: Client): Promise<readonly AppliedMigration[]> {
  const { rows } = await client.query<AppliedMigration>(
    'select version, name, checksum, applied from schema_migration order by version',
  );
  return rows;
}

/** Whether the database is a MusicBrainz mirror that these migrations did not make. */
async function isExternalMirror(client: Client, database: DatabaseName): Promise<boolean> {
  if (database !== 'musicbrainz' || (await hasStateTable(client))) return false;
  const { rows } = await client.query<{ exists: boolean }>(
    `select to_regclass('musicbrainz.recording') is not null as exists`,
  );
  return rows[0]?.exists === true;
}
