import { Readable, Writable } from 'node:stream';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { insertLinkedTracks } from '../../e2e/harness/linked-tracks.ts';
import { createTestDatabases } from '../../e2e/harness/postgres.ts';
import type { TestDatabases } from '../../e2e/harness/postgres.ts';
import { openDatabases } from '../db/databases.ts';
import type { Databases } from '../db/databases.ts';
import { registerModeration } from './moderation.ts';
import { CommandError, Output } from './output.ts';

const MERGE = '{"kind":"track_merge","target":1,"sources":[2]}';

let testDatabases: TestDatabases;
let databases: Databases;

beforeEach(async () => {
  testDatabases = await createTestDatabases();
  databases = openDatabases(testDatabases.urls);
  await insertLinkedTracks(databases.fingerprint.pool, 3);
});

afterEach(async () => {
  await databases[Symbol.asyncDispose]();
  await testDatabases[Symbol.asyncDispose]();
});

async function run(args: readonly string[], input = ''): Promise<string> {
  let printed = '';
  const sink = new Writable({
    write(chunk, _encoding, done) {
      printed += String(chunk);
      done();
    },
  });
  const program = new Command('acoustid')
    .option('--json')
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  registerModeration(program, {
    open: () => openDatabases(testDatabases.urls),
    input: Readable.from([input]),
    output: new Output(sink, sink),
  });
  await program.parseAsync(['moderation', ...args], { from: 'user' });
  return printed;
}

async function mergedTracks(): Promise<object[]> {
  const { rows } = await databases.fingerprint.pool.query(
    'select id from track where new_id = 1 order by id',
  );
  return rows;
}

test('an act is previewed, done, listed, shown and undone', async () => {
  const preview = JSON.parse(await run(['preview', MERGE, '--json']));
  expect(preview.changes).toContainEqual(
    expect.objectContaining({
      table: 'track',
      id: 2,
      after: expect.objectContaining({ new_id: 1 }),
    }),
  );
  expect(await mergedTracks()).toEqual([{ id: 4 }]);
  const applied = JSON.parse(await run(['apply', '--note', 'same take', '--json'], MERGE));
  expect(applied).toMatchObject({ id: expect.any(Number), counts: preview.counts, listed: true });
  expect(await mergedTracks()).toEqual([{ id: 2 }, { id: 4 }]);
  const id = String(applied.id);
  expect(JSON.parse(await run(['show', id, '--json'])).changes.length).toBeGreaterThan(0);
  expect(await run(['undo', id, '--note', 'no'])).toMatch(/^Act \d+ is done: rows changed: /);
  expect(await mergedTracks()).toEqual([{ id: 4 }]);
  expect(await run(['log', '--track', '2', '--kind', 'track_merge'])).toMatch(
    /track_merge +- +undone by \d+ +same take\n$/,
  );
});

test.each([
  [['apply', '{"kind":"track_merge"}', '--note', 'x'], 'That is no act: '],
  [['apply', 'merge', '--note', 'x'], 'The act is not JSON.'],
  [['apply', MERGE, '--note', ' '], 'A note has 1 to 2000 characters.'],
  [['undo', '77', '--note', 'x'], 'there is no act 77. Nothing has been changed.'],
  [
    ['apply', '{"kind":"track_merge","target":1,"sources":[99]}', '--note', 'x'],
    'there is no track 99. Nothing has been changed.',
  ],
])('%j is refused in words', async (args, message) => {
  const refused = run(args);
  await expect(refused).rejects.toThrow(CommandError);
  await expect(refused).rejects.toThrow(message);
});

test('an act is not done without a note', async () => {
  await expect(run(['apply', MERGE])).rejects.toThrow('--note');
  expect(await mergedTracks()).toEqual([{ id: 4 }]);
});
