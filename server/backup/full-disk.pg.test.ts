import type promises from 'node:fs/promises';
import { mkdir, readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createTestDatabases } from '../../e2e/harness/postgres.ts';
import type { TestDatabases } from '../../e2e/harness/postgres.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from '../../e2e/harness/temporary-folder.ts';
import { exportOwnData, ExportError } from '../export/export.ts';
import { runBackup } from './backup.ts';
import { BackupError } from './errors.ts';
import { fillWithEverything } from './testing/everything.ts';
import { recordingRun } from './testing/recording-run.ts';
import type { BackupParts } from './parts.ts';
import { restoreBackup } from './restore.ts';

vi.mock('node:fs/promises', async (importOriginal) => {
  const original = await importOriginal<typeof promises>();
  return { ...original, statfs: vi.fn(original.statfs) };
});

let folder: string;

beforeEach(async () => {
  folder = await makeTemporaryFolder('backup');
  onTestFinished(() => removeTemporaryFolder(folder));
});

function leave(mebibytes: number): void {
  // Only what is asked of it: blocks that are free, and their size.
  const left = { bavail: mebibytes, bsize: 1024 * 1024 } as Awaited<ReturnType<typeof statfs>>;
  vi.mocked(statfs).mockResolvedValue(left);
}

function partsOf({ urls }: TestDatabases): BackupParts {
  return { databases: urls, dataDir: folder, configFile: undefined, index: undefined };
}

test('a backup that may not fit is refused before its first row, and leaves no file', async () => {
  await using databases = await createTestDatabases();
  leave(64);
  const run = recordingRun();
  await expect(runBackup(partsOf(databases), { folder }, run)).rejects.toThrow(
    /has 64 MiB left and this backup may take \d+ MiB. Free some space/,
  );
  expect(run.reports).toEqual([]);
  expect(await readdir(folder)).toEqual([]);
  leave(70);
  await runBackup(partsOf(databases), { folder }, recordingRun());
});

test('a restore that may not fit is refused before a database is made', async () => {
  await using databases = await createTestDatabases();
  leave(1000);
  const { file } = await runBackup(partsOf(databases), { folder }, recordingRun());
  await mkdir(join(folder, 'postgres'));
  leave(256);
  const run = recordingRun();
  await expect(restoreBackup(partsOf(databases), { file }, run)).rejects.toThrow(BackupError);
  expect(run.reports).toEqual([]);
});

test('an export that may not fit is refused before its first file', async () => {
  await using databases = await createTestDatabases();
  await fillWithEverything(databases.urls);
  leave(1);
  const today = new Date();
  const days = { from: '2020-01-01', to: `${today.getUTCFullYear() - 1}-01-01` };
  await expect(
    exportOwnData(databases.urls.fingerprint, { folder, ...days }, recordingRun()),
  ).rejects.toThrow(ExportError);
  expect(await readdir(folder)).toEqual([]);
});
