import type { JobRun } from '../jobs/job.ts';
import { summaryOf } from './backup-folder.ts';
import { BackupReader } from './backup-reader.ts';
import { databasesIn } from './manifest.ts';
import { assertLoadable, loadAll } from './open-backup.ts';
import type { BackupParts, VerifiedBackup, VerifyOptions } from './parts.ts';
import { openScratch } from './scratch.ts';

/**
 * Tries a backup. Every byte of it is read against its checksums; at the depth `restore` it is
 * also loaded into scratch databases, with all constraints, which are dropped after. Throws
 * `BackupDamagedError` with the place of the first fault, `BackupError` when it cannot be loaded.
 */
export async function verifyBackup(
  parts: BackupParts,
  { depth, file }: VerifyOptions,
  run: JobRun,
): Promise<VerifiedBackup> {
  await using reader = await BackupReader.open(file);
  await readThrough(reader, run);
  if (depth === 'restore') {
    await assertLoadable(reader, parts);
    await using scratch = await openScratch(
      parts.databases,
      databasesIn(reader.manifest),
      run.signal,
    );
    await loadAll(reader, scratch, run);
  }
  run.log(`${file} is whole.`);
  return { ...summaryOf(reader), depth };
}

async function readThrough(reader: BackupReader, run: JobRun): Promise<void> {
  const { sections } = reader.manifest;
  const total = sections.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let done = 0;
  for (const [number, { name }] of sections.entries()) {
    for await (const chunk of reader.content(number, run.signal)) {
      done += chunk.length;
      run.report({ done, total, unit: 'bytes', current: name });
    }
  }
}
