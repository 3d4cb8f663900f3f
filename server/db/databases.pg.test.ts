import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabases, startPostgres } from '../../e2e/harness/postgres.ts';
import type { TestDatabases } from '../../e2e/harness/postgres.ts';
import { openDatabases, withTransaction } from './databases.ts';
import type { Databases } from './databases.ts';

let databases: TestDatabases;
let open: Databases;

beforeAll(async () => {
  databases = await createTestDatabases();
  open = openDatabases(databases.settings);
});

afterAll(async () => {
  await open[Symbol.asyncDispose]();
  await databases[Symbol.asyncDispose]();
});

test('whole numbers of eight bytes are read as numbers', async () => {
  const { rows } = await open.app.pool.query(
    `select 9007199254740991 as id, array[1::int8, null] as ids, '{}'::int8[] as none, count(*) as count`,
  );
  expect(rows).toEqual([{ id: Number.MAX_SAFE_INTEGER, ids: [1, null], none: [], count: 1 }]);
});

test('a whole number too large for a number is an error, not another number', async () => {
  await expect(open.app.pool.query('select 9007199254740993 as id')).rejects.toThrow(
    '9007199254740993 does not fit a number',
  );
  expect((await open.app.pool.query('select 1 as alive')).rows).toEqual([{ alive: 1 }]);
});

test('a time is a Date and a day is text, whatever the zone of this process', async () => {
  const { rows } = await open.app.pool.query(
    `select '2026-11-21 10:00:00+02'::timestamptz as time, '2026-11-21'::date as day`,
  );
  expect(rows).toEqual([{ time: new Date('2026-11-21T08:00:00Z'), day: '2026-11-21' }]);
});

test('Kysely reads and writes the tables by their row types', async () => {
  const { kysely } = open.app;
  await kysely.insertInto('job').values({ kind: 'scan', params: '{"folder":"/music"}' }).execute();
  const job = await kysely.selectFrom('job').selectAll().executeTakeFirstOrThrow();
  expect(job).toMatchObject({ kind: 'scan', state: 'queued', params: { folder: '/music' } });
  expect(job.created).toBeInstanceOf(Date);
});

test('each database is reached by a URL as well as by settings', async () => {
  await using byUrl = openDatabases(databases.urls);
  const { rows } = await byUrl.musicbrainz.pool.query('select current_database() as name');
  expect(rows).toEqual([{ name: databases.settings.musicbrainz.database }]);
});

test('a statement that takes too long is ended by the server', async () => {
  await using impatient = openDatabases(databases.settings, { statementTimeoutMs: 20 });
  await expect(impatient.app.pool.query('select pg_sleep(60)')).rejects.toMatchObject({
    code: '57014',
  });
});

test('no more connections are made than the settings allow', async () => {
  const settings = { ...databases.settings.app, poolSize: 2 };
  await using few = openDatabases({ ...databases.settings, app: settings });
  const pids = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const { rows } = await few.app.pool.query<{ pid: number }>('select pg_backend_pid() as pid');
      return rows[0]?.pid;
    }),
  );
  expect(new Set(pids).size).toBeLessThanOrEqual(2);
});

test('disposing twice closes once', async () => {
  const twice = openDatabases(databases.settings);
  await twice[Symbol.asyncDispose]();
  await twice[Symbol.asyncDispose]();
  await expect(twice.app.pool.query('select 1')).rejects.toThrow('after calling end');
});

describe('a transaction', () => {
  const insert = `insert into setting (key, value) values ($1, '1')`;

  async function keys(): Promise<string[]> {
    const rows = await open.app.kysely.selectFrom('setting').select('key').execute();
    return rows.map(({ key }) => key);
  }

  test('is committed when the work returns, and gives its value', async () => {
    const value = await withTransaction(open.app.pool, async (client) => {
      await client.query(insert, ['kept']);
      return 7;
    });
    expect(value).toBe(7);
    expect(await keys()).toContain('kept');
  });

  test('is rolled back when the work throws, and the error passes on', async () => {
    const work = withTransaction(open.app.pool, async (client) => {
      await client.query(insert, ['lost']);
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await keys()).not.toContain('lost');
  });

  test('whose connection dies fails, and the pool goes on with another', async () => {
    const work = withTransaction(open.app.pool, async (client) => {
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      await open.app.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
      await client.query('select 1');
    });
    await expect(work).rejects.toThrow(/terminat|not queryable/);
    expect((await open.app.pool.query('select 1 as alive')).rows).toEqual([{ alive: 1 }]);
  });
});

test('a killed PostgreSQL is told about, and found again when it is back', async () => {
  await using server = await startPostgres();
  const location = `${server.url}/postgres`;
  const lost: string[] = [];
  await using survivor = openDatabases(
    { app: location, fingerprint: location, ingest: location, musicbrainz: location },
    { onConnectionLost: (database) => lost.push(database) },
  );
  await survivor.app.pool.query('select 1');
  const held = await survivor.ingest.pool.connect();
  await server.kill();
  await expect.poll(() => lost).toContain('app');
  await expect(held.query('select 1')).rejects.toThrow(/not queryable|terminated/);
  held.release(true);
  await expect(survivor.app.pool.query('select 1')).rejects.toThrow('ECONNREFUSED');
  await server.start();
  expect((await survivor.app.pool.query('select 2 as two')).rows).toEqual([{ two: 2 }]);
});
