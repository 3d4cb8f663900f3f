import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import {
  startCounterFlusher,
  startCron,
  startMissingMbidTasks,
  startTasksAndJobs,
} from './background-roles.ts';
import type { Role } from './config/settings.ts';
import type { Context } from './context.ts';
import { createFeedApp } from './feed/feed-app.ts';
import { createApp } from './http/app.ts';
import { drain, listen } from './http/listen.ts';
import { rebuildIndex } from './index/rebuild.ts';
import { unattendedRun } from './index/unattended-run.ts';
import { IndexUpdater } from './index/updater.ts';
import { SubmissionWorker } from './tasks/submission-worker.ts';

/** Requests under way at a stop get this long to finish. */
const DRAIN_MS = 3000;

export interface RunningRoles extends AsyncDisposable {
  /** Port of the HTTP roles, else of the feed; 0 when there is none. */
  readonly port: number;
}

/**
 * Starts the roles of this process; disposing stops them, what faces users first, each after what
 * it has under way.
 */
export async function startRoles(
  context: Context,
  roles: readonly Role[],
  options: { readonly pagesDir: string | undefined },
): Promise<RunningRoles> {
  // A role that cannot start stops those that did, or the process would never end.
  await using starting = new AsyncDisposableStack();
  const isHttp = roles.includes('api') || roles.includes('web');
  // What starts first stops last: what HTTP counted is flushed, what it accepted is announced.
  if (roles.includes('cron')) startCounterFlusher(context, starting);
  if (roles.includes('worker') || roles.includes('import')) startWorker(context, starting);
  if (roles.includes('worker')) startTasksAndJobs(context, starting);
  if (roles.includes('cron')) startCron(context, starting);
  if (roles.includes('api')) startMissingMbidTasks(context, starting);
  const port = isHttp
    ? await startHttp(context, starting, roles.includes('web') ? options.pagesDir : undefined)
    : 0;
  const feedPort = roles.includes('fpindex-feed') ? await startFeed(context, starting) : 0;
  const running = starting.move();
  return { port: isHttp ? port : feedPort, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

function startWorker(context: Context, stack: AsyncDisposableStack): void {
  const { databases, index, log, queue } = context;
  const updater = stack.use(
    new IndexUpdater(databases.fingerprint.pool, index, log.child({ part: 'index-updater' }), {
      rebuild: (signal) =>
        rebuildIndex({ pool: databases.fingerprint.pool, index, log }, unattendedRun(log, signal)),
    }),
  );
  const worker = stack.use(
    new SubmissionWorker({
      databases,
      index,
      updater,
      queue,
      log: log.child({ part: 'submission-worker' }),
    }),
  );
  context.onMissedAnnouncement = () => worker.sweepSoon();
  updater.start();
  worker.start();
}

async function startFeed(
  { config, databases, log }: Context,
  stack: AsyncDisposableStack,
): Promise<number> {
  const { settings } = config;
  const app = createFeedApp(databases.fingerprint.pool, log.child({ part: 'feed' }));
  const { port, server } = await listen(app, settings['feed.host'], settings['feed.port']);
  stack.defer(() => drain(server, DRAIN_MS));
  return port;
}

async function startHttp(
  context: Context,
  stack: AsyncDisposableStack,
  pagesDir: string | undefined,
): Promise<number> {
  const { settings } = context.config;
  const { 'cluster.role': role, 'website.shutdown_file': shutdownFile } = settings;
  if (shutdownFile !== undefined) await rm(shutdownFile, { force: true });
  let stopping = false;
  const isStopping = (): boolean =>
    stopping || (shutdownFile !== undefined && existsSync(shutdownFile));
  const app = createApp(context, {
    health: () => ({ stopping: isStopping(), isMaster: role === 'master' }),
    pagesDir,
  });
  const { port, server } = await listen(app, settings['server.host'], settings['server.port']);
  stack.defer(async () => {
    // Health fails first, so that a balancer looks elsewhere before connections are refused.
    stopping = true;
    if (shutdownFile !== undefined) await writeFile(shutdownFile, '');
    await delay(settings['website.shutdown_delay'] * 1000);
    await drain(server, DRAIN_MS);
    if (shutdownFile !== undefined) await rm(shutdownFile, { force: true });
  });
  return port;
}
