import { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabases } from '../../e2e/harness/postgres.ts';
import type { TestDatabases } from '../../e2e/harness/postgres.ts';
import { createLog } from '../log.ts';
import { manageFpindexChangelog } from './changelog-retention.ts';
import type { ChangelogRetention } from './changelog-retention.ts';

let databases: TestDatabases;
let pool: Pool;

beforeAll(async () => {
  databases = await createTestDatabases();
  pool = new Pool({ connectionString: databases.urls.fingerprint, max: 4 });
});

afterAll(async () => {
  await pool.end();
  await databases[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await pool.query('truncate fpindex_changelog, fpindex_meta restart identity');
});

function manage(): Promise<ChangelogRetention> {
  return manageFpindexChangelog({ location: databases.urls.fingerprint }, createLog('fatal'));
}

/** Makes the partition of a month so many months before this one, and puts entries into it. */
async function makeOld(monthsBack: number, entries = 0): Promise<string> {
  const { rows } = await pool.query<{ name: string; month: string }>(
    `select 'fpindex_changelog_' || to_char(m, 'YYYYMM') as name, to_char(m, 'YYYY-MM-DD') as month
     from (select date_trunc('month', now() at time zone 'UTC') - make_interval(months => $1) as m) q`,
    [monthsBack],
  );
  const { month = '', name = '' } = rows[0] ?? {};
  await pool.query(`drop table if exists ${name}`);
  await pool.query(
    `create table ${name} partition of fpindex_changelog
     for values from ('${month} 00:00:00+00') to ('${month} 00:00:00+00'::timestamptz + interval '20 days')`,
  );
  await pool.query(
    `insert into fpindex_changelog (fingerprint_id, query, created)
     select n, '{16}', '${month} 12:00:00+00'::timestamptz from generate_series(1, $1::int) n`,
    [entries],
  );
  return name;
}

async function partitions(): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'fpindex_changelog'::regclass order by 1`,
  );
  return rows.map(({ name }) => name);
}

async function mark(): Promise<unknown> {
  const { rows } = await pool.query(
    `select last_deleted_id, last_deleted_created is not null as created,
       last_deleted_xid is not null as xid from fpindex_meta`,
  );
  return rows;
}

test('two whole months behind the current one are kept, older ones dropped oldest first', async () => {
  const kept = [await makeOld(2, 1), await makeOld(1, 1)];
  const older = [await makeOld(5), await makeOld(3)];
  const { dropped, failures, monthsCovered } = await manage();
  expect(dropped).toEqual(older);
  expect(failures).toBe(0);
  expect(monthsCovered).toBe(13);
  expect(await partitions()).toEqual(expect.arrayContaining(kept));
  expect((await partitions()).filter((name) => older.includes(name))).toEqual([]);
});

test('this month and twelve more are made where they are missing', async () => {
  const before = await partitions();
  const lost = before.slice(-2);
  for (const name of lost) await pool.query(`drop table ${name}`);
  expect(await manage()).toMatchObject({ monthsCovered: 13, failures: 0 });
  expect(await partitions()).toEqual(before);
});

test('the highest position of what is dropped is remembered, and never goes back', async () => {
  await makeOld(4, 3);
  await makeOld(3, 4);
  await manage();
  expect(await mark()).toEqual([{ last_deleted_id: '7', created: true, xid: true }]);
  await pool.query(`select setval('fpindex_changelog_id_seq', 1, false)`);
  await makeOld(3, 2);
  await makeOld(4, 0);
  expect((await manage()).dropped).toHaveLength(2);
  expect(await mark()).toEqual([{ last_deleted_id: '7', created: true, xid: true }]);
});

test('an empty month leaves no mark', async () => {
  await makeOld(6);
  expect((await manage()).dropped).toHaveLength(1);
  expect(await mark()).toEqual([]);
});

test('a table with a name of another kind is left alone', async () => {
  await pool.query(
    `create table fpindex_changelog_2001 partition of fpindex_changelog
     for values from ('2001-01-01') to ('2001-02-01')`,
  );
  expect((await manage()).dropped).toEqual([]);
  await pool.query('drop table fpindex_changelog_2001');
});

test('a month somebody reads is left for the next time, and its rows stay readable', async () => {
  const name = await makeOld(3, 2);
  const reader = await pool.connect();
  try {
    await reader.query('begin');
    await reader.query(`select from ${name}`);
    const outcome = await manage();
    expect(outcome).toMatchObject({ dropped: [], failures: 1, monthsCovered: 13 });
    expect((await reader.query(`select from ${name}`)).rowCount).toBe(2);
  } finally {
    await reader.query('rollback');
    reader.release();
  }
  expect((await manage()).dropped).toEqual([name]);
});

test('without a mark the partition stays', async () => {
  const name = await makeOld(3, 1);
  const holder = await pool.connect();
  try {
    await holder.query('begin');
    await holder.query('lock table fpindex_meta in exclusive mode');
    expect(await manage()).toMatchObject({ dropped: [], failures: 1 });
  } finally {
    await holder.query('rollback');
    holder.release();
  }
  expect(await partitions()).toContain(name);
  expect((await manage()).dropped).toEqual([name]);
});

test('a gap this month is counted as nothing covered', async () => {
  const [current = ''] = (await partitions()).slice(-13);
  await pool.query(`drop table ${current}`);
  // Nobody can make it: the changelog itself is being read.
  const reader = await pool.connect();
  try {
    await reader.query('begin');
    await reader.query('select from fpindex_changelog limit 1');
    expect(await manage()).toMatchObject({ failures: 1, monthsCovered: 0 });
  } finally {
    await reader.query('rollback');
    reader.release();
  }
  expect(await manage()).toMatchObject({ failures: 0, monthsCovered: 13 });
});
