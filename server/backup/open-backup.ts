/** The part of trying and restoring a backup that is the same. */
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobRun } from '../jobs/job.ts';
import type { BackupReader } from './backup-reader.ts';
import { BackupError } from './errors.ts';
import { assertKnownSchema, loadDatabase } from './load-database.ts';
import { databasesIn } from './manifest.ts';
import type { BackupParts } from './parts.ts';
import type { Scratch } from './scratch.ts';

const MEBIBYTE = 1024 * 1024;
/** On top of what the databases took when they were backed up: logs written ahead, sorting. */
const FREE_BYTES_SLACK = 256 * MEBIBYTE;

/** Throws `BackupError` before anything is done, where the backup cannot be loaded here. */
export async function assertLoadable(reader: BackupReader, parts: BackupParts): Promise<void> {
  let needed = FREE_BYTES_SLACK;
  for (const name of databasesIn(reader.manifest)) {
    const held = reader.manifest.databases[name];
    if (!held) continue;
    await assertKnownSchema(name, held);
    needed += held.sizeBytes;
  }
  // An external server has a disk of its own, of which we know nothing.
  const folder = join(parts.dataDir, 'postgres');
  if (!existsSync(folder)) return;
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= needed) return;
  throw new BackupError(
    `The disk of ${folder} has ${Math.floor((bavail * bsize) / MEBIBYTE)} MiB left, and loading this backup beside what is there takes ${Math.ceil(needed / MEBIBYTE)} MiB. Free some space first.`,
  );
}

/** Loads every database of a backup into its scratch one. Returns the tables that have no place. */
export async function loadAll(
  reader: BackupReader,
  scratch: Scratch,
  run: JobRun,
): Promise<string[]> {
  const total = reader.manifest.sections.reduce((sum, { rows }) => sum + rows, 0);
  let done = 0;
  const skipped: string[] = [];
  for (const each of scratch.databases) {
    const held = reader.manifest.databases[each.database];
    if (!held) continue;
    const left = await loadDatabase(reader, each, held, {
      signal: run.signal,
      log: (line) => run.log(line),
      onStep: (current, rows) => {
        done += rows;
        run.report({ done, total, unit: 'rows', current });
      },
    });
    skipped.push(...left);
  }
  for (const table of skipped) {
    run.log(`${table} is none of this program's tables; its rows stay in the backup only.`);
  }
  return skipped;
}
