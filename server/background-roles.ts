/** What a process does besides answering: tasks, jobs, schedules, counters. */
import { ConfigError } from './config/config.ts';
import type { Context } from './context.ts';
import { JOB_KINDS } from './jobs/job-kinds.ts';
import { JobRunner } from './jobs/job-runner.ts';
import { WorkerSessions } from './jobs/worker-sessions.ts';
import { CounterFlusher } from './stats/counter-flusher.ts';
import { flushPartsOf } from './stats/flush-counters.ts';
import { Cron } from './tasks/cron.ts';
import { MissingMbidTasks } from './tasks/missing-mbid-tasks.ts';
import { schedulesOf } from './tasks/schedules.ts';
import type { Schedule } from './tasks/schedules.ts';
import { TaskWorker } from './tasks/task-worker.ts';

/** Runs tasks and jobs. A node that is not the master has a database it can only read. */
export function startTasksAndJobs(context: Context, stack: AsyncDisposableStack): void {
  if (!isMaster(context)) return;
  const log = context.log.child({ part: 'worker' });
  const notices: (() => void)[] = [];
  const sessions = stack.use(
    new WorkerSessions({
      location: context.databases.app.location,
      log,
      channel: 'acoustid_job',
      onNotice: () => {
        for (const notice of notices) notice();
      },
    }),
  );
  const jobs = stack.use(new JobRunner({ context, kinds: JOB_KINDS, sessions, log }));
  const tasks = stack.use(new TaskWorker({ context, queue: context.tasks, sessions, log }));
  notices.push(
    () => jobs.notice(),
    () => tasks.notice(),
  );
  jobs.start();
  tasks.start();
}

/** Follows the schedules, one process at a time; on other nodes only the counters are sent on. */
export function startCron(context: Context, stack: AsyncDisposableStack): void {
  if (!isMaster(context)) return;
  const cron = stack.use(
    new Cron({
      location: context.databases.app.location,
      queue: context.tasks,
      schedules: readSchedules(context),
      log: context.log.child({ part: 'cron' }),
      now: context.now,
    }),
  );
  cron.start();
}

/**
 * Flushes the counters by itself where tasks do not do it often enough: counters that end with
 * this process, and those of a node that is not the master. Started first, so that it is stopped
 * last, after all that may still count.
 */
export function startCounterFlusher(context: Context, stack: AsyncDisposableStack): void {
  const { settings } = context.config;
  if (isMaster(context) && settings['redis.url'] !== undefined) return;
  const isAddressed =
    settings['cluster.base_master_url'] !== undefined && settings['cluster.secret'] !== undefined;
  if (!isMaster(context) && !isAddressed) {
    context.log.warn(
      'counts of this node go nowhere: [cluster] base_master_url or secret is unset',
    );
    return;
  }
  const store = settings['redis.url'] === undefined ? 'alone' : 'shared';
  stack.use(new CounterFlusher(flushPartsOf(context), context.lookupCounters, store)).start();
}

/** Has the MBIDs looked into that lookups did not find in MusicBrainz. */
export function startMissingMbidTasks(context: Context, stack: AsyncDisposableStack): void {
  if (isMaster(context)) stack.use(new MissingMbidTasks(context)).start();
}

function readSchedules(context: Context): Schedule[] {
  try {
    return schedulesOf(context.config.settings);
  } catch (cause) {
    // The others are ours, and tested.
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`[backup] schedule is no pattern as in crontab: ${said}`, { cause });
  }
}

function isMaster({ config }: Context): boolean {
  return config.settings['cluster.role'] === 'master';
}
