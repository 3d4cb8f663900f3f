import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabases } from '../../e2e/harness/postgres.ts';
import type { TestDatabases } from '../../e2e/harness/postgres.ts';
import { holdAdvisoryLock } from './advisory-lock.ts';
import { openDatabases } from './databases.ts';
import type { Databases } from './databases.ts';

let databases: TestDatabases;
let one: Databases;
let two: Databases;

beforeAll(async () => {
  databases = await createTestDatabases();
  one = openDatabases(databases.settings);
  two = openDatabases(databases.settings);
});

afterAll(async () => {
  await one[Symbol.asyncDispose]();
  await two[Symbol.asyncDispose]();
  await databases[Symbol.asyncDispose]();
});

test('one process holds a lock, and the next gets it when it is given back', async () => {
  const lock = await holdAdvisoryLock(one.app.pool, 'leader');
  expect(await holdAdvisoryLock(two.app.pool, 'leader')).toBeUndefined();
  await lock?.[Symbol.asyncDispose]();
  let next: Awaited<ReturnType<typeof holdAdvisoryLock>>;
  // The server closes the connection in its own time.
  await expect
    .poll(async () => (next = await holdAdvisoryLock(two.app.pool, 'leader')) !== undefined)
    .toBe(true);
  await next?.[Symbol.asyncDispose]();
});

test('locks of other names are others', async () => {
  await using cron = await holdAdvisoryLock(one.app.pool, 'cron');
  await using backup = await holdAdvisoryLock(two.app.pool, 'backup');
  expect([cron, backup]).not.toContain(undefined);
});

test('the holder learns that its connection, and so its lock, is gone', async () => {
  await using lock = await holdAdvisoryLock(one.app.pool, 'watched');
  await two.app.pool.query(
    `select pg_terminate_backend(pid) from pg_locks
     where locktype = 'advisory' and granted and pid <> pg_backend_pid()`,
  );
  await expect.poll(() => lock?.lost.aborted).toBe(true);
  await using next = await holdAdvisoryLock(two.app.pool, 'watched');
  expect(next).toBeDefined();
});
