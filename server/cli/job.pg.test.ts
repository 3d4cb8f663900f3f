import { Writable } from 'node:stream';
import { Command } from 'commander';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabases } from '../../e2e/harness/postgres.ts';
import type { TestDatabases } from '../../e2e/harness/postgres.ts';
import { openDatabases } from '../db/databases.ts';
import type { Databases } from '../db/databases.ts';
import { registerJob } from './job.ts';
import { Output } from './output.ts';
import { registerTask } from './task.ts';

let databases: TestDatabases;
let own: Databases;

beforeAll(async () => {
  databases = await createTestDatabases();
  own = openDatabases(databases.settings);
});

afterAll(async () => {
  await own[Symbol.asyncDispose]();
  await databases[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await own.app.pool.query('truncate job, task restart identity cascade');
});

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
  const output = new Output(sink, sink);
  registerJob(program, () => openDatabases(databases.settings), output);
  registerTask(program, () => openDatabases(databases.settings), output);
  await program.parseAsync(args, { from: 'user' });
  return out;
}

async function json(...args: string[]): Promise<unknown> {
  return JSON.parse(await acoustid(...args, '--json'));
}

test('a job is started, listed, steered and shown', async () => {
  expect(await acoustid('job', 'start', 'backup', '--params', '{"prune": true}')).toBe(
    'Job 1 is queued\n',
  );
  expect(await json('job', 'pause', '1')).toMatchObject({ id: 1, state: 'paused' });
  expect(await acoustid('job', 'list', '--state', 'paused')).toMatch(/^1 +backup +paused/m);
  expect(await acoustid('job', 'resume', '1')).toBe('Job 1 is queued\n');
  expect(await acoustid('job', 'cancel', '1')).toBe('Job 1 is cancelled\n');
  expect(await json('job', 'show', '1')).toMatchObject({
    kind: 'backup',
    params: { prune: true, verify: 'no', withSecrets: false },
    state: 'cancelled',
  });
});

test('the log of a job is read from where one left off', async () => {
  await own.app.pool.query(`insert into job (kind) values ('backup')`);
  await own.app.pool.query(
    `insert into job_log (job_id, line) select 1, 'line ' || n from generate_series(1, 5) n`,
  );
  const lines = (await json('job', 'log', '1', '--limit', '2')) as { id: number; line: string }[];
  expect(lines.map(({ line }) => line)).toEqual(['line 4', 'line 5']);
  const first = String((lines[0]?.id ?? 0) - 3);
  expect(await json('job', 'log', '1', '--after', first)).toHaveLength(4);
});

test.each([
  [['job', 'start', 'dance'], /There is no kind of job "dance"; there are .*backup/],
  [['job', 'start', 'backup', '--params', '{"verify": "maybe"}'], /Parameters of backup/],
  [['job', 'start', 'backup', '--params', 'yes'], /yes is not JSON/],
  [['job', 'show', '7'], /There is no job 7/],
  [['job', 'pause', 'x'], /"x" is not an id/],
  [['job', 'list', '--limit', '0'], /no number from 1/],
  [['task', 'start', 'dance'], /There is no task "dance"/],
  [['task', 'start', 'update_lookup_stats', '--args', '{"partition": 256}'], /Arguments of update/],
  [['task', 'retry'], /Say which dead tasks/],
  [['task', 'retry', '1', '--all'], /Say which dead tasks/],
  [['task', 'retry', '1'], /Only 0 of these 1 are dead/],
])('%j is refused, and nothing is queued', async (args, message) => {
  await expect(acoustid(...args)).rejects.toThrow(message);
  expect(await json('job', 'list')).toEqual([]);
  expect(await json('task', 'list')).toEqual([]);
});

test('a task is queued once, and a dead one again', async () => {
  expect(await acoustid('task', 'start', 'update_stats')).toBe('Task 1 is queued\n');
  expect(await acoustid('task', 'start', 'update_stats')).toBe('update_stats waits already\n');
  await own.app.pool.query(`update task set state = 'dead', error = 'no luck'`);
  expect(await acoustid('task', 'list', '--state', 'dead')).toMatch(/dead .*update_stats.*no luck/);
  expect(await json('task', 'retry', '--all')).toEqual({ retried: 1 });
  expect(await json('task', 'list')).toMatchObject([
    { name: 'update_stats', state: 'queued', attempts: 0, error: null },
  ]);
});
