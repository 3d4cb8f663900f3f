/**
 * A process that is there to be killed: it runs jobs and tasks, or flushes counters, on the parts
 * that the test names. Says `ready` on its standard output; runs until it is ended.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { resolveConfig } from '../../server/config/config.ts';
import type { SettingKey } from '../../server/config/settings.ts';
import { createContext } from '../../server/context.ts';
import type { Context } from '../../server/context.ts';
import { jobKind } from '../../server/jobs/job-kind.ts';
import { JobRunner } from '../../server/jobs/job-runner.ts';
import { WorkerSessions } from '../../server/jobs/worker-sessions.ts';
import { flushAllCounters, flushPartsOf } from '../../server/stats/flush-counters.ts';
import { taskKind } from '../../server/tasks/task-kind.ts';
import { TaskQueue } from '../../server/tasks/task-queue.ts';
import { TaskWorker } from '../../server/tasks/task-worker.ts';

const STEP_MS = 5;

/** Each step leaves a row in `step`, which the test has made. */
const JOBS = {
  count: jobKind({
    about: 'counts',
    params: z.strictObject({ to: z.int() }),
    run: async ({ databases }, { to }, run) => {
      const begin = typeof run.saved === 'number' ? run.saved : 0;
      run.log(`from ${begin}`);
      for (let step = begin; step < to; step += 1) {
        run.signal.throwIfAborted();
        const insert = 'insert into step (n) values ($1) on conflict (n) do nothing';
        await databases.app.pool.query(insert, [step]);
        await run.save(step + 1);
        run.report({ done: step + 1, total: to, unit: 'steps' });
        await delay(STEP_MS);
      }
      return { to };
    },
  }),
};

const TASKS = {
  note: taskKind({
    about: 'leaves a row',
    args: z.strictObject({ n: z.int() }),
    run: async ({ databases }, { n }) => {
      await delay(STEP_MS);
      const insert = 'insert into note (n) values ($1) on conflict (n) do nothing';
      await databases.app.pool.query(insert, [n]);
    },
  }),
};

function work(context: Context): void {
  const { databases, log, metrics, tasks } = context;
  const sessions = new WorkerSessions({
    location: databases.app.location,
    log,
    channel: 'acoustid_job',
    onNotice: () => {
      runner.notice();
      worker.notice();
    },
  });
  const runner = new JobRunner({ context, kinds: JOBS, sessions, log });
  const { doorbell } = tasks;
  const queue = new TaskQueue({ app: databases.app.pool, doorbell, kinds: TASKS, metrics });
  const worker = new TaskWorker({ context, queue, sessions, log });
  runner.start();
  worker.start();
}

async function flush(context: Context): Promise<never> {
  for (;;) await flushAllCounters(flushPartsOf(context));
}

const [what, flags = '{}'] = process.argv.slice(2);
const parsed = JSON.parse(flags) as Partial<Record<SettingKey, string>>; // the test's own
const context = createContext(resolveConfig({ flags: parsed }));
process.stdout.write('ready\n');
if (what === 'flush') await flush(context);
else work(context);
