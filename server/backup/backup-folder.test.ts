import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  backupFileOf,
  keptBackups,
  listBackups,
  prepareBackupFolder,
  pruneBackups,
} from './backup-folder.ts';
import { BackupWriter } from './backup-writer.ts';

const HOUR_MS = 3_600_000;

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'acoustid-backups-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function writeBackup(folder: string, created: string): Promise<string> {
  const file = backupFileOf(folder, created);
  await using writer = await BackupWriter.create(file);
  await writer.finish({ created, program: '0', postgres: '18', databases: {}, secrets: {} });
  return file;
}

test('the newest of each day, week and month is kept', () => {
  // Every six hours for 100 days; the last is on Monday, 2 March 2026, 18:00.
  const last = Date.parse('2026-03-02T18:00:00.000Z');
  const entries = Array.from({ length: 400 }, (_, at) => {
    const created = new Date(last - at * 6 * HOUR_MS).toISOString();
    return { created, file: created.slice(0, 13) };
  });
  expect([...keptBackups(entries, { daily: 3, weekly: 3, monthly: 3 })].sort()).toEqual([
    '2026-01-31T18',
    '2026-02-22T18',
    '2026-02-28T18',
    '2026-03-01T18',
    '2026-03-02T18',
  ]);
});

test('the newest backup stays even where nothing is to be kept', () => {
  const entries = ['2026-03-02', '2026-03-01'].map((day) => ({
    created: `${day}T00:00:00Z`,
    file: day,
  }));
  expect([...keptBackups(entries, { daily: 0, weekly: 0, monthly: 0 })]).toEqual(['2026-03-02']);
});

test('removing old backups leaves files that cannot be read, and files that are none', async () => {
  const folder = await temporaryFolder();
  const old = await writeBackup(folder, '2026-01-01T00:00:00.000Z');
  const fresh = await writeBackup(folder, '2026-02-01T00:00:00.000Z');
  const broken = join(folder, 'acoustid-2020.acoustid-backup');
  await writeFile(broken, 'ACBK');
  await writeFile(join(folder, 'notes.txt'), '');
  expect(await pruneBackups(folder, { daily: 1, weekly: 1, monthly: 1 })).toEqual([old]);
  const entries = await listBackups(folder);
  expect(entries.map(({ file }) => file)).toEqual([fresh, broken]);
  expect(entries[1]?.problem).toMatch(/acoustid-2020.acoustid-backup is damaged at byte 0/);
  expect(await readdir(folder)).toHaveLength(3);
});

test('what killed backups left is removed, what others write stays', async () => {
  const folder = await temporaryFolder();
  // No process has this id: they end at 2^22.
  await writeFile(join(folder, 'acoustid-1.acoustid-backup.99999999.partial'), '');
  const living = `acoustid-2.acoustid-backup.${process.pid}.partial`;
  await writeFile(join(folder, living), '');
  await prepareBackupFolder(folder);
  expect(await readdir(folder)).toEqual([living]);
});

test('a backup never takes the place of another, and an unfinished one has no name', async () => {
  const folder = await temporaryFolder();
  const created = '2026-01-01T00:00:00.000Z';
  const file = await writeBackup(folder, created);
  await expect(writeBackup(folder, created)).rejects.toThrow(`${file} is there already`);
  {
    await using _unfinished = await BackupWriter.create(
      backupFileOf(folder, '2026-01-02T00:00:00Z'),
    );
  }
  expect(await readdir(folder)).toEqual(['acoustid-2026-01-01T00-00-00Z.acoustid-backup']);
});
