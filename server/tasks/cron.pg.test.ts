import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startService } from '../../e2e/harness/service.ts';
import type { TestService } from '../../e2e/harness/service.ts';
import { Cron } from './cron.ts';
import type { Schedule } from './schedules.ts';
import { listTasks } from './task-queries.ts';

const SCHEDULES: readonly Schedule[] = [
  { name: 'daily', pattern: '10 0 * * *', task: 'update_stats' },
  { name: 'minutely', pattern: '* * * * *', task: 'update_all_lookup_stats' },
];
const START_MS = new Date(2026, 10, 20, 12, 0, 30).getTime();
const DAY_MS = 86_400_000;

let service: TestService;
let stack: AsyncDisposableStack;
let nowMs = START_MS;

beforeAll(async () => {
  service = await startService({ roles: [] });
});

afterAll(async () => {
  await service[Symbol.asyncDispose]();
});

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  nowMs = START_MS;
  await app().query('truncate task, cron_run');
});

afterEach(async () => {
  await stack.disposeAsync();
});

const app = (): TestService['context']['databases']['app']['pool'] =>
  service.context.databases.app.pool;

function startCron(): Cron {
  const { databases, log, tasks } = service.context;
  const { location } = databases.app;
  const cron = stack.use(
    new Cron({ location, queue: tasks, schedules: SCHEDULES, log, now: () => nowMs }),
  );
  cron.start();
  return cron;
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it did not come about in 20 s');
    await delay(10);
  }
}

async function queued(): Promise<string[]> {
  const tasks = await listTasks(app(), { limit: 100 });
  return tasks.map(({ name }) => name).sort();
}

async function lastRuns(): Promise<Record<string, number>> {
  const { rows } = await app().query<{ schedule: string; last_run: Date }>(
    'select schedule, last_run from cron_run',
  );
  return Object.fromEntries(rows.map((row) => [row.schedule, row.last_run.getTime()]));
}

/** `kill -9` of whoever leads, as PostgreSQL sees it. */
async function endLeader(): Promise<void> {
  await app().query(
    `select pg_terminate_backend(a.pid) from pg_stat_activity a
     join pg_locks l on l.pid = a.pid and l.locktype = 'advisory' and l.granted
     where a.application_name = 'acoustid-cron' and a.datname = current_database()`,
  );
}

test('the first start queues nothing and remembers since when', async () => {
  startCron();
  await until(async () => Object.keys(await lastRuns()).length === 2);
  expect(await lastRuns()).toEqual({ daily: START_MS, minutely: START_MS });
  expect(await queued()).toEqual([]);
});

test('what came round during a downtime is queued once, at the next start', async () => {
  await app().query(`insert into cron_run values ('daily', $1), ('minutely', $1)`, [
    new Date(START_MS - 3 * DAY_MS),
  ]);
  startCron();
  await until(async () => (await queued()).length > 0);
  expect(await queued()).toEqual(['update_all_lookup_stats', 'update_stats']);
  expect(await lastRuns()).toEqual({ daily: START_MS, minutely: START_MS });
});

test('of two processes one leads; when it is lost the other does, and nothing is queued twice', async () => {
  const first = startCron();
  await until(() => first.isLeader);
  const second = startCron();
  await until(async () => (await waitingForLead()) === 2);
  expect(second.isLeader).toBe(false);
  nowMs += 60_000;
  await endLeader();
  await until(async () => (await queued()).length > 0);
  await until(() => first.isLeader !== second.isLeader);
  expect(await queued()).toEqual(['update_all_lookup_stats']);
  expect(await lastRuns()).toEqual({ daily: START_MS, minutely: nowMs });
});

/** Connections of crons, those that wait included. */
async function waitingForLead(): Promise<number> {
  const { rows } = await app().query<{ count: number }>(
    `select count(*) from pg_stat_activity
     where application_name = 'acoustid-cron' and datname = current_database()`,
  );
  return rows[0]?.count ?? 0;
}

test('a leader that stops makes room at once', async () => {
  const first = startCron();
  await until(() => first.isLeader);
  const second = startCron();
  await first[Symbol.asyncDispose]();
  await until(() => second.isLeader);
  expect(first.isLeader).toBe(false);
});
