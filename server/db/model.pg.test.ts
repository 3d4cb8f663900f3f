import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REFERENCE, hasReferenceData } from '../../e2e/harness/dataset.ts';
import { createTestDatabases } from '../../e2e/harness/postgres.ts';
import type { TestDatabases } from '../../e2e/harness/postgres.ts';
import { DATABASE_NAMES } from '../config/settings.ts';
import type { DatabaseName } from '../config/settings.ts';

let databases: TestDatabases;
const clients = new Map<DatabaseName, Client>();

beforeAll(async () => {
  databases = await createTestDatabases();
  for (const name of DATABASE_NAMES) {
    const client = new Client({ connectionString: databases.urls[name] });
    await client.connect();
    clients.set(name, client);
  }
});

afterAll(async () => {
  for (const client of clients.values()) await client.end();
  await databases[Symbol.asyncDispose]();
});

async function query<T extends object>(database: DatabaseName, sql: string): Promise<T[]> {
  const { rows } = await clients.get(database)!.query<T>(sql);
  return rows;
}

const ONE_TRACK = `insert into track (gid) values (gen_random_uuid()) returning id`;

describe.each(DATABASE_NAMES)('in the %s database', (database) => {
  test('every foreign key says what a delete does: cascade or set null', async () => {
    const rows = await query(
      database,
      `select conrelid::regclass::text as table, conname from pg_constraint
       where contype = 'f' and confdeltype not in ('c', 'n')`,
    );
    expect(rows).toEqual([]);
  });

  test('every foreign key has an index, except where the other side never goes', async () => {
    const rows = await query<{ key: string }>(
      database,
      `select conrelid::regclass::text || '.' || a.attname as key from pg_constraint k
       join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
       where k.contype = 'f' and not exists (
         select from pg_index i where i.indrelid = k.conrelid and i.indkey[0] = k.conkey[1])`,
    );
    const formats = database === 'fingerprint' ? ['fingerprint.format_id'] : [];
    expect(rows.map(({ key }) => key)).toEqual(formats);
  });

  test('no time is without its zone', async () => {
    const rows = await query(
      database,
      `select table_name, column_name from information_schema.columns
       where data_type = 'timestamp without time zone' and table_schema in ('public', 'musicbrainz')`,
    );
    expect(rows).toEqual([]);
  });

  test('every table has a primary key', async () => {
    const rows = await query(
      database,
      `select oid::regclass::text as table from pg_class c
       where relkind in ('r', 'p') and relnamespace::regnamespace::text in ('public', 'musicbrainz')
         and not exists (select from pg_constraint where conrelid = c.oid and contype = 'p')`,
    );
    expect(rows).toEqual([]);
  });
});

describe('values that make no sense are refused:', () => {
  const fingerprint = (values: string): string =>
    `insert into fingerprint (track_id, fingerprint, length, bitrate, submission_count)
     values ((select max(id) from track), '{1}', ${values})`;
  const submission = (values: string): string =>
    `insert into submission (fingerprint, length, bitrate) values ('{1}', ${values})`;
  const cases: [string, DatabaseName, string][] = [
    ['a fingerprint of no length', 'fingerprint', fingerprint('0, 1, 1')],
    ['a fingerprint of no bitrate', 'fingerprint', fingerprint('1, 0, 1')],
    ['a negative submission count', 'fingerprint', fingerprint('1, 1, -1')],
    ['a submission of no length', 'ingest', submission('0, 1')],
    ['a submission of no bitrate', 'ingest', submission('1, 0')],
    [
      'a verdict nobody knows',
      'ingest',
      `insert into submission_result (submission_id, verdict) values (1, 'maybe')`,
    ],
    [
      'a skip without a reason',
      'ingest',
      `insert into submission_result (submission_id, verdict) values (1, 'skipped:')`,
    ],
    ['an unknown state of a job', 'app', `insert into job (kind, state) values ('scan', 'odd')`],
    ['an account without a key', 'app', `insert into account (name, apikey) values ('a', '')`],
    [
      'an account with fewer than no submissions',
      'app',
      `insert into account (name, apikey, submission_count) values ('a', 'k', -1)`,
    ],
    [
      'a second row of what retention removed',
      'fingerprint',
      `insert into fpindex_meta (singleton) values (true), (false)`,
    ],
    [
      'an MBID link merged into itself',
      'fingerprint',
      `insert into track_mbid (id, track_id, mbid, merged_into)
       values (1, (select max(id) from track), gen_random_uuid(), 1)`,
    ],
  ];

  test.each(cases)('%s', async (_what, database, sql) => {
    if (database === 'fingerprint') await query(database, ONE_TRACK);
    await expect(query(database, sql)).rejects.toMatchObject({ code: '23514' });
  });
});

describe('what must be storable is:', () => {
  test('a skipped submission, which has no track', async () => {
    await query(
      'ingest',
      `insert into submission_result (submission_id, verdict) values (7, 'skipped:empty_query')`,
    );
  });

  test('a title of 5,000 characters', async () => {
    await query('fingerprint', `insert into meta (track) values (repeat('x', 5000))`);
  });

  test('the same vector twice, the second without a gid', async () => {
    await query(
      'fingerprint',
      `with t as (${ONE_TRACK}), f as (
         insert into fingerprint (track_id, fingerprint, length)
         select id, '{1}', 10 from t, generate_series(1, 2) returning id
       )
       insert into fingerprint_data (fingerprint_id, gid, fingerprint, simhash)
       select id, null, '\\x01', -2 from f`,
    );
    const rows = await query('fingerprint', 'select simhash_cube::text from fingerprint_data');
    expect(rows[0]).toEqual({ simhash_cube: '(255, 255, 255, 254)' });
  });
});

test('two sources without a version are the same source', async () => {
  const sql = 'insert into source (application_id, account_id) values (1, 1)';
  await query('fingerprint', sql);
  await expect(query('fingerprint', sql)).rejects.toMatchObject({ code: '23505' });
});

test('deleting a submission keeps its result and takes it off the queue', async () => {
  await query(
    'ingest',
    `with s as (insert into submission (id, fingerprint, length) values (90, '{1}', 1) returning id),
       p as (insert into pending_submission (id) select id from s)
     insert into submission_result (submission_id) select id from s`,
  );
  await query('ingest', 'delete from submission where id = 90');
  expect(await query('ingest', 'select from pending_submission where id = 90')).toHaveLength(0);
  expect(
    await query('ingest', 'select from submission_result where submission_id = 90'),
  ).toHaveLength(1);
});

describe('lookups per hour', () => {
  beforeAll(async () => {
    await query(
      'app',
      `insert into application (id, name, apikey) values (-1, 'one', 'key1'), (-2, 'two', 'key2')`,
    );
  });

  test('are kept by the full hour and its UTC day, whatever is given', async () => {
    const rows = await query(
      'app',
      `insert into stats_lookups (hour, date, application_id)
       values ('2026-03-01 00:59:59+02', '1999-09-09', -1)
       returning hour at time zone 'UTC' = '2026-02-28 22:00' as full_hour, date::text`,
    );
    expect(rows).toEqual([{ full_hour: true, date: '2026-02-28' }]);
  });

  test('are read and written in the shape upstream has them', async () => {
    await query(
      'app',
      `insert into stats_lookups_upstream (date, hour, application_id, count_hits, count_nohits)
       values ('2026-03-02', 23, -2, 5, 6)`,
    );
    await query(
      'app',
      'update stats_lookups_upstream set count_nohits = 7 where application_id = -2',
    );
    expect(
      await query(
        'app',
        `select hour at time zone 'UTC' = '2026-03-02 23:00' as hour, count_hits, count_misses
         from stats_lookups where application_id = -2`,
      ),
    ).toEqual([{ hour: true, count_hits: 5, count_misses: 7 }]);
    await query('app', 'delete from stats_lookups_upstream where application_id = -2');
    expect(await query('app', 'select from stats_lookups where application_id = -2')).toEqual([]);
  });

  test('are read from JSON rows of both shapes', async () => {
    const rows = await query(
      'app',
      `select hour at time zone 'UTC' = '2026-03-02 05:00' as hour, count_misses
       from jsonb_populate_recordset(null::stats_lookups, '[
         {"date": "2026-03-02", "hour": 5, "application_id": 1, "count_nohits": 3},
         {"hour": "2026-03-02T05:00:00Z", "application_id": 1, "count_misses": 3}]')`,
    );
    expect(rows).toEqual([
      { hour: true, count_misses: 3 },
      { hour: true, count_misses: 3 },
    ]);
  });
});

test('an application survives its owner, a login does not', async () => {
  await query('app', `insert into account (id, name, apikey) values (50, 'gone', 'gone')`);
  await query('app', `insert into account_openid (openid, account_id) values ('o', 50)`);
  await query('app', `insert into application (name, apikey, account_id) values ('a', 'kept', 50)`);
  await query('app', 'delete from account where id = 50');
  expect(await query('app', `select account_id from application where apikey = 'kept'`)).toEqual([
    { account_id: null },
  ]);
  expect(await query('app', 'select from account_openid')).toEqual([]);
});

test('track_stats counts fingerprints, enabled MBIDs and submissions each once', async () => {
  await query(
    'fingerprint',
    `with t as (insert into track (id, gid) values (700, gen_random_uuid()) returning id),
       f as (insert into fingerprint (track_id, fingerprint, length, submission_count)
         select id, '{1}', 10, 3 from t, generate_series(1, 2))
     insert into track_mbid (track_id, mbid, disabled)
     select id, gen_random_uuid(), n = 3 from t, generate_series(1, 3) n`,
  );
  await query('fingerprint', 'refresh materialized view concurrently track_stats');
  expect(await query('fingerprint', 'select * from track_stats where track_id = 700')).toEqual([
    { track_id: 700, fingerprint_count: '2', mbid_count: '2', total_submissions: '6' },
  ]);
});

test.skipIf(!hasReferenceData())('the MusicBrainz tables are those of a full export', async () => {
  const columns = JSON.parse(await readFile(`${REFERENCE}/data/mb-columns.json`, 'utf8')) as Record<
    string,
    [string, string, boolean][]
  >; // the file's shape, see its sibling
  const rows = await query<{ table: string; columns: [string, string, boolean][] }>(
    'musicbrainz',
    `select c.relname as table, json_agg(
       json_build_array(a.attname, upper(case
         when a.atthasdef and pg_get_expr(d.adbin, d.adrelid) like 'nextval%' then 'serial'
         else replace(replace(format_type(a.atttypid, a.atttypmod),
           'character varying', 'varchar'), 'character', 'char') end), not a.attnotnull)
       order by a.attnum) as columns
     from pg_attribute a join pg_class c on c.oid = a.attrelid
     left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
     where a.attnum > 0 and c.relkind = 'r' and c.relnamespace = 'musicbrainz'::regnamespace
     group by c.relname`,
  );
  expect(Object.fromEntries(rows.map((row) => [row.table, row.columns]))).toEqual(columns);
});
