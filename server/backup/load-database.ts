import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { escapeIdentifier } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { DatabaseName } from '../config/settings.ts';
import { fileNameOf, migrateUp } from '../db/migrate.ts';
import { readMigrations } from '../db/migration-files.ts';
import { createVectorIndex } from '../db/vector-index.ts';
import type { BackupReader } from './backup-reader.ts';
import { makeTablesBare } from './bare-tables.ts';
import { columnList, listMaterializedViews, listTables, qualified } from './catalogue.ts';
import type { Table } from './catalogue.ts';
import { connectTo } from './connection.ts';
import type { Connection } from './connection.ts';
import { BackupError } from './errors.ts';
import type { ManifestDatabase, ManifestTable } from './manifest.ts';
import type { ScratchDatabase } from './scratch.ts';

export interface LoadRun {
  readonly signal: AbortSignal;
  /** Told of each step, and of the rows loaded since the last call. */
  readonly onStep: (current: string, rows: number) => void;
  readonly log: (line: string) => void;
}

/** Bounds of a partition by range of times; nothing else is put into a statement. */
const BOUNDS = /^FOR VALUES FROM \('[-0-9:+. ]+'\) TO \('[-0-9:+. ]+'\)$/;

/**
 * Throws `BackupError` unless this program has the very migrations the backup was made with; later
 * ones it may have as well.
 */
export async function assertKnownSchema(name: DatabaseName, held: ManifestDatabase): Promise<void> {
  const known = new Map((await readMigrations(name)).map((each) => [each.version, each]));
  const latest = Math.max(-1, ...known.keys());
  const newest = held.migrations.at(-1)?.version ?? -1;
  if (newest > latest) {
    throw new BackupError(
      `The backup was made by a newer program: its ${name} database is at schema version ${newest}, and this program knows ${latest}. Restore it with the version that made it, or a later one.`,
    );
  }
  for (const migration of held.migrations) {
    if (known.get(migration.version)?.checksum === migration.checksum) continue;
    throw new BackupError(
      `Migration ${fileNameOf(migration)} of the ${name} database is not the one the backup was made with, so its rows may not fit.`,
    );
  }
}

/**
 * Loads one database of a backup into an empty scratch one: the schema as it was, the rows, then
 * everything this program's schema has beyond. Returns the tables it has no place for.
 */
export async function loadDatabase(
  reader: BackupReader,
  scratch: ScratchDatabase,
  held: ManifestDatabase,
  run: LoadRun,
): Promise<string[]> {
  const { database, location } = scratch;
  run.onStep(`schema of ${database}`, 0);
  await migrateUp({ database, location }, { to: held.migrations.at(-1)?.version ?? -1 });
  const skipped: string[] = [];
  {
    await using connection = await connectTo(location, run.signal);
    try {
      const { restore } = await makeTablesBare(connection);
      const tables = await listTables(connection);
      for (const table of held.tables) {
        const target = tables.find(
          ({ name, schema }) => name === table.name && schema === table.schema,
        );
        if (target) await loadTable(connection, reader, { database, table, target }, run);
        else skipped.push(`${database}/${table.schema}.${table.name}`);
      }
      await setSequences(connection, held);
      for (const { sql, title } of restore) {
        run.onStep(`${title} in ${database}`, 0);
        await connection.query(sql);
      }
      for (const view of await listMaterializedViews(connection)) {
        await connection.query(`refresh materialized view ${view}`);
      }
      run.onStep(`statistics of ${database}`, 0);
      await connection.query('analyze');
    } catch (error) {
      // A connection that was cut fails in its own words; the reason is ours.
      run.signal.throwIfAborted();
      throw error;
    }
  }
  for (const { version, name } of await migrateUp({ database, location })) {
    run.log(`Brought ${database} to ${fileNameOf({ version, name })}.`);
  }
  run.signal.throwIfAborted();
  if (held.vectorIndex && database === 'fingerprint') await createVectorIndex(location);
  return skipped;
}

async function loadTable(
  connection: Connection,
  reader: BackupReader,
  { database, table, target }: { database: DatabaseName; table: ManifestTable; target: Table },
  run: LoadRun,
): Promise<void> {
  const title = `${database}/${table.schema}.${table.name}`;
  const section = reader.manifest.sections[table.section];
  const unknown = table.columns.find((column) => !target.columns.includes(column));
  if (!section || unknown !== undefined) {
    throw new BackupError(`${title} of the backup has no section or no column ${unknown}.`);
  }
  run.onStep(title, 0);
  await addPartitions(connection, table, target);
  await connection.query('begin');
  // Emptied in the same transaction, rows are written as if they had always been there, which
  // spares reading and writing all of them again later. Partitioned tables cannot.
  if (!target.isPartitioned) await connection.query(`truncate ${qualified(table)}`);
  const copy = connection.query(
    copyFrom(
      `copy ${qualified(table)} (${columnList(table.columns)}) from stdin${target.isPartitioned ? '' : ' with (freeze)'}`,
    ),
  );
  const content = Readable.from(countedLines(reader, table.section, title, run), {
    objectMode: false,
  });
  await pipeline(content, copy);
  if (copy.rowCount !== section.rows) {
    throw new BackupError(
      `${title} has ${copy.rowCount} rows, and the backup said ${section.rows}.`,
    );
  }
  await connection.query('commit');
}

async function* countedLines(
  reader: BackupReader,
  section: number,
  title: string,
  run: LoadRun,
): AsyncGenerator<Buffer> {
  for await (const chunk of reader.content(section, run.signal)) {
    let rows = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) rows += 1;
    yield chunk;
    run.onStep(title, rows);
  }
}

/** The months the backup has and a schema made today has not. */
async function addPartitions(
  connection: Connection,
  { name, partitions, schema }: ManifestTable,
  target: Table,
): Promise<void> {
  if (!target.isPartitioned) return;
  const there = new Set(target.partitions.map((partition) => partition.name));
  for (const partition of partitions) {
    if (there.has(partition.name)) continue;
    if (!BOUNDS.test(partition.bounds)) {
      throw new BackupError(
        `The bounds of the partition ${partition.name} are not a range of time.`,
      );
    }
    const piece = qualified({ schema, name: partition.name });
    const parent = qualified({ schema, name });
    await connection.query(`create table ${piece} partition of ${parent} ${partition.bounds}`);
  }
}

async function setSequences(connection: Connection, held: ManifestDatabase): Promise<void> {
  for (const { isCalled, name, schema, value } of held.sequences) {
    const sequence = `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`;
    // One that this schema has no use for any more is left where it is.
    await connection.query(
      'select setval(to_regclass($1), $2::bigint, $3) where to_regclass($1) is not null',
      [sequence, value, isCalled],
    );
  }
}
