/** Backups of released formats and of older schemas: they must stay readable for ever. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { createTestDatabases } from '../../e2e/harness/postgres.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from '../../e2e/harness/temporary-folder.ts';
import { migrationStatus } from '../db/migrate.ts';
import { BackupReader } from './backup-reader.ts';
import { connectTo } from './connection.ts';
import { restoreBackup } from './restore.ts';
import { recordingRun } from './testing/recording-run.ts';
import { verifyBackup } from './verify.ts';

// A restore makes and drops databases, which waits for a slow disk.
vi.setConfig({ testTimeout: 120_000 });

const FOLDER = fileURLToPath(new URL('fixtures', import.meta.url));
const FILE = join(FOLDER, 'format-1.acoustid-backup');
const NAMES = ['app', 'fingerprint', 'ingest', 'musicbrainz'] as const;

test('there is a fixture of every format', () => {
  expect(readdirSync(FOLDER)).toEqual(['format-1.acoustid-backup']);
});

test('a backup of the first schema is restored and brought to this one', async () => {
  const folder = await makeTemporaryFolder('backup');
  await using databases = await createTestDatabases();
  const parts = {
    databases: databases.urls,
    dataDir: folder,
    configFile: undefined,
    index: undefined,
  };
  await verifyBackup(parts, { file: FILE, depth: 'restore' }, recordingRun());
  const { rows, skippedTables } = await restoreBackup(parts, { file: FILE }, recordingRun());
  expect({ rows, skippedTables }).toEqual({ rows: 170, skippedTables: [] });
  for (const database of NAMES) {
    const { pending, state } = await migrationStatus({
      database,
      location: databases.urls[database],
    });
    expect({ database, pending, state }).toEqual({ database, pending: [], state: 'current' });
  }
  await using connection = await connectTo(databases.urls.fingerprint);
  const found = await connection.query(
    `select count(*)::int as fingerprints, sum(submission_count)::int as submissions,
       (select count(*)::int from fingerprint_data where simhash_cube is not null) as cubes,
       (select count(*)::int from track_stats) as stats
     from fingerprint`,
  );
  expect(found.rows).toEqual([{ fingerprints: 40, submissions: 3, cubes: 40, stats: 3 }]);
  removeTemporaryFolder(folder);
});

test('its configuration can be read without a database', async () => {
  await using reader = await BackupReader.open(FILE);
  const text = (await reader.readAll(reader.manifest.config ?? -1)).toString('utf8');
  expect(text).toContain('[backup]\n');
});
