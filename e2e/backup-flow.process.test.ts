/**
 * A backup taken while submissions flow in, restored on another appliance: what was accepted before
 * is imported there exactly once, and what is submitted there afterwards as well.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabases } from '../server/db/databases.ts';
import { ApiClient } from './harness/api-client.ts';
import { startAppliance } from './harness/appliance.ts';
import type { TestAppliance } from './harness/appliance.ts';
import { acoustid, firstClient } from './harness/first-keys.ts';
import { degraded, fingerprintText, syntheticHashes } from './harness/synthetic-fingerprint.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from './harness/temporary-folder.ts';

const CLI = fileURLToPath(new URL('../main/cli.ts', import.meta.url));
const run = promisify(execFile);
const RECORDINGS = 12;
const BATCH = 4;
const BACKUPS = 3;
const IMPORT_DEADLINE_MS = 60_000;

let source: TestAppliance;
let client: ApiClient;
let folder: string;

beforeAll(async () => {
  folder = await makeTemporaryFolder('backups');
  source = await startAppliance();
  client = await firstClient(source);
});

afterAll(async () => {
  await source[Symbol.asyncDispose]();
  removeTemporaryFolder(folder);
});

interface Made {
  readonly file: string;
  /** Acknowledged before the backup began. */
  readonly accepted: readonly number[];
}

test('what was accepted before a backup is imported exactly once where it is restored', async () => {
  const acknowledged: number[] = [];
  const stop = new AbortController();
  const submitting = keepSubmitting(client, acknowledged, stop.signal);
  const made: Made[] = [];
  for (let round = 0; round < BACKUPS; round += 1) {
    const before = acknowledged.length;
    await expect.poll(() => acknowledged.length, { timeout: 20_000 }).toBeGreaterThan(before + 20);
    const accepted = [...acknowledged];
    const to = join(folder, String(round));
    const { file } = await acoustid<{ file: string }>(source.dataDir, ['db', 'backup', '--to', to]);
    made.push({ file, accepted });
  }
  stop.abort();
  await submitting;
  await using target = await startAppliance();
  const there = new ApiClient(target.api, client.keys);
  for (const { accepted, file } of made) {
    await acoustid(target.dataDir, ['db', 'restore', file, '--yes']);
    await expectExactlyOnce(target, accepted);
    // Ids that the backup's fingerprints came from must not be given out a second time.
    const fresh = await submitBatch(there, 0);
    await there.untilImported(fresh);
    await expectExactlyOnce(target, [...accepted, ...fresh]);
    await expectFound(there);
  }
}, 480_000);

test('an index further on than the restored databases gives no answer of its own', async () => {
  await using appliance = await startAppliance();
  const api = await firstClient(appliance);
  const first = await submitOne(api, 1);
  await api.untilImported(first);
  const { file } = await acoustid<{ file: string }>(appliance.dataDir, ['db', 'backup']);
  // In the index, at a number that the restored changelog would give to the next fingerprint.
  await api.untilImported(await submitOne(api, 2));
  await acoustid(appliance.dataDir, ['db', 'restore', file, '--yes']);
  await expect.poll(() => found(api, 1), { timeout: 20_000 }).toEqual([{ id: mbidOf(1) }]);
  expect(await found(api, 2)).toBeUndefined();
  await api.untilImported(await submitOne(api, 3));
  await expect.poll(() => found(api, 3), { timeout: 20_000 }).toEqual([{ id: mbidOf(3) }]);
  expect(await found(api, 1)).toEqual([{ id: mbidOf(1) }]);
  expect(await found(api, 2)).toBeUndefined();
});

test('an index kept in a backup is one the engine takes back', async () => {
  const to = join(folder, 'index');
  const args = ['db', 'backup', '--to', to, '--with-index'];
  const made = await acoustid<{ file: string }>(source.dataDir, args);
  const snapshot = join(to, 'main.snapshot');
  await acoustid(source.dataDir, ['db', 'extract', made.file, 'index', '--to', snapshot]);
  const target = ['--dir', join(to, 'restored'), '--index', 'main', '--input', snapshot];
  const { stdout } = await run(process.execPath, [CLI, 'index', 'restore', ...target]);
  expect(JSON.parse(stdout)).toMatchObject({ index: 'main' });
});

async function submitOne(api: ApiClient, recording: number): Promise<number[]> {
  return await api.submit({
    fingerprint: fingerprintText(syntheticHashes(500 + recording)),
    duration: 100 + recording * 20,
    mbid: mbidOf(recording),
  });
}

async function keepSubmitting(
  api: ApiClient,
  acknowledged: number[],
  stop: AbortSignal,
): Promise<void> {
  for (let turn = 0; !stop.aborted; turn += 1) acknowledged.push(...(await submitBatch(api, turn)));
}

async function submitBatch(api: ApiClient, turn: number): Promise<number[]> {
  const fields: Record<string, string | number> = {};
  for (let member = 0; member < BATCH; member += 1) {
    const recording = (turn * BATCH + member) % RECORDINGS;
    fields[`fingerprint.${member}`] = fingerprintText(
      degraded(syntheticHashes(500 + recording), 3 + (turn % 5)),
    );
    fields[`duration.${member}`] = 100 + recording * 20;
    fields[`mbid.${member}`] = mbidOf(recording);
  }
  return await api.submit(fields);
}

function mbidOf(recording: number): string {
  return `00000000-0000-4000-8000-${String(recording).padStart(12, '0')}`;
}

/** Counts in the databases themselves, when nothing is pending any more. */
async function expectExactlyOnce(
  { run }: TestAppliance,
  accepted: readonly number[],
): Promise<void> {
  await using databases = openDatabases(run().postgres);
  const { fingerprint, ingest } = databases;
  const open = async (): Promise<number | null> =>
    (await ingest.pool.query('select from pending_submission')).rowCount;
  await expect.poll(open, { timeout: IMPORT_DEADLINE_MS }).toBe(0);
  const { rows: results } = await ingest.pool.query<{ ids: number[]; skipped: number }>(
    `select array_agg(submission_id order by submission_id) as ids,
       count(*) filter (where verdict like 'skipped%')::int as skipped from submission_result`,
  );
  expect(results[0]?.skipped).toBe(0);
  expect(results[0]?.ids).toEqual(expect.arrayContaining([...accepted]));
  const { rows } = await fingerprint.pool.query<{
    ids: number[];
    links: number[];
    fingerprints: number;
    tracks: number;
  }>(`
    select
      (select array_agg(submission_id order by submission_id) from fingerprint_source) as ids,
      (select array_agg(submission_id order by submission_id) from track_mbid_source) as links,
      (select sum(submission_count)::int from fingerprint) as fingerprints,
      (select count(*)::int from track) as tracks`);
  const [found] = rows;
  expect(found?.ids).toEqual(expect.arrayContaining(results[0]?.ids ?? []));
  expect(found?.links).toEqual(found?.ids);
  expect(found?.fingerprints).toBe(found?.ids.length);
  expect(found?.tracks).toBe(RECORDINGS);
}

async function expectFound(api: ApiClient): Promise<void> {
  for (let recording = 0; recording < RECORDINGS; recording += 1) {
    await expect
      .poll(() => found(api, recording), { timeout: 20_000 })
      .toEqual([{ id: mbidOf(recording) }]);
  }
}

/** The recordings of the best result; a lookup that is refused while the index is built, in words. */
async function found(api: ApiClient, recording: number): Promise<unknown> {
  const fingerprint = fingerprintText(syntheticHashes(500 + recording));
  const duration = 100 + recording * 20;
  const results = api.lookup({ fingerprint, duration, meta: 'recordingids' });
  return await results.then(([best]) => best?.recordings, String);
}
