import { readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { to as copyTo } from 'pg-copy-streams';
import { DATABASE_NAMES } from '../config/settings.ts';
import type { DatabaseName } from '../config/settings.ts';
import type { JobRun } from '../jobs/job.ts';
import { backupFileOf, prepareBackupFolder } from './backup-folder.ts';
import { BackupWriter } from './backup-writer.ts';
import { columnList, qualified } from './catalogue.ts';
import type { Table } from './catalogue.ts';
import { withoutSecrets } from './config-text.ts';
import { BackupError } from './errors.ts';
import { streamIndex } from './index-snapshot.ts';
import type { Manifest, ManifestDatabase, ManifestTable } from './manifest.ts';
import { configPlacesOf, PORTABLE_SECRETS } from './parts.ts';
import type { BackupOptions, BackupParts, BackupSummary } from './parts.ts';
import { programVersion } from './program-version.ts';
import { openSnapshots } from './snapshot.ts';
import type { Snapshot } from './snapshot.ts';

const MEBIBYTE = 1024 * 1024;
/** On top of what the tables are estimated at. */
const FREE_BYTES_SLACK = 64 * MEBIBYTE;
/** Vectors that do not compress take a twentieth more in a backup than in their table. */
const SIZE_FACTOR = 1.2;

/**
 * Makes a backup: one file in `options.folder`, which has its name only when it is whole and on the
 * disk. The appliance goes on meanwhile; the file holds the state at one moment
 * (snapshot.ts says why the databases fit each other). Throws `BackupError` for what a person can
 * mend, and the signal's reason when that aborts; nothing is left behind then.
 */
export async function runBackup(
  parts: BackupParts,
  options: BackupOptions,
  run: JobRun,
): Promise<BackupSummary> {
  const created = new Date().toISOString();
  await prepareBackupFolder(options.folder);
  const file = backupFileOf(options.folder, created);
  await using writer = await BackupWriter.create(file);
  // The index before the databases: what it holds, the changelog in the backup then holds as well.
  const index = options.withIndex === true ? await addIndex(writer, parts, run) : undefined;
  const names: DatabaseName[] = ['ingest', 'fingerprint', 'app'];
  if (options.withMusicbrainz === true) names.push('musicbrainz');
  await using snapshots = await openSnapshots(parts.databases, names, run);
  await assertFreeSpace(options.folder, snapshots.list);
  const progress = new RowProgress(run, snapshots.list);
  const databases: Partial<Record<DatabaseName, ManifestDatabase>> = {};
  for (const snapshot of snapshots.list) {
    databases[snapshot.name] = await addDatabase(writer, snapshot, progress);
  }
  const manifest: Omit<Manifest, 'sections'> = {
    created,
    program: await programVersion(),
    postgres: snapshots.version,
    databases,
    ...(await addConfig(writer, parts, options.withSecrets === true)),
    ...(index === undefined ? {} : { index }),
  };
  run.signal.throwIfAborted();
  const sizeBytes = await writer.finish(manifest);
  progress.end();
  run.log(`${file} holds ${progress.rows} rows in ${sizeBytes} bytes.`);
  const databasesHeld = DATABASE_NAMES.filter((name) => names.includes(name));
  return { file, sizeBytes, rows: progress.rows, databases: databasesHeld, created };
}

async function addDatabase(
  writer: BackupWriter,
  snapshot: Snapshot,
  progress: RowProgress,
): Promise<ManifestDatabase> {
  const { migrations, name, sequences, signal, sizeBytes, vectorIndex } = snapshot;
  const tables: ManifestTable[] = [];
  for (const table of snapshot.tables) {
    const title = `${name}/${table.schema}.${table.name}`;
    progress.begin(title);
    try {
      const section = await snapshot.withTable(table, async (connection) =>
        writer.addSection({
          name: title,
          content: abortable(connection.query(copyTo(copyStatement(table))), signal),
          isTable: true,
          onRows: (rows) => progress.add(rows),
        }),
      );
      const { columns, partitions, schema } = table;
      tables.push({
        schema,
        name: table.name,
        columns: [...columns],
        section,
        partitions: [...partitions],
      });
    } catch (error) {
      // A connection that was cut fails in its own words; the reason is ours.
      signal.throwIfAborted();
      throw error;
    }
  }
  return { sizeBytes, migrations: [...migrations], tables, sequences: [...sequences], vectorIndex };
}

/** COPY takes no partitioned table by name. */
function copyStatement(table: Table): string {
  const columns = columnList(table.columns);
  return table.isPartitioned
    ? `copy (select ${columns} from ${qualified(table)}) to stdout`
    : `copy ${qualified(table)} (${columns}) to stdout`;
}

async function* abortable(
  stream: AsyncIterable<Buffer>,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    signal.throwIfAborted();
    yield chunk;
  }
}

async function addConfig(
  writer: BackupWriter,
  { configFile, dataDir }: BackupParts,
  withSecrets: boolean,
): Promise<Pick<Manifest, 'config' | 'secrets'>> {
  const secrets: Record<string, number> = {};
  if (withSecrets) {
    for (const name of PORTABLE_SECRETS) {
      const text = await readIfThere(join(configPlacesOf(dataDir).secrets, name));
      if (text !== undefined) secrets[name] = await addText(writer, `secret/${name}`, text);
    }
  }
  const text = configFile === undefined ? undefined : await readIfThere(configFile);
  if (text === undefined) return { secrets };
  const config = await addText(writer, 'config', withSecrets ? text : withoutSecrets(text));
  return { config, secrets };
}

async function addText(writer: BackupWriter, name: string, text: string): Promise<number> {
  const content = (async function* () {
    yield Buffer.from(text);
  })();
  return await writer.addSection({ name, content, isTable: false });
}

async function addIndex(
  writer: BackupWriter,
  { index }: BackupParts,
  run: JobRun,
): Promise<number | undefined> {
  if (!index) throw new BackupError('The index engine is not known, so its index cannot be kept.');
  run.log('Keeping the index.');
  const content = await streamIndex(index, run.signal);
  if (content === undefined) return undefined;
  return await writer.addSection({ name: 'index', content, isTable: false });
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Refuses before the first row what would fill the disk. */
async function assertFreeSpace(folder: string, snapshots: readonly Snapshot[]): Promise<void> {
  const tables = snapshots.flatMap((snapshot) => snapshot.tables);
  const sizeBytes = tables.reduce((sum, table) => sum + table.sizeBytes, 0);
  const needed = FREE_BYTES_SLACK + SIZE_FACTOR * sizeBytes;
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= needed) return;
  throw new BackupError(
    `The disk of ${folder} has ${mebibytes(bavail * bsize)} MiB left and this backup may take ${mebibytes(needed)} MiB. Free some space, or choose another folder with --to or [backup] dir.`,
  );
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / MEBIBYTE);
}

/** Rows over all tables, against what PostgreSQL estimates. */
class RowProgress {
  readonly #run: JobRun;
  readonly #total: number;
  #current = '';
  rows = 0;

  constructor(run: JobRun, snapshots: readonly Snapshot[]) {
    this.#run = run;
    const tables = snapshots.flatMap((snapshot) => snapshot.tables);
    this.#total = tables.reduce((sum, { rows }) => sum + rows, 0);
  }

  begin(current: string): void {
    this.#current = current;
    this.add(0);
  }

  /** Only now are all rows known: the estimate was PostgreSQL's. */
  end(): void {
    this.#run.report({ done: this.rows, total: this.rows, unit: 'rows' });
  }

  add(rows: number): void {
    this.rows += rows;
    const total = Math.max(this.#total, this.rows);
    this.#run.report({ done: this.rows, total, unit: 'rows', current: this.#current });
  }
}
