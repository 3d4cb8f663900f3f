import { Client } from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabases } from '../../e2e/harness/postgres.ts';
import { createVectorIndex, dropVectorIndex } from './vector-index.ts';

test('the index over vectors is made once, mended when half-made, and dropped', async () => {
  await using databases = await createTestDatabases();
  const location = databases.urls.fingerprint;
  const client = new Client({ connectionString: location });
  await client.connect();
  const valid = async (): Promise<unknown> => {
    const { rows } = await client.query<{ indisvalid: boolean }>(
      `select indisvalid from pg_index where indexrelid = to_regclass('fingerprint_fingerprint_idx')`,
    );
    return rows[0]?.indisvalid;
  };
  await createVectorIndex(location);
  await createVectorIndex(location);
  expect(await valid()).toBe(true);
  await client.query(
    `update pg_index set indisvalid = false where indexrelid = 'fingerprint_fingerprint_idx'::regclass`,
  );
  await createVectorIndex(location);
  expect(await valid()).toBe(true);
  await dropVectorIndex(location);
  await dropVectorIndex(location);
  expect(await valid()).toBeUndefined();
  await client.end();
});
