import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createTestDatabases } from '../../e2e/harness/postgres.ts';
import type { TestDatabases } from '../../e2e/harness/postgres.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from '../../e2e/harness/temporary-folder.ts';
import { DATABASE_NAMES } from '../config/settings.ts';
import { openDatabases } from '../db/databases.ts';
import { UnavailableError } from '../errors.ts';
import { readChangelogReach } from '../index/changelog-queries.ts';
import type { ChangelogReach } from '../index/changelog-queries.ts';
import { BackupReader } from './backup-reader.ts';
import { BackupWriter } from './backup-writer.ts';
import { runBackup } from './backup.ts';
import { connectTo } from './connection.ts';
import { BackupDamagedError } from './errors.ts';
import { extractSection } from './extract.ts';
import type { Manifest } from './manifest.ts';
import { fillWithEverything } from './testing/everything.ts';
import { openSnapshots } from './snapshot.ts';
import { recordingRun } from './testing/recording-run.ts';
import { dumpOf } from './testing/dump.ts';
import { configPlacesOf } from './parts.ts';
import type { BackupParts, BackupSummary } from './parts.ts';
import { restoreBackup } from './restore.ts';
import { verifyBackup } from './verify.ts';

// A restore makes and drops databases, which waits for a slow disk.
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
let databases: TestDatabases;
let parts: BackupParts;
let backup: BackupSummary;

beforeAll(async () => {
  folder = await makeTemporaryFolder('backup');
  databases = await createTestDatabases();
  await fillWithEverything(databases.urls);
  parts = partsOf(databases);
  backup = await runBackup(parts, { folder, withMusicbrainz: true }, recordingRun());
});

afterAll(async () => {
  await databases[Symbol.asyncDispose]();
  removeTemporaryFolder(folder);
});

function partsOf({ urls }: TestDatabases): BackupParts {
  return { databases: urls, dataDir: folder, configFile: undefined, index: undefined };
}

test('a backup restored elsewhere is the same, row by row, in every table of every database', async () => {
  await using elsewhere = await createTestDatabases();
  const { skippedTables } = await restoreBackup(
    partsOf(elsewhere),
    { file: backup.file },
    recordingRun(),
  );
  expect(skippedTables).toEqual([]);
  for (const name of DATABASE_NAMES) {
    expect(await dumpOf(elsewhere.urls[name]), name).toEqual(await dumpOf(databases.urls[name]));
  }
});

test('a byte changed anywhere is found, with file, offset and section', async () => {
  const whole = await readFile(backup.file);
  await using reader = await BackupReader.open(backup.file);
  const { sections } = reader.manifest;
  const last = sections.at(-1);
  const manifestOffset = (last?.offset ?? 0) + (last?.storedBytes ?? 0);
  // A byte of each field of each kind of record, and of what lies around them.
  const places = new Map<number, string>();
  for (let at = 0; at < 12; at += 1) places.set(at, 'header');
  for (const { name, offset, storedBytes } of sections) {
    for (const at of [0, 4, 8, 12, 16, 20]) places.set(offset + at, name);
    places.set(offset + storedBytes - 1, name);
  }
  for (const at of [0, 4, 8, 12, 16, 60]) places.set(manifestOffset + at, 'manifest');
  for (let at = 1; at <= 24; at += 1) places.set(whole.length - at, 'trailer');
  const damaged = join(folder, 'damaged.acoustid-backup');
  for (const [at, section] of places) {
    const bytes = Buffer.from(whole);
    bytes[at] = (bytes[at] ?? 0) ^ 0x40;
    await writeFile(damaged, bytes);
    const error = await verifyBackup(
      parts,
      { file: damaged, depth: 'checksums' },
      recordingRun(),
    ).catch((thrown: unknown) => thrown);
    expect(error, `byte ${at} of ${section}`).toBeInstanceOf(BackupDamagedError);
    expect(error).toMatchObject({ file: damaged, section });
    expect((error as BackupDamagedError).offset).toBeLessThanOrEqual(at);
    expect((error as Error).message).toContain(section);
  }
});

test('a file cut short anywhere is refused', async () => {
  const whole = await readFile(backup.file);
  const cut = join(folder, 'cut.acoustid-backup');
  for (const length of [0, 5, 12, 100, whole.length >> 1, whole.length - 24, whole.length - 1]) {
    await writeFile(cut, whole.subarray(0, length));
    await expect(BackupReader.open(cut), `${length} bytes`).rejects.toThrow(BackupDamagedError);
  }
  await writeFile(cut, Buffer.concat([whole, Buffer.alloc(1)]));
  await expect(BackupReader.open(cut)).rejects.toThrow(BackupDamagedError);
});

test('a damaged backup changes nothing where it is restored', async () => {
  await using elsewhere = await createTestDatabases();
  const bytes = await readFile(backup.file);
  await using reader = await BackupReader.open(backup.file);
  const last = reader.manifest.sections.at(-2);
  const at = (last?.offset ?? 0) + 20;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  const damaged = join(folder, 'damaged.acoustid-backup');
  await writeFile(damaged, bytes);
  const before = await dumpOf(elsewhere.urls.app);
  await expect(
    restoreBackup(partsOf(elsewhere), { file: damaged }, recordingRun()),
  ).rejects.toThrow(BackupDamagedError);
  expect(await dumpOf(elsewhere.urls.app)).toEqual(before);
  expect(await besides(elsewhere)).toEqual([]);
});

test('sessions end and jobs under way are cancelled where a backup is restored', async () => {
  await using elsewhere = await createTestDatabases();
  await restoreBackup(partsOf(elsewhere), { file: backup.file }, recordingRun());
  await using connection = await connectTo(elsewhere.urls.app);
  const jobs = await connection.query('select kind, state from job order by id');
  expect(jobs.rows).toEqual([
    { kind: 'backup', state: 'cancelled' },
    { kind: 'scan', state: 'done' },
  ]);
  const sessions = await connection.query('select from session');
  expect(sessions.rowCount).toBe(0);
});

test('the restored changelog begins beyond every position of the old one and of the backup', async () => {
  await using elsewhere = await createTestDatabases();
  const [before, held] = [await changelogOf(elsewhere), await changelogOf(databases)];
  await restoreBackup(partsOf(elsewhere), { file: backup.file }, recordingRun());
  const after = await changelogOf(elsewhere);
  expect(after.trimmed).toBeGreaterThan(Math.max(before.newest, held.newest));
  expect(after.newest).toBe(after.trimmed);
  await restoreBackup(partsOf(elsewhere), { file: backup.file }, recordingRun());
  expect((await changelogOf(elsewhere)).trimmed).toBeGreaterThan(after.newest);
  await using connection = await connectTo(elsewhere.urls.fingerprint);
  await connection.query('update fingerprint set fingerprint = array[1, 2] where id = 1');
  const { newest, trimmed } = await changelogOf(elsewhere);
  expect(newest).toBe(trimmed + 1);
});

test('an id given out after the backup is not given out again where it is restored', async () => {
  await using elsewhere = await createTestDatabases();
  {
    await using connection = await connectTo(elsewhere.urls.ingest);
    await connection.query(`select setval('submission_id_seq', 5000)`);
  }
  await restoreBackup(partsOf(elsewhere), { file: backup.file }, recordingRun());
  await using connection = await connectTo(elsewhere.urls.ingest);
  const { rows } = await connection.query(`select nextval('submission_id_seq')::int as id`);
  expect(rows).toEqual([{ id: 5001 }]);
  await using fingerprint = await connectTo(elsewhere.urls.fingerprint);
  const other = await fingerprint.query(`select nextval('fingerprint_id_seq')::int as id`);
  expect(other.rows).toEqual([{ id: 1001 }]);
});

test('a backup under way keeps tables as they are, and lets months of the changelog come and go', async () => {
  await using source = await createTestDatabases();
  await using other = await connectTo(source.urls.fingerprint);
  await other.query(`set lock_timeout = '100ms'`);
  const outcomes: Record<string, string> = {};
  const tries = {
    column: 'alter table format add column more text',
    month: 'drop table fpindex_changelog_209901',
    row: `insert into format (name) values ('late')`,
  };
  await other.query(`create table fpindex_changelog_209901 partition of fpindex_changelog
    for values from ('2099-01-01') to ('2099-02-01')`);
  await using snapshots = await openSnapshots(source.urls, ['fingerprint'], recordingRun());
  const [snapshot] = snapshots.list;
  const format = snapshot?.tables.find(({ name }) => name === 'format');
  const changelog = snapshot?.tables.find(({ isPartitioned }) => isPartitioned);
  if (!snapshot || !format || !changelog) throw new Error('the tables are missing');
  await snapshot.withTable(changelog, (connection) =>
    connection.query('select from fpindex_changelog'),
  );
  for (const [what, sql] of Object.entries(tries)) {
    outcomes[what] = await other.query(sql).then(
      () => 'done',
      () => 'refused',
    );
  }
  const { rows } = await snapshot.withTable(format, (connection) =>
    connection.query(`select name from format where name = 'late'`),
  );
  expect(outcomes).toEqual({ column: 'refused', month: 'done', row: 'done' });
  expect(rows).toEqual([]);
});

test('trying a backup loads it, and leaves nothing behind', async () => {
  const run = recordingRun();
  const verified = await verifyBackup(parts, { file: backup.file, depth: 'restore' }, run);
  expect(verified).toMatchObject({ depth: 'restore', rows: backup.rows });
  expect(run.reports.at(-1)).toMatchObject({ done: backup.rows, total: backup.rows, unit: 'rows' });
  expect(await besides(databases)).toEqual([]);
});

test('those who are connected when a backup is restored are sent away, and find the new databases', async () => {
  await using elsewhere = await createTestDatabases();
  await using old = await connectTo(elsewhere.urls.fingerprint);
  await restoreBackup(partsOf(elsewhere), { file: backup.file }, recordingRun());
  await expect(old.query('select 1')).rejects.toThrow();
  await using fresh = await connectTo(elsewhere.urls.fingerprint);
  const { rows } = await fresh.query('select count(*)::int as count from fingerprint');
  expect(rows).toEqual([{ count: 40 }]);
});

test('a pool that was open before refuses the databases restored under it', async () => {
  await using elsewhere = await createTestDatabases();
  const replaced: string[] = [];
  await using open = openDatabases(elsewhere.urls, { onReplaced: (name) => replaced.push(name) });
  await open.ingest.pool.query('select 1');
  await restoreBackup(partsOf(elsewhere), { file: backup.file }, recordingRun());
  await expect(open.ingest.pool.query('select 1')).rejects.toThrow(UnavailableError);
  expect(replaced).toEqual(['ingest']);
});

test('a backup or a restore that is told to stop leaves all as it was', async () => {
  await using elsewhere = await createTestDatabases();
  const before = await dumpOf(elsewhere.urls.fingerprint);
  const reason = new Error('told to stop');
  for (const at of [0, 1, 5, 20, 40]) {
    const stop = new AbortController();
    const run = recordingRun(stop.signal);
    let reports = 0;
    const stopping = { ...run, report: () => void (reports++ === at && stop.abort(reason)) };
    await expect(restoreBackup(partsOf(elsewhere), { file: backup.file }, stopping)).rejects.toBe(
      reason,
    );
    expect(await besides(elsewhere)).toEqual([]);
  }
  expect(await dumpOf(elsewhere.urls.fingerprint)).toEqual(before);
  const stop = new AbortController();
  const stopping = { ...recordingRun(stop.signal), report: () => stop.abort(reason) };
  const other = join(folder, 'stopped');
  await expect(runBackup(parts, { folder: other }, stopping)).rejects.toBe(reason);
  expect(await readdir(other)).toEqual([]);
});

test('a backup of a newer program, or of other migrations, is refused by name', async () => {
  const newer = await rewritten(({ app }) => {
    app?.migrations.push({ version: 9000, name: 'future', checksum: 'x' });
  });
  await expect(restoreBackup(parts, { file: newer }, recordingRun())).rejects.toThrow(
    /made by a newer program: its app database is at schema version 9000/,
  );
  const changed = await rewritten(({ ingest }) => {
    const [first] = ingest?.migrations ?? [];
    if (first) first.checksum = 'another';
  });
  await expect(restoreBackup(parts, { file: changed }, recordingRun())).rejects.toThrow(
    /0001-submissions of the ingest database is not the one/,
  );
});

test('the rows of a table this program does not have are told of, and all else is restored', async () => {
  await using source = await createTestDatabases();
  await using connection = await connectTo(source.urls.ingest);
  await connection.query('create table notes (text text); insert into notes values (1)');
  const { file } = await runBackup(
    partsOf(source),
    { folder: join(folder, 'own') },
    recordingRun(),
  );
  await using elsewhere = await createTestDatabases();
  const run = recordingRun();
  const { skippedTables } = await restoreBackup(partsOf(elsewhere), { file }, run);
  expect(skippedTables).toEqual(['ingest/public.notes']);
  expect(run.lines.join()).toContain('ingest/public.notes is none of this program');
});

async function changelogOf({ urls }: TestDatabases): Promise<ChangelogReach> {
  await using open = openDatabases(urls);
  return await readChangelogReach(open.fingerprint.pool);
}

test('configuration and secrets come back: the file beside one that is in use, passwords when asked', async () => {
  const source = join(folder, 'with-config');
  const { config, secrets } = configPlacesOf(source);
  await mkdir(secrets, { recursive: true });
  await writeFile(config, '[nats]\ntoken = hidden\nport = 7\n');
  await writeFile(join(secrets, 'website-secret'), 'w\n');
  await writeFile(join(secrets, 'postgres-password'), 'p\n');
  const from = { ...parts, dataDir: source, configFile: config };
  const open = await runBackup(from, { folder: join(source, 'open') }, recordingRun());
  const all = await runBackup(
    from,
    { folder: join(source, 'all'), withSecrets: true },
    recordingRun(),
  );
  expect((await stat(all.file)).mode & 0o777).toBe(0o600);
  expect((await readFile(all.file)).includes('postgres-password')).toBe(false);
  await using elsewhere = await createTestDatabases();
  const target = { ...partsOf(elsewhere), dataDir: join(folder, 'target') };
  const places = configPlacesOf(target.dataDir);
  const withSecrets = { file: open.file, withSecrets: true };
  await expect(restoreBackup(target, withSecrets, recordingRun())).rejects.toThrow(
    'holds no secrets',
  );
  const first = await restoreBackup(target, { file: open.file }, recordingRun());
  expect(first.configFile).toBe(places.config);
  expect(await readFile(places.config, 'utf8')).toBe(
    '[nats]\n# token was left out of the backup\nport = 7\n',
  );
  const second = await restoreBackup(target, { file: all.file, withSecrets: true }, recordingRun());
  expect(second.configFile).toBe(`${places.config}.from-backup`);
  expect(await readFile(`${places.config}.from-backup`, 'utf8')).toContain('token = hidden');
  expect(await readdir(places.secrets)).toEqual(['website-secret']);
});

test('one section is taken out of a backup as it went in', async () => {
  const to = join(folder, 'formats.txt');
  await extractSection(
    { file: backup.file, section: 'fingerprint/public.format', to },
    recordingRun(),
  );
  expect(await readFile(to, 'utf8')).toBe('1\tFLAC\n');
  await expect(
    extractSection({ file: backup.file, section: 'nothing', to: `${to}.2` }, recordingRun()),
  ).rejects.toThrow(/has no section nothing; it has app\/public.account, /);
});

/** The databases beside the real ones. */
async function besides({ urls }: TestDatabases): Promise<string[]> {
  await using connection = await connectTo(urls.app);
  const { rows } = await connection.query<{ datname: string }>(
    `select datname from pg_database where datname ~ '_(scratch|replaced)$'
       and datname ~ $1`,
    [new URL(urls.app).pathname.slice(1, -'_app'.length)],
  );
  return rows.map(({ datname }) => datname);
}

/** The backup with another manifest, its checksums right. */
async function rewritten(change: (databases: Manifest['databases']) => void): Promise<string> {
  await using reader = await BackupReader.open(backup.file);
  const file = join(folder, 'rewritten.acoustid-backup');
  await rm(file, { force: true });
  await using writer = await BackupWriter.create(file);
  for (const [number, { name }] of reader.manifest.sections.entries()) {
    await writer.addSection({ name, content: reader.content(number), isTable: name.includes('/') });
  }
  change(reader.manifest.databases);
  await writer.finish(reader.manifest);
  return file;
}
