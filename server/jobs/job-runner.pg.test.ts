import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { startService } from '../../e2e/harness/service.ts';
import type { TestService } from '../../e2e/harness/service.ts';
import { jobKind } from './job-kind.ts';
import type { JobKinds } from './job-kind.ts';
import { changeJob, getJob, listJobLog, listJobs } from './job-queries.ts';
import type { JobRow, JobState } from './job-queries.ts';
import { JobRunner } from './job-runner.ts';
import type { JobRun } from './job.ts';
import { startJob } from './start-job.ts';
import { WorkerSessions } from './worker-sessions.ts';

let service: TestService;
let stack: AsyncDisposableStack;

beforeAll(async () => {
  service = await startService({ roles: [] });
});

afterAll(async () => {
  await service[Symbol.asyncDispose]();
});

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  await service.context.databases.app.pool.query('delete from job');
});

afterEach(async () => {
  await stack.disposeAsync();
});

/** Counts to `to` in steps that are saved, waiting for the test where it says so. */
function counting(gate: (done: number, run: JobRun) => Promise<void> | void): JobKinds {
  return {
    count: jobKind({
      about: 'counts',
      params: z.strictObject({ to: z.int().positive().default(3) }),
      run: async (_context, { to }, run) => {
        let done = typeof run.saved === 'number' ? run.saved : 0;
        run.log(`from ${done}`);
        while (done < to) {
          run.signal.throwIfAborted();
          await gate(done, run);
          done += 1;
          run.report({ done, total: to, unit: 'steps', current: `step ${done}` });
          await run.save(done);
        }
        return { counted: done };
      },
    }),
  };
}

/** A runner as a process has it: with a session of its own. */
function startRunner(kinds: JobKinds): { runner: JobRunner; sessions: WorkerSessions } {
  const { context } = service;
  let runner: JobRunner | undefined;
  const sessions = stack.use(
    new WorkerSessions({
      location: context.databases.app.location,
      log: context.log,
      channel: 'acoustid_job',
      onNotice: () => runner?.notice(),
    }),
  );
  runner = stack.use(new JobRunner({ context, kinds, sessions, log: context.log }));
  runner.start();
  return { runner, sessions };
}

async function untilState(id: number, state: JobState): Promise<JobRow> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const job = await getJob(service.context.databases.app.pool, id);
    if (job.state === state) return job;
    if (Date.now() > deadline) throw new Error(`job ${id} is ${job.state}, not ${state}`);
    await delay(10);
  }
}

/** Waits at a step until it is told to stop; the next time it lets pass. */
function gateAt(step: number): {
  gate: (done: number, run: JobRun) => Promise<void>;
  reached: Promise<void>;
} {
  const reached = Promise.withResolvers<void>();
  let isOpen = false;
  return {
    reached: reached.promise,
    gate: async (done, run) => {
      if (done !== step || isOpen) return;
      isOpen = true;
      reached.resolve();
      await new Promise((_resolve, reject) => {
        run.signal.addEventListener('abort', () => reject(run.signal.reason as Error));
      });
    },
  };
}

const app = (): TestService['context']['databases']['app']['pool'] =>
  service.context.databases.app.pool;

test('a job runs to its end and keeps its result, its progress and its log', async () => {
  const kinds = counting(() => undefined);
  startRunner(kinds);
  const { id } = await startJob(app(), kinds, { kind: 'count', params: { to: 2 } });
  const job = await untilState(id, 'done');
  expect(job).toMatchObject({
    params: { to: 2 },
    result: { counted: 2 },
    error: null,
    progress: { done: 2, total: 2, unit: 'steps', current: 'step 2' },
    started: expect.any(Date) as Date,
    finished: expect.any(Date) as Date,
  });
  const log = await listJobLog(app(), id, { limit: 10 });
  expect(log.map(({ line }) => line)).toEqual(['from 0']);
});

test('a job that is paused by another process goes on later where it was', async () => {
  const { gate, reached } = gateAt(1);
  const kinds = counting(gate);
  startRunner(kinds);
  const { id } = await startJob(app(), kinds, { kind: 'count', params: { to: 3 } });
  await reached;
  expect(await changeJob(app(), id, 'pause')).toMatchObject({ state: 'running', request: 'pause' });
  expect(await untilState(id, 'paused')).toMatchObject({ request: null, progress: { done: 1 } });
  await changeJob(app(), id, 'resume');
  expect(await untilState(id, 'done')).toMatchObject({ result: { counted: 3 } });
  const log = await listJobLog(app(), id, { limit: 10 });
  expect(log.map(({ line }) => line)).toEqual(['from 0', 'from 1']);
});

test('a job is cancelled while it runs, while it waits and while it is paused', async () => {
  const { gate, reached } = gateAt(0);
  const kinds = counting(gate);
  startRunner(kinds);
  const first = await startJob(app(), kinds, { kind: 'count', params: {} });
  await reached;
  // One of a kind at a time: these two wait.
  const second = await startJob(app(), kinds, { kind: 'count', params: {} });
  const third = await startJob(app(), kinds, { kind: 'count', params: {} });
  await changeJob(app(), third.id, 'pause');
  for (const { id } of [third, second, first]) await changeJob(app(), id, 'cancel');
  for (const { id } of [first, second, third]) await untilState(id, 'cancelled');
  await expect(changeJob(app(), first.id, 'resume')).rejects.toThrow('is cancelled');
});

test('what a lost session was running is taken up by another, with what was saved', async () => {
  const stuck = gateAt(2);
  const kinds = counting(stuck.gate);
  const { id } = await startJob(app(), kinds, { kind: 'count', params: { to: 4 } });
  startRunner(kinds);
  await stuck.reached;
  // As if the process had been killed: its session ends, and with it its claim.
  await app().query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'acoustid-worker' and datname = current_database()`,
  );
  expect(await untilState(id, 'done')).toMatchObject({ result: { counted: 4 } });
  const log = await listJobLog(app(), id, { limit: 10 });
  expect(log.map(({ line }) => line)).toEqual(['from 0', 'from 2']);
});

test('a process that stops gives its jobs back', async () => {
  const { gate, reached } = gateAt(1);
  const kinds = counting(gate);
  const { id } = await startJob(app(), kinds, { kind: 'count', params: { to: 2 } });
  const { runner } = startRunner(kinds);
  await reached;
  await runner[Symbol.asyncDispose]();
  expect(await getJob(app(), id)).toMatchObject({ state: 'queued' });
  startRunner(kinds);
  expect(await untilState(id, 'done')).toMatchObject({ result: { counted: 2 } });
});

test('a job that fails says why, and can be tried again from what it saved', async () => {
  let isBroken = true;
  const kinds = counting((done) => {
    if (done === 1 && isBroken) throw new Error('the disk is full');
  });
  startRunner(kinds);
  const { id } = await startJob(app(), kinds, { kind: 'count', params: { to: 2 } });
  expect(await untilState(id, 'failed')).toMatchObject({ error: 'the disk is full', result: null });
  isBroken = false;
  await changeJob(app(), id, 'retry');
  expect(await untilState(id, 'done')).toMatchObject({ error: null, result: { counted: 2 } });
});

test('a job that takes its process with it again and again is given up', async () => {
  const kinds = counting(() => undefined);
  const { rows } = await app().query<{ id: number }>(
    `insert into job (kind, state, worker, crashes)
     values ('count', 'running', gen_random_uuid(), 4) returning id`,
  );
  startRunner(kinds);
  const job = await untilState(rows[0]?.id ?? 0, 'failed');
  expect(job.error).toBe('the process ended 5 times in a row while it ran this job');
});

test('of two runners one runs a job', async () => {
  const seen: number[] = [];
  const kinds = counting((done) => {
    seen.push(done);
  });
  startRunner(kinds);
  startRunner(kinds);
  const jobs = [];
  for (let turn = 0; turn < 5; turn += 1) {
    jobs.push(await startJob(app(), kinds, { kind: 'count', params: { to: 2 } }));
  }
  for (const { id } of jobs) await untilState(id, 'done');
  expect(seen).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
});

test('a kind there is not and parameters it does not take are refused', async () => {
  const kinds = counting(() => undefined);
  await expect(startJob(app(), kinds, { kind: 'dance', params: {} })).rejects.toThrow(
    'There is no kind of job "dance"; there are count.',
  );
  await expect(startJob(app(), kinds, { kind: 'count', params: { to: 0 } })).rejects.toThrow(
    'Parameters of count',
  );
  expect(await listJobs(app(), { limit: 10 })).toEqual([]);
});

test('the history goes page by page, newest first', async () => {
  const kinds = counting(() => undefined);
  const ids: number[] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    ids.unshift((await startJob(app(), kinds, { kind: 'count', params: {} })).id);
  }
  const first = await listJobs(app(), { limit: 2 });
  const second = await listJobs(app(), { limit: 2, before: first.at(-1)?.id });
  expect([...first, ...second].map(({ id }) => id)).toEqual(ids);
});

test('the log of a job has an end: the oldest lines go', async () => {
  const kinds: JobKinds = {
    talk: jobKind({
      about: 'talks',
      params: z.strictObject({}),
      run: (_context, _params, run) => {
        for (let line = 0; line < 2500; line += 1) run.log(`line ${line}`);
        return Promise.resolve(null);
      },
    }),
  };
  startRunner(kinds);
  const { id } = await startJob(app(), kinds, { kind: 'talk', params: {} });
  await untilState(id, 'done');
  const log = await listJobLog(app(), id, { limit: 5000 });
  expect([log.length, log[0]?.line, log.at(-1)?.line]).toEqual([1000, 'line 1500', 'line 2499']);
});
