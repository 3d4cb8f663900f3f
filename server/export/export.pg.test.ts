import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabases } from '../../e2e/harness/postgres.ts';
import type { TestDatabases } from '../../e2e/harness/postgres.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from '../../e2e/harness/temporary-folder.ts';
import { recordingRun } from '../backup/testing/recording-run.ts';
import { connectTo } from '../backup/connection.ts';
import { packFingerprint } from '../fingerprint/packed.ts';
import { exportOwnData, ExportError } from './export.ts';
import type { ExportSummary } from './export.ts';
import { untilDayIsOver } from './export-queries.ts';

const STREAMS = [
  'fingerprint',
  'meta',
  'track',
  'track_fingerprint',
  'track_mbid',
  'track_meta',
  'track_puid',
];
const ODD = 'tab\t line\n back\\slash "quote" ü 🎵 \u2028';
const PACKED = Uint32Array.of(1, 2, 0xffffffff, 0x80000000);

let databases: TestDatabases;
let folder: string;

beforeAll(async () => {
  folder = await makeTemporaryFolder('export');
  databases = await createTestDatabases();
  await using connection = await connectTo(databases.urls.fingerprint);
  await connection.query(`
    insert into source (application_id, account_id) values (1, 1);
    -- 1 and 2 were submitted here, 3 came with public data, 4 was merged into 1.
    insert into track (id, gid, created, updated, new_id) values
      (1, '00000000-0000-4000-8000-000000000001', '2026-01-10 23:59:59.999999+00', null, null),
      (2, '00000000-0000-4000-8000-000000000002', '2026-01-11 00:00+00', null, null),
      (3, '00000000-0000-4000-8000-000000000003', '2026-01-11 12:00+00', null, null),
      (4, '00000000-0000-4000-8000-000000000004', '2025-01-01 12:00+00', '2026-01-12 08:00+00', 1);
    insert into fingerprint (id, track_id, fingerprint, length, created, updated) values
      (1, 1, '{-2147483648,0,2147483647}', 180, '2026-01-10 23:59:59.999999+00', '2026-01-12 01:00+00'),
      (3, 3, '{5}', 100, '2026-01-11 12:00+00', null);
    insert into fingerprint_source (fingerprint_id, source_id, submission_id) values (1, 1, 1);
    insert into track_mbid (id, track_id, mbid, created, updated, disabled, submission_count) values
      (1, 1, '10000000-0000-4000-8000-000000000001', '2026-01-10 01:00+00', '2026-01-10 02:00+00', true, 0),
      (2, 2, '10000000-0000-4000-8000-000000000002', '2026-01-11 01:00+00', null, false, 3),
      (3, 3, '10000000-0000-4000-8000-000000000003', '2026-01-11 01:00+00', null, false, 3);
    insert into track_mbid_source (track_mbid_id, source_id) values (1, 1), (2, 1);
    insert into track_puid (id, track_id, puid, created) values
      (1, 1, '20000000-0000-4000-8000-000000000001', '2026-01-12 01:00+00');
    insert into track_puid_source (track_puid_id) values (1);
    insert into meta (id, track, artist, year, created) values
      (1, E'tab\\t line\\n back\\\\slash "quote" ü 🎵 \\u2028', '', 1999, '2026-01-10 00:00+00'),
      (2, 'public', null, null, '2026-01-10 00:00+00');
    insert into track_meta (id, track_id, meta_id, created) values
      (1, 1, 1, '2026-01-10 00:00+00'), (2, 3, 2, '2026-01-10 00:00+00');
    insert into track_meta_source (track_meta_id) values (1);`);
  // One that is stored packed only.
  await connection.query('begin');
  await connection.query(
    `insert into fingerprint (id, track_id, length, created) values (2, 2, 90, '2026-01-11 00:00+00')`,
  );
  await connection.query(
    'insert into fingerprint_data (fingerprint_id, fingerprint) values (2, $1)',
    [packFingerprint(PACKED)],
  );
  await connection.query(`select fpindex_changelog_append(2, '{16}')`);
  await connection.query(
    'insert into fingerprint_source (fingerprint_id, submission_id) values (2, 2)',
  );
  await connection.query('commit');
});

afterAll(async () => {
  await databases[Symbol.asyncDispose]();
  removeTemporaryFolder(folder);
});

async function exportTo(name: string, to: string, from?: string): Promise<ExportSummary> {
  const options = { folder: join(folder, name), to, ...(from === undefined ? {} : { from }) };
  return await exportOwnData(databases.urls.fingerprint, options, recordingRun());
}

async function linesOf(name: string, day: string, stream: string): Promise<string[]> {
  const file = join(folder, name, '2026', '2026-01', `${day}-${stream}-update.jsonl.gz`);
  const text = gunzipSync(await readFile(file)).toString('utf8');
  expect(text === '' || text.endsWith('\n')).toBe(true);
  return text.split('\n').slice(0, -1);
}

test('each line is what the public files have, for our own rows alone', async () => {
  const summary = await exportTo('lines', '2026-01-12');
  expect(summary).toMatchObject({ from: '2026-01-10', to: '2026-01-12', files: 21, skipped: 0 });
  expect(await linesOf('lines', '2026-01-10', 'track')).toEqual([
    '{"id":1,"gid":"00000000-0000-4000-8000-000000000001","created":"2026-01-10T23:59:59.999999+00:00"}',
  ]);
  expect(await linesOf('lines', '2026-01-11', 'track')).toEqual([
    '{"id":2,"gid":"00000000-0000-4000-8000-000000000002","created":"2026-01-11T00:00:00+00:00"}',
  ]);
  expect(await linesOf('lines', '2026-01-12', 'track')).toEqual([
    '{"id":4,"gid":"00000000-0000-4000-8000-000000000004","new_id":1,"created":"2025-01-01T12:00:00+00:00","updated":"2026-01-12T08:00:00+00:00"}',
  ]);
  expect(await linesOf('lines', '2026-01-10', 'fingerprint')).toEqual([
    '{"id":1,"fingerprint":[-2147483648,0,2147483647],"length":180,"created":"2026-01-10T23:59:59.999999+00:00"}',
  ]);
  expect(await linesOf('lines', '2026-01-11', 'fingerprint')).toEqual([
    '{"id":2,"fingerprint":[1,2,-1,-2147483648],"length":90,"created":"2026-01-11T00:00:00+00:00"}',
  ]);
  const created =
    '"created":"2026-01-10T23:59:59.999999+00:00","updated":"2026-01-12T01:00:00+00:00"';
  const counted = `{"track_id":1,"fingerprint_id":1,"submission_count":1,${created}}`;
  expect(await linesOf('lines', '2026-01-10', 'track_fingerprint')).toEqual([counted]);
  expect(await linesOf('lines', '2026-01-12', 'track_fingerprint')).toEqual([counted]);
  expect(await linesOf('lines', '2026-01-10', 'track_mbid')).toEqual([
    '{"track_id":1,"mbid":"10000000-0000-4000-8000-000000000001","submission_count":0,"disabled":true,"created":"2026-01-10T01:00:00+00:00","updated":"2026-01-10T02:00:00+00:00"}',
  ]);
  expect(await linesOf('lines', '2026-01-11', 'track_mbid')).toEqual([
    '{"track_id":2,"mbid":"10000000-0000-4000-8000-000000000002","submission_count":3,"created":"2026-01-11T01:00:00+00:00"}',
  ]);
  expect(await linesOf('lines', '2026-01-12', 'track_puid')).toEqual([
    '{"track_id":1,"puid":"20000000-0000-4000-8000-000000000001","submission_count":1,"created":"2026-01-12T01:00:00+00:00"}',
  ]);
  expect(await linesOf('lines', '2026-01-10', 'track_meta')).toEqual([
    '{"track_id":1,"meta_id":1,"submission_count":1,"created":"2026-01-10T00:00:00+00:00"}',
  ]);
  const metas = await linesOf('lines', '2026-01-10', 'meta');
  expect(metas.map((line) => JSON.parse(line) as unknown)).toEqual([
    { id: 1, track: ODD, artist: '', year: 1999, created: '2026-01-10T00:00:00+00:00' },
  ]);
});

test('a quiet day has seven files without a row, and every folder says what is in it', async () => {
  await exportTo('quiet', '2026-01-13', '2026-01-13');
  for (const stream of STREAMS) expect(await linesOf('quiet', '2026-01-13', stream)).toEqual([]);
  const read = async (...path: string[]): Promise<unknown> =>
    JSON.parse(await readFile(join(folder, 'quiet', ...path, 'index.json'), 'utf8'));
  expect(await read()).toEqual([{ name: '2026/' }]);
  expect(await read('2026')).toEqual([{ name: '2026-01/' }]);
  expect(await read('2026', '2026-01')).toEqual(
    STREAMS.map((stream) => ({ name: `2026-01-13-${stream}-update.jsonl.gz`, size: 20 })),
  );
});

test('two exports of the same days are the same bytes', async () => {
  await exportTo('first', '2026-01-12');
  await exportTo('second', '2026-01-12');
  expect(await digestOf('first')).toEqual(await digestOf('second'));
});

test('an export that was ended goes on where it was, and a later one adds the new days', async () => {
  await exportTo('whole', '2026-01-12');
  await exportTo('parts', '2026-01-10');
  const month = join(folder, 'parts', '2026', '2026-01');
  // As a killed one leaves it: a file not written, another half.
  await rm(join(month, '2026-01-10-track_meta-update.jsonl.gz'));
  await writeFile(join(month, '2026-01-10-track_meta-update.jsonl.gz.partial'), 'half');
  expect(await exportTo('parts', '2026-01-12')).toMatchObject({ files: 15, skipped: 6 });
  expect(await digestOf('parts')).toEqual(await digestOf('whole'));
  expect(await exportTo('parts', '2026-01-12')).toMatchObject({ files: 0, skipped: 21, rows: 0 });
});

test('days that are not over, no days, or the wrong way round are refused', async () => {
  const today = new Date().toISOString().slice(0, 10);
  for (const [to, from] of [[today], ['2026-02-30'], ['x'], ['2026-01-01', '2026-01-02']]) {
    await expect(exportTo('refused', to ?? '', from)).rejects.toThrow(ExportError);
  }
});

test('a day is over when no transaction is open that began before its end', async () => {
  await using other = await connectTo(databases.urls.fingerprint);
  await using connection = await connectTo(databases.urls.fingerprint);
  const today = new Date().toISOString().slice(0, 10);
  await other.query('begin');
  await other.query('select pg_current_xact_id()');
  const stop = new AbortController();
  const reason = new Error('waited');
  const waiting = untilDayIsOver(connection, today, stop.signal);
  stop.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  const still = new AbortController().signal;
  await untilDayIsOver(connection, '2026-01-10', still);
  await other.query('rollback');
  await untilDayIsOver(connection, today, still);
});

/** Names and contents of all files of an export. */
async function digestOf(name: string): Promise<Record<string, string>> {
  const root = join(folder, name);
  const digests: Record<string, string> = {};
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    digests[path.slice(root.length)] = createHash('sha256').update(bytes).digest('hex');
  }
  return digests;
}
