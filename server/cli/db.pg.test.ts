import { Writable } from 'node:stream';
import { Command, CommanderError } from 'commander';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabases } from '../../e2e/harness/postgres.ts';
import type { TestDatabases } from '../../e2e/harness/postgres.ts';
import { openDatabases } from '../db/databases.ts';
import { fileNameOf } from '../db/migrate.ts';
import { readMigrations } from '../db/migration-files.ts';
import { registerDb } from './db.ts';
import { CommandError, Output } from './output.ts';

let databases: TestDatabases;

beforeEach(async () => {
  databases = await createTestDatabases();
});

afterEach(() => databases[Symbol.asyncDispose]());

async function acoustid(...args: string[]): Promise<string> {
  let out = '';
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      out += chunk.toString();
      done();
    },
  });
  const program = new Command('acoustid').option('--json').exitOverride();
  program.configureOutput({ writeErr: () => undefined });
  registerDb(program, () => openDatabases(databases.settings), new Output(sink, sink));
  await program.parseAsync(['db', 'migrate', ...args], { from: 'user' });
  return out;
}

async function json(...args: string[]): Promise<unknown> {
  return JSON.parse(await acoustid(...args, '--json'));
}

test('status shows each database, for people and for programs', async () => {
  const latest = (await readMigrations('ingest')).at(-1)?.version;
  expect(await acoustid('status')).toMatch(/^fingerprint +current +\d+ +\d+$/m);
  expect(await json('status', '--database', 'ingest')).toEqual({
    databases: [{ database: 'ingest', state: 'current', version: latest, latest, pending: [] }],
  });
});

test('down and up move one database', async () => {
  const [one, two] = (await readMigrations('fingerprint')).slice(-2);
  expect(await json('down', '--database', 'fingerprint', '--steps', '2')).toEqual({
    undone: [
      { database: 'fingerprint', version: two?.version, name: two?.name },
      { database: 'fingerprint', version: one?.version, name: one?.name },
    ],
  });
  expect(await acoustid('up', '--database', 'fingerprint', '--to', `${one?.version}`)).toBe(
    `fingerprint: ${fileNameOf(one!)} applied\n`,
  );
  expect(await acoustid('up')).toBe(`fingerprint: ${fileNameOf(two!)} applied\n`);
  expect(await acoustid('up')).toBe('Nothing to apply.\n');
});

test('everything goes down with --to -1, and comes back', async () => {
  await acoustid('down', '--database', 'app', '--to', '-1');
  expect(await json('history', '--database', 'app')).toEqual({ history: [] });
  await acoustid('up');
  expect(await acoustid('history')).toMatch(/^app +0001-accounts +\d{4}-\d\d-\d\dT/m);
});

test('the index over vectors comes and goes by its flag', async () => {
  const there = async (): Promise<unknown> => {
    await using open = openDatabases(databases.settings);
    const { rows } = await open.fingerprint.pool.query<{ name: string | null }>(
      `select to_regclass('fingerprint_fingerprint_idx')::text as name`,
    );
    return rows[0]?.name;
  };
  await acoustid('up', '--vector-index');
  await acoustid('up');
  expect(await there()).toBe('fingerprint_fingerprint_idx');
  await acoustid('up', '--no-vector-index');
  expect(await there()).toBeNull();
});

test('what cannot be meant is refused', async () => {
  await expect(acoustid('up', '--to', '3')).rejects.toThrow(CommandError);
  await expect(acoustid('down')).rejects.toThrow(CommanderError);
  await expect(acoustid('up', '--database', 'other')).rejects.toThrow(CommanderError);
  await expect(acoustid('up', '--database', 'app', '--steps', 'x')).rejects.toThrow(CommanderError);
  await expect(acoustid('up', '--colour')).rejects.toThrow(CommanderError);
});
