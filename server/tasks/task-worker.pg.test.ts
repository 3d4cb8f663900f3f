import { setTimeout as delay } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { startService } from '../../e2e/harness/service.ts';
import type { TestService } from '../../e2e/harness/service.ts';
import { UnavailableError } from '../errors.ts';
import { WorkerSessions } from '../jobs/worker-sessions.ts';
import { connectToNats } from './jetstream.ts';
import { taskKind } from './task-kind.ts';
import type { TaskKinds } from './task-kind.ts';
import { countTasks, insertTasks, listTasks, reviveTasks } from './task-queries.ts';
import { TaskQueue } from './task-queue.ts';
import { TaskWorker } from './task-worker.ts';

let service: TestService;
let stack: AsyncDisposableStack;
/** Arguments of `note`, as its attempts began. */
let noted: string[];
let behave: (what: string, signal: AbortSignal) => Promise<void> | void;

const KINDS: TaskKinds = {
  note: taskKind({
    about: 'remembers',
    args: z.strictObject({ what: z.string() }),
    run: async (_context, { what }, signal) => {
      noted.push(what);
      await behave(what, signal);
    },
  }),
};

beforeAll(async () => {
  service = await startService({ roles: [] });
});

afterAll(async () => {
  await service[Symbol.asyncDispose]();
});

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  noted = [];
  behave = () => undefined;
  await app().query('delete from task');
});

afterEach(async () => {
  await stack.disposeAsync();
});

const app = (): TestService['context']['databases']['app']['pool'] =>
  service.context.databases.app.pool;

function newQueue(): TaskQueue {
  const { context } = service;
  const { doorbell } = context.tasks;
  return new TaskQueue({ app: app(), doorbell, kinds: KINDS, metrics: context.metrics });
}

function startWorker(queue: TaskQueue): TaskWorker {
  const { context } = service;
  const { location } = context.databases.app;
  const { log } = context;
  const sessions = stack.use(
    new WorkerSessions({ location, log, channel: 'acoustid_job', onNotice: () => undefined }),
  );
  const worker = stack.use(new TaskWorker({ context, queue, sessions, log }));
  worker.start();
  return worker;
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it did not come about in 20 s');
    await delay(10);
  }
}

async function untilEmpty(): Promise<void> {
  await until(async () => (await listTasks(app(), { limit: 1 })).length === 0);
}

/** As if the time to wait were over. */
async function makeDue(): Promise<void> {
  await app().query('update task set run_after = now()');
}

test('a task is run when it is asked for, and leaves nothing behind', async () => {
  const queue = newQueue();
  startWorker(queue);
  expect(await queue.enqueue([{ name: 'note', args: { what: 'a' } }])).toBe(1);
  await untilEmpty();
  expect(noted).toEqual(['a']);
});

test('tasks are announced on a work queue, and a worker takes the announcements off it', async () => {
  const { log } = service.context;
  const { token, url } = service.nats;
  const connection = await connectToNats({ url, token }, log);
  stack.defer(() => connection.close());
  const manager = await jetstreamManager(connection);
  const taken = async (): Promise<number> => {
    const { ack_floor: floor } = await manager.consumers.info('TASKS', 'worker');
    return floor.stream_seq;
  };
  const queue = newQueue();
  startWorker(queue);
  await queue.enqueue([{ name: 'note', args: { what: 'first' } }]);
  await untilEmpty();
  const before = await taken();
  await queue.enqueue([{ name: 'note', args: { what: 'second' } }]);
  await untilEmpty();
  await until(async () => (await taken()) > before);
  const { config, state } = await manager.streams.info('TASKS');
  expect([config.retention, config.subjects, state.messages]).toEqual([
    'workqueue',
    ['task.new'],
    0,
  ]);
});

test('what waits already is not queued again; what runs already may be', async () => {
  const gate = Promise.withResolvers<void>();
  behave = () => gate.promise;
  const queue = newQueue();
  const again = [{ name: 'note', args: { what: 'a' } }];
  expect(await queue.enqueue([...again, ...again])).toBe(1);
  expect(await queue.enqueue(again)).toBe(0);
  startWorker(queue);
  await until(() => noted.length === 1);
  expect([await queue.enqueue(again), await queue.enqueue(again)]).toEqual([1, 0]);
  gate.resolve();
  await untilEmpty();
  expect(noted).toEqual(['a', 'a']);
});

test('of two workers one runs a task', async () => {
  const queue = newQueue();
  startWorker(queue);
  startWorker(newQueue());
  const wanted = Array.from({ length: 50 }, (_each, at) => String(at));
  for (const what of wanted) await queue.enqueue([{ name: 'note', args: { what } }]);
  await untilEmpty();
  expect(noted.toSorted()).toEqual(wanted.toSorted());
});

test('a task that fails is tried again later, then set aside with its error, and can be retried', async () => {
  behave = () => {
    throw new Error(`no luck ${noted.length}`);
  };
  const queue = newQueue();
  const worker = startWorker(queue);
  await queue.enqueue([{ name: 'note', args: { what: 'a' } }]);
  for (let attempt = 1; attempt < 5; attempt += 1) {
    await until(async () => {
      const [task] = await listTasks(app(), { limit: 1, state: 'queued' });
      return task?.attempts === attempt && task.error === `no luck ${attempt}`;
    });
    await makeDue();
    worker.notice();
  }
  await until(async () => (await countTasks(app())).counts.dead === 1);
  const [dead] = await listTasks(app(), { limit: 10 });
  expect(dead).toMatchObject({ name: 'note', state: 'dead', attempts: 5, error: 'no luck 5' });
  behave = () => undefined;
  const { queued, retried } = await reviveTasks(app(), [dead?.id ?? 0]);
  expect(retried).toBe(1);
  queue.ring(queued);
  await untilEmpty();
  expect(noted).toHaveLength(6);
});

test('a success makes up for an earlier failure of the same', async () => {
  await app().query(
    `insert into task (name, args, key, state) values ('note', '{"what": "a"}',
       'note {"what": "a"}', 'dead')`,
  );
  const queue = newQueue();
  startWorker(queue);
  await queue.enqueue([{ name: 'note', args: { what: 'a' } }]);
  await untilEmpty();
});

test('a missing part is nobody’s fault: the task waits for it however long that takes', async () => {
  behave = () => {
    throw new UnavailableError('index');
  };
  const queue = newQueue();
  const worker = startWorker(queue);
  await queue.enqueue([{ name: 'note', args: { what: 'a' } }]);
  for (let attempt = 1; attempt <= 8; attempt += 1) {
    await until(async () => {
      const [task] = await listTasks(app(), { limit: 1, state: 'queued' });
      return noted.length === attempt && task !== undefined;
    });
    await makeDue();
    worker.notice();
  }
  behave = () => undefined;
  await makeDue();
  worker.notice();
  await untilEmpty();
});

test('what a dead worker was running is run by another', async () => {
  await app().query(
    `insert into task (name, args, key, state, attempts, worker, started)
     values ('note', '{"what": "orphan"}', 'note {"what": "orphan"}', 'running', 1,
       gen_random_uuid(), now())`,
  );
  startWorker(newQueue());
  await untilEmpty();
  expect(noted).toEqual(['orphan']);
});

test('a task that takes its process with it again and again is set aside', async () => {
  await app().query(
    `insert into task (name, args, key, state, attempts, worker, started)
     values ('note', '{"what": "poison"}', 'note {"what": "poison"}', 'running', 5,
       gen_random_uuid(), now())`,
  );
  startWorker(newQueue());
  await until(async () => (await countTasks(app())).counts.dead === 1);
  const [dead] = await listTasks(app(), { limit: 1, state: 'dead' });
  expect(dead?.error).toBe('processes ended while they ran this task');
  expect(noted).toEqual([]);
});

test('a task that is under way at a stop is told so, and is run by the next process', async () => {
  behave = (_what, signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
  const queue = newQueue();
  const worker = startWorker(queue);
  await queue.enqueue([{ name: 'note', args: { what: 'a' } }]);
  await until(() => noted.length === 1);
  await worker[Symbol.asyncDispose]();
  expect(await listTasks(app(), { limit: 1 })).toMatchObject([{ state: 'queued', attempts: 0 }]);
  behave = () => undefined;
  startWorker(newQueue());
  await untilEmpty();
  expect(noted).toEqual(['a', 'a']);
});

test('a task there is not and arguments it does not take are refused, and nothing is queued', async () => {
  const queue = newQueue();
  const good = { name: 'note', args: { what: 'a' } };
  await expect(queue.enqueue([good, { name: 'dance' }])).rejects.toThrow(
    'There is no task "dance"; there are note.',
  );
  await expect(queue.enqueue([good, { name: 'note', args: { who: 'a' } }])).rejects.toThrow(
    'Arguments of note',
  );
  expect(await listTasks(app(), { limit: 1 })).toEqual([]);
});

test('a task of a version that knew another name is set aside', async () => {
  await insertTasks(app(), [{ name: 'unheard_of', args: {} }]);
  await app().query('update task set attempts = 4');
  startWorker(newQueue());
  await until(async () => (await countTasks(app())).counts.dead === 1);
  const [dead] = await listTasks(app(), { limit: 1 });
  expect(dead?.error).toBe('there is no task "unheard_of"');
});
