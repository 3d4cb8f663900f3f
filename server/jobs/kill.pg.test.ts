/** `kill -9` of processes that run jobs and tasks, or flush counters, at random moments. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasProgram } from '../../e2e/harness/audio.ts';
import { startRedis } from '../../e2e/harness/redis.ts';
import { databaseFlags, startService } from '../../e2e/harness/service.ts';
import type { TestService } from '../../e2e/harness/service.ts';
import { createLog } from '../log.ts';
import { openRedis } from '../redis.ts';
import { flushAllCounters, flushPartsOf } from '../stats/flush-counters.ts';
import { insertTasks } from '../tasks/task-queries.ts';
import { getJob, insertJob, listJobLog } from './job-queries.ts';

const VICTIM = fileURLToPath(new URL('../../e2e/harness/victim.ts', import.meta.url));
const KILLS = 4;
const KILL_WITHIN_MS = 400;
const STEPS = 400;
const TASKS = 300;

let service: TestService;

beforeAll(async () => {
  service = await startService({ roles: [] });
  await app().query('create table step (n int primary key); create table note (n int primary key)');
});

afterAll(async () => {
  await service[Symbol.asyncDispose]();
});

const app = (): TestService['context']['databases']['app']['pool'] =>
  service.context.databases.app.pool;

async function startVictim(what: string, redisUrl?: string): Promise<ChildProcess> {
  const flags = {
    ...databaseFlags(service.databases.settings),
    'nats.url': service.nats.url,
    'nats.token': service.nats.token,
    'index.url': service.engine.url,
    'appliance.log_level': 'fatal',
    ...(redisUrl !== undefined && { 'redis.url': redisUrl }),
  };
  const args = [VICTIM, what, JSON.stringify(flags)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 25_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it did not come about in 25 s');
    await delay(20);
  }
}

async function countOf(table: 'step' | 'note'): Promise<number> {
  const { rows } = await app().query<{ n: number }>(`select count(*) as n from ${table}`);
  return rows[0]?.n ?? 0;
}

test(
  'a job and tasks go on in the next process, from what was reached',
  { timeout: 60_000 },
  async () => {
    const { id } = await insertJob(app(), { kind: 'count', params: { to: STEPS } });
    const all = Array.from({ length: TASKS }, (_each, n) => ({ name: 'note', args: { n } }));
    await insertTasks(app(), all);
    for (let round = 0; round < KILLS; round += 1) {
      const before = await countOf('step');
      const victim = await startVictim('work');
      // It has taken the job up; then it is killed wherever it happens to be.
      await until(async () => (await countOf('step')) > before);
      await delay(Math.random() * KILL_WITHIN_MS);
      await kill(victim);
    }
    const last = await startVictim('work');
    await until(async () => (await getJob(app(), id)).state === 'done');
    await until(async () => (await app().query('select from task')).rowCount === 0);
    await kill(last);
    expect(await countOf('step')).toBe(STEPS);
    expect(await countOf('note')).toBe(TASKS);
    const log = await listJobLog(app(), id, { limit: 100 });
    const begins = log.map(({ line }) => Number(line.replace('from ', '')));
    // Lines are written once a second, so a process that died young left none.
    expect(begins.at(-1)).toBeGreaterThan(0);
    expect(begins).toEqual(begins.toSorted((a, b) => a - b));
  },
);

test.skipIf(!hasProgram('redis-server'))(
  'counts add up however often the process that flushes them is killed',
  { timeout: 60_000 },
  async () => {
    await using server = await startRedis();
    const redis = openRedis(server.url, createLog('silent'));
    let counted = 0;
    for (let round = 0; round < KILLS * 2; round += 1) {
      const victim = await startVictim('flush', server.url);
      const killAt = Date.now() + Math.random() * KILL_WITHIN_MS;
      while (Date.now() < killAt) {
        await redis.hincrby(`lookups:0${counted % 4}`, '2026-11-20:1:1:hit', 1);
        counted += 1;
      }
      await kill(victim);
    }
    await flushAllCounters(flushPartsOf({ ...service.context, redis }));
    const { rows } = await app().query('select sum(count_hits)::int as hits from stats_lookups');
    redis.disconnect();
    expect(counted).toBeGreaterThan(0);
    expect(rows).toEqual([{ hits: counted }]);
  },
);
