import * as fc from 'fast-check';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabases } from '../../e2e/harness/postgres.ts';
import type { TestDatabases } from '../../e2e/harness/postgres.ts';
import { intArrayBytes, joinArrays, readIntArray } from './int-array.ts';

let databases: TestDatabases;
let pool: Pool;

beforeAll(async () => {
  databases = await createTestDatabases();
  pool = new Pool({ connectionString: databases.urls.fingerprint, max: 1 });
});

afterAll(async () => {
  await pool.end();
  await databases[Symbol.asyncDispose]();
});

const hashes = fc
  .array(fc.integer({ min: 0, max: 0xffff_ffff }), { maxLength: 50 })
  .map((values) => Uint32Array.from(values));

test('PostgreSQL reads what we write and we read what it sends', async () => {
  await fc.assert(
    fc.asyncProperty(hashes, async (values) => {
      const { rows } = await pool.query<{ text: string; sent: Buffer }>(
        'select $1::int[]::text as text, array_send($1::int[]) as sent',
        [intArrayBytes(values)],
      );
      expect(rows[0]?.text).toBe(`{${Int32Array.from(values).join(',')}}`);
      expect(readIntArray(rows[0]?.sent ?? Buffer.alloc(0))).toEqual(values);
    }),
    { numRuns: 50 },
  );
});

test('joined arrays are cut apart again by their places', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(hashes, { maxLength: 8 }), async (arrays) => {
      const { firsts, joined, lasts } = joinArrays(arrays);
      const { rows } = await pool.query<{ text: string }>(
        `select ($1::int[])[first:last]::text as text
         from unnest($2::int[], $3::int[]) as place (first, last)`,
        [joined, firsts, lasts],
      );
      expect(rows.map(({ text }) => text)).toEqual(
        arrays.map((values) => `{${Int32Array.from(values).join(',')}}`),
      );
    }),
    { numRuns: 50 },
  );
});

test.each([
  `array_send(array[1, null]::int[])`,
  `array_send('{{1,2},{3,4}}'::int[])`,
  `array_send('{1}'::bigint[])`,
  `'\\x0000'::bytea`,
])('%s is refused', async (sql) => {
  const { rows } = await pool.query<{ sent: Buffer }>(`select ${sql} as sent`);
  expect(() => readIntArray(rows[0]?.sent ?? Buffer.alloc(0))).toThrow(RangeError);
});
