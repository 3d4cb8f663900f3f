/**
 * `kill -9` of a backup and of a restore at random moments: no partial file looks whole, and the
 * databases are the old ones or the restored ones, all of them, never a mix.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listBackups } from '../server/backup/backup-folder.ts';
import { startAppliance } from './harness/appliance.ts';
import type { TestAppliance } from './harness/appliance.ts';
import { acoustid } from './harness/first-keys.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from './harness/temporary-folder.ts';

const CLI = fileURLToPath(new URL('../main/cli.ts', import.meta.url));
const ROUNDS = 8;
const MARKED = ['app', 'fingerprint', 'ingest'] as const;
/** Makes backup and restore last long enough to be met at different points. */
const ROWS = 2000;

let appliance: TestAppliance;
let folder: string;

beforeAll(async () => {
  folder = await makeTemporaryFolder('backups');
  appliance = await startAppliance();
  await query(
    'fingerprint',
    `insert into track (gid) select gen_random_uuid() from generate_series(1, ${ROWS});
     insert into fingerprint (track_id, length, fingerprint)
       select id, 200, array(select (random() * 1e9)::int + id * 0 from generate_series(1, 300))
       from track`,
  );
});

afterAll(async () => {
  await appliance[Symbol.asyncDispose]();
  removeTemporaryFolder(folder);
});

test(`${ROUNDS} backups killed at random moments leave none that looks whole and is not`, async () => {
  const begun = performance.now();
  await acoustid(appliance.dataDir, ['db', 'backup', '--to', folder]);
  const lasts = performance.now() - begun;
  for (let round = 0; round < ROUNDS; round += 1) {
    await runKilled(['db', 'backup', '--to', folder], Math.random() * lasts);
    for (const { problem } of await listBackups(folder)) expect(problem).toBeUndefined();
  }
  await acoustid(appliance.dataDir, ['db', 'backup', '--to', folder]);
  const names = await readdir(folder);
  expect(names.filter((name) => !name.endsWith('.acoustid-backup'))).toEqual([]);
  for (const { file } of await listBackups(folder)) {
    await acoustid(appliance.dataDir, ['db', 'verify', file, '--depth', 'checksums']);
  }
});

test(`${ROUNDS} restores killed at random moments leave the old data or the restored`, async () => {
  const files = new Map<string, string>();
  for (const state of ['old', 'new']) {
    for (const name of MARKED) await mark(name, state);
    const to = join(folder, state);
    const { file } = await acoustid<{ file: string }>(appliance.dataDir, [
      'db',
      'backup',
      '--to',
      to,
    ]);
    files.set(state, file);
  }
  const restoreOf = (state: string): string[] => ['db', 'restore', files.get(state) ?? '', '--yes'];
  const begun = performance.now();
  await acoustid(appliance.dataDir, restoreOf('old'));
  const lasts = performance.now() - begun;
  expect(await marks()).toEqual(['old', 'old', 'old']);
  let now = 'old';
  for (let round = 0; round < ROUNDS; round += 1) {
    const other = now === 'old' ? 'new' : 'old';
    await runKilled(restoreOf(other), Math.random() * lasts);
    const found = await marks();
    expect(new Set(found).size, found.join()).toBe(1);
    now = found[0] ?? now;
  }
  await acoustid(appliance.dataDir, restoreOf('new'));
  expect(await marks()).toEqual(['new', 'new', 'new']);
  const { rows } = await query(
    'app',
    `select datname from pg_database where datname ~ '_(scratch|replaced)$'`,
  );
  expect(rows).toEqual([]);
  const count = await query('fingerprint', 'select count(*)::int as count from fingerprint');
  expect(count.rows).toEqual([{ count: ROWS }]);
}, 480_000);

/** Starts a command and ends it without its leave after so long, or lets it end by itself before. */
async function runKilled(args: readonly string[], afterMs: number): Promise<void> {
  const child = spawn(process.execPath, [CLI, ...args, '--data-dir', appliance.dataDir], {
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  await Promise.race([delay(afterMs), exited]);
  child.kill('SIGKILL');
  await exited;
}

const MARK = {
  app: `insert into setting values ('mark', to_jsonb($1::text))
    on conflict (key) do update set value = excluded.value`,
  fingerprint: `insert into format (id, name) values (1, $1)
    on conflict (id) do update set name = excluded.name`,
  ingest: `insert into submission_result (submission_id, foreignid) values (1, $1)
    on conflict (submission_id) do update set foreignid = excluded.foreignid`,
} as const;

const READ = {
  app: `select value #>> '{}' as mark from setting where key = 'mark'`,
  fingerprint: 'select name as mark from format where id = 1',
  ingest: 'select foreignid as mark from submission_result where submission_id = 1',
} as const;

async function mark(name: keyof typeof MARK, state: string): Promise<void> {
  await query(name, MARK[name], [state]);
}

async function marks(): Promise<string[]> {
  const found: string[] = [];
  for (const name of MARKED) {
    const { rows } = await query(name, READ[name]);
    found.push(String(rows[0]?.['mark']));
  }
  return found;
}

/** By a connection of its own: a kept one may be to the database that was. */
async function query(
  name: keyof typeof MARK,
  sql: string,
  values?: string[],
): Promise<{ rows: Record<string, unknown>[] }> {
  const client = new Client({ connectionString: appliance.run().postgres[name] });
  await client.connect();
  try {
    return await client.query<Record<string, unknown>>(sql, values);
  } finally {
    await client.end();
  }
}
