import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { JobRun } from '../jobs/job.ts';
import { summaryOf } from './backup-folder.ts';
import { BackupReader } from './backup-reader.ts';
import { isAllComments } from './config-text.ts';
import { connectTo, connectToServerOf } from './connection.ts';
import { BackupError } from './errors.ts';
import { deleteIndex, moveChangelog } from './index-position.ts';
import { keepNumbers } from './keep-numbers.ts';
import { databasesIn } from './manifest.ts';
import { assertLoadable, loadAll } from './open-backup.ts';
import { configPlacesOf, PORTABLE_SECRETS } from './parts.ts';
import type { BackupParts, RestoredBackup, RestoreOptions } from './parts.ts';
import { openScratch } from './scratch.ts';
import type { ScratchDatabase } from './scratch.ts';
import { swapDatabases } from './swap.ts';

/**
 * Restores a backup in the place of what is there. It is loaded beside the databases while these go
 * on serving, and put in their place in one short step; ended at any time before it, this leaves
 * everything as it was. Databases the backup does not hold stay. Throws `BackupError` and
 * `BackupDamagedError`.
 */
export async function restoreBackup(
  parts: BackupParts,
  options: RestoreOptions,
  run: JobRun,
): Promise<RestoredBackup> {
  await using reader = await BackupReader.open(options.file);
  const names = databasesIn(reader.manifest);
  const [first] = names;
  if (first === undefined) throw new BackupError(`${options.file} holds no database.`);
  if (options.withSecrets === true && Object.keys(reader.manifest.secrets).length === 0) {
    throw new BackupError(`${options.file} holds no secrets; it was made without --with-secrets.`);
  }
  await assertLoadable(reader, parts);
  await using scratch = await openScratch(parts.databases, names, run.signal);
  const skippedTables = await loadAll(reader, scratch, run);
  for (const each of scratch.databases) {
    await settle(each, run.signal);
    await keepNumbers(parts.databases[each.database], each.location);
  }
  const indexHasAll = await settleIndex(parts, scratch.databases);
  const configFile = await restoreConfig(reader, parts.dataDir);
  if (options.withSecrets === true) await restoreSecrets(reader, parts.dataDir);
  run.signal.throwIfAborted();
  run.log('Putting the restored databases in their place.');
  // From here on it is one transaction: too late to be interrupted, and over at once.
  await using helper = await connectToServerOf(parts.databases[first]);
  await swapDatabases(scratch.server, helper, scratch.databases);
  run.log('The restored databases are in their place.');
  if (!indexHasAll) await forgetIndex(parts, run);
  return { ...summaryOf(reader), configFile, skippedTables };
}

/** What was true of the moment of the backup and is not any more. */
async function settle({ database, location }: ScratchDatabase, signal: AbortSignal): Promise<void> {
  if (database !== 'app') return;
  await using connection = await connectTo(location, signal);
  // Whoever logged out since would be logged in again.
  await connection.query('delete from session');
  // The backup itself among them, which would start over.
  await connection.query(`
    update job set state = 'cancelled', worker = null, request = null, finished = now(),
      error = 'It was under way when the backup was made that has been restored.'
    where state in ('queued', 'running', 'paused')`);
}

async function settleIndex(
  parts: BackupParts,
  databases: readonly ScratchDatabase[],
): Promise<boolean> {
  const fingerprint = databases.find(({ database }) => database === 'fingerprint');
  if (!fingerprint) return true;
  const { indexHasAll } = await moveChangelog(parts.databases.fingerprint, fingerprint.location);
  return indexHasAll;
}

/** The index is built anew whatever becomes of this; without it lookups say so meanwhile. */
async function forgetIndex({ index }: BackupParts, run: JobRun): Promise<void> {
  if (!index) return;
  try {
    await deleteIndex(index);
    run.log('Lookups answer again when the index has been built from the restored fingerprints.');
  } catch (error) {
    run.log(
      `The old index could not be deleted: ${String(error)}. It is replaced when a new one is built.`,
    );
  }
}

/**
 * Puts the configuration back where none is, or only comments are; beside it otherwise, for what
 * is there may say where this machine's parts are. Returns where it went.
 */
async function restoreConfig(reader: BackupReader, dataDir: string): Promise<string | undefined> {
  const { config: section } = reader.manifest;
  if (section === undefined) return undefined;
  const text = (await reader.readAll(section)).toString('utf8');
  const { config } = configPlacesOf(dataDir);
  const there = await readFile(config, 'utf8').catch(() => '');
  if (there === text) return config;
  const file = isAllComments(there) ? config : `${config}.from-backup`;
  await writeWhole(file, text);
  return file;
}

async function restoreSecrets(reader: BackupReader, dataDir: string): Promise<void> {
  const { secrets } = configPlacesOf(dataDir);
  for (const name of PORTABLE_SECRETS) {
    const section = reader.manifest.secrets[name];
    if (section === undefined) continue;
    await writeWhole(join(secrets, name), (await reader.readAll(section)).toString('utf8'));
  }
}

/** Only its owner may read it; a reader sees the old text or the new one. */
async function writeWhole(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.new`;
  await writeFile(fresh, text, { mode: 0o600, flush: true });
  await rename(fresh, file);
}
