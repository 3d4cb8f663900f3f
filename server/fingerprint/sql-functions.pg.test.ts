import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  bitsOf,
  listComparisons,
  listOldComparisons,
  listQueries,
} from '../../e2e/harness/fingerprint-vectors.ts';
import { createTestDatabases } from '../../e2e/harness/postgres.ts';
import type { TestDatabases } from '../../e2e/harness/postgres.ts';
import { shortestFloat32 } from './float32.ts';

const BATCH_SIZE = 50;

let databases: TestDatabases;
let client: Client;

beforeAll(async () => {
  databases = await createTestDatabases();
  client = new Client({ connectionString: databases.urls.fingerprint });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await databases[Symbol.asyncDispose]();
});

function literal(hashes: Uint32Array): string {
  return `{${Int32Array.from(hashes).join(',')}}`;
}

const queries = listQueries();
test(`acoustid_extract_query answers ${queries.length} vectors as upstream does`, async () => {
  for (const { name, hashes, expected } of queries) {
    const { rows } = await client.query<{ query: number[] }>(
      'select acoustid_extract_query($1::int[]) as query',
      [literal(hashes)],
    );
    expect({ name, query: Uint32Array.from(rows[0]?.query ?? []) }).toEqual({
      name,
      query: expected,
    });
  }
});

const comparisons = listComparisons();
test(`acoustid_compare2 answers ${comparisons.length} vectors as upstream does`, async () => {
  for (let from = 0; from < comparisons.length; from += BATCH_SIZE) {
    const batch = comparisons.slice(from, from + BATCH_SIZE);
    const { rows } = await client.query<{ score: number }>(
      `select acoustid_compare2(a::int[], b::int[], o) as score
       from unnest($1::text[], $2::text[], $3::int[]) with ordinality as t (a, b, o, n) order by n`,
      [
        batch.map(({ a }) => literal(a)),
        batch.map(({ b }) => literal(b)),
        batch.map(({ maxOffset }) => maxOffset),
      ],
    );
    expect(rows.map(({ score }) => bitsOf(score))).toEqual(batch.map(({ bits }) => bits));
  }
}, 120_000);

const oldComparisons = listOldComparisons();
test(`acoustid_compare answers ${oldComparisons.length} vectors as upstream does`, async () => {
  for (const { name, a, b, bits } of oldComparisons) {
    const { rows } = await client.query<{ score: number }>(
      'select acoustid_compare($1::int[], $2::int[]) as score',
      [literal(a), literal(b)],
    );
    expect({ name, bits: bitsOf(rows[0]?.score ?? Number.NaN) }).toEqual({ name, bits });
  }
}, 120_000);

test('arrays count from their first element wherever their bounds lie', async () => {
  const { rows } = await client.query(
    `select acoustid_extract_query('[5:7]={16,32,48}') as query,
       acoustid_compare2('[0:3]={1,2,3,4}', '[7:10]={1,2,3,4}') as compare2,
       acoustid_compare('[0:3]={1,2,3,4}', '[7:10]={1,2,3,4}') as compare`,
  );
  expect(rows[0]).toMatchObject({ query: [16, 32, 48], compare: 1 });
  const plain = await client.query(`select acoustid_compare2('{1,2,3,4}', '{1,2,3,4}') as score`);
  expect(rows[0].compare2).toBe(plain.rows[0].score);
});

test('nulls within an array and arrays of arrays are refused', async () => {
  await expect(client.query(`select acoustid_extract_query('{1,null}')`)).rejects.toMatchObject({
    code: '22004',
  });
  await expect(client.query(`select acoustid_compare2('{{1},{2}}', '{1}')`)).rejects.toMatchObject({
    code: '2202E',
  });
});

test('a null argument gives null, an empty one an empty query and no score', async () => {
  const { rows } = await client.query(
    `select acoustid_extract_query(null) as "null", acoustid_extract_query('{}') as empty,
       acoustid_compare('{}', '{1}') as compare, acoustid_compare2('{1}', '{}', 80) as compare2`,
  );
  expect(rows[0]).toEqual({ null: null, empty: [], compare: 0, compare2: 0 });
});

test('float32 values print as PostgreSQL prints them', async () => {
  // Every power of two, where shortest printing is hardest, and a spread of scores.
  const powers = Array.from({ length: 277 }, (_, index) => 2 ** (index - 149));
  const scores = Array.from({ length: 5000 }, (_, index) => Math.fround((index * 0.61803398) % 1));
  const values = [...powers, ...scores];
  const { rows } = await client.query<{ text: string }>(
    `select value::real::text as text
     from unnest($1::float8[]) with ordinality as t (value, n) order by n`,
    [values],
  );
  expect(values.map((value) => String(shortestFloat32(value)))).toEqual(
    rows.map(({ text }) => String(Number(text))),
  );
});
