import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Context } from '../context.ts';
import { isUnavailable } from '../errors.ts';
import type { WorkerSession, WorkerSessions } from '../jobs/worker-sessions.ts';
import type { Log } from '../log.ts';
import type { TaskOutcome } from '../metrics.ts';
import { ATTEMPTS_MAX, retryDelaySeconds } from './retry-delay.ts';
import {
  buryTask,
  claimTasks,
  countTasks,
  finishTask,
  releaseOrphanedTasks,
  requeueTask,
} from './task-queries.ts';
import type { ClaimedTask, TaskOwner } from './task-queries.ts';
import type { TaskQueue } from './task-queue.ts';

/** Tasks at once in one process. */
const RUNNING_MAX = 4;
/** A task that takes longer is told to stop, and has failed. */
const TASK_MS_MAX = 60 * 60_000;
/** Looks when nothing rang. */
const LOOK_EVERY_MS = 10_000;
const RETRY_MS = 1000;
/** A worker without room gives the bell back, for another one or for itself later. */
const RING_AGAIN_MS = 250;
/** How long a stop waits for tasks; those that take longer are taken up by the next process. */
const STOP_WAIT_MS = 5000;
const ERROR_LENGTH_MAX = 2000;

export interface TaskWorkerParts {
  readonly context: Context;
  readonly queue: TaskQueue;
  readonly sessions: WorkerSessions;
  readonly log: Log;
}

/**
 * Runs tasks from the queue in the database, when the bell rings and when they are due. A task
 * belongs to the session of the process that runs it; when that ends, another takes it up.
 */
export class TaskWorker implements AsyncDisposable {
  readonly #parts: TaskWorkerParts;
  readonly #app: Pool;
  readonly #stopped = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #wake: (() => void) | undefined;
  #isNoticed = false;
  #loops: Promise<unknown> | undefined;

  constructor(parts: TaskWorkerParts) {
    this.#parts = parts;
    this.#app = parts.context.databases.app.pool;
  }

  start(): void {
    this.#parts.queue.onMissed = () => this.notice();
    this.#loops ??= Promise.all([this.#listen(), this.#work()]);
  }

  /** There may be a task to run. */
  notice(): void {
    this.#isNoticed = true;
    this.#wake?.();
  }

  /** Takes no more tasks and waits a while for those under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#parts.queue.onMissed = () => undefined;
    this.#stopped.abort(new Error('the process stops'));
    this.#wake?.();
    await this.#loops;
    const limit = new AbortController();
    await Promise.race([
      Promise.all(this.#running),
      delay(STOP_WAIT_MS, undefined, { signal: limit.signal }).catch(() => undefined),
    ]);
    limit.abort();
  }

  async #listen(): Promise<void> {
    const { log, queue } = this.#parts;
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        for await (const announcement of queue.doorbell.listen(signal)) {
          if (this.#running.size >= RUNNING_MAX) {
            announcement.retry(RING_AGAIN_MS);
            continue;
          }
          this.notice();
          announcement.ack();
        }
      } catch (error) {
        if (!signal.aborted) log.warn({ err: error }, 'listening for tasks failed');
      }
      // The abort is the loop's own condition; here it only ends the wait.
      await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #work(): Promise<void> {
    const { log, sessions } = this.#parts;
    const { signal } = this.#stopped;
    for (;;) {
      const session = await sessions.live(signal);
      if (!session) return;
      try {
        this.#isNoticed = false;
        await releaseOrphanedTasks(this.#app);
        const room = RUNNING_MAX - this.#running.size;
        const claimed = room > 0 ? await claimTasks(this.#app, session.id, room) : [];
        for (const task of claimed) this.#begin(task, session);
        if (claimed.length < room || room === 0) await this.#idle(await this.#dueInMs());
      } catch (error) {
        if (isUnavailable(error)) log.warn({ err: error }, 'tasks wait for the database');
        else log.error({ err: error }, 'tasks could not be looked for');
        await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #dueInMs(): Promise<number> {
    const { counts, dueInSeconds } = await countTasks(this.#app);
    this.#parts.context.metrics.tasksCounted(counts);
    if (dueInSeconds === undefined || dueInSeconds <= 0) return LOOK_EVERY_MS;
    return Math.min(dueInSeconds * 1000, LOOK_EVERY_MS);
  }

  async #idle(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
      // It may have rung between the last look and now.
      if (this.#isNoticed || this.#stopped.signal.aborted) this.#wake();
    });
    this.#wake = undefined;
  }

  #begin(task: ClaimedTask, session: WorkerSession): void {
    const running = this.#carryOut(task, session).finally(() => {
      this.#running.delete(running);
      this.notice();
    });
    this.#running.add(running);
  }

  /** Never throws: what went wrong is in the task, or in the log when that cannot be written. */
  async #carryOut(task: ClaimedTask, session: WorkerSession): Promise<void> {
    const { context, log, queue } = this.#parts;
    const { args, id, name } = task;
    const owner = { id, key: task.key, worker: session.id };
    const stop = AbortSignal.any([this.#stopped.signal, session.lost]);
    const signal = AbortSignal.any([stop, AbortSignal.timeout(TASK_MS_MAX)]);
    context.metrics.taskStarted(name);
    const begunMs = performance.now();
    let outcome: TaskOutcome = 'done';
    try {
      try {
        // Never by failures, which are counted below: by processes that died under it.
        if (task.attempts > ATTEMPTS_MAX)
          throw new Error('processes ended while they ran this task');
        const kind = Object.hasOwn(queue.kinds, name) ? queue.kinds[name] : undefined;
        // Queued by another version of this program.
        if (!kind) throw new Error(`there is no task "${name}"`);
        await kind.run(context, args, signal);
        await finishTask(this.#app, owner);
      } catch (error) {
        outcome = await this.#putBack(task, owner, error, stop.aborted);
      }
    } catch (error) {
      outcome = 'interrupted';
      log.warn({ err: error, task: id, name }, 'end of a task not written, it will be run again');
    }
    const seconds = (performance.now() - begunMs) / 1000;
    context.metrics.taskEnded(name, outcome, seconds);
    log.debug({ task: id, name, args, outcome, seconds }, 'task ended');
  }

  async #putBack(
    task: ClaimedTask,
    owner: TaskOwner,
    error: unknown,
    isStopped: boolean,
  ): Promise<TaskOutcome> {
    const { log } = this.#parts;
    const { attempts, id, name } = task;
    const message = (error instanceof Error ? error.message : String(error))
      .toWellFormed()
      .replaceAll('\0', '')
      .slice(0, ERROR_LENGTH_MAX);
    if (isStopped) {
      const again = { delaySeconds: 0, error: null, attempts: attempts - 1 };
      await requeueTask(this.#app, owner, again);
      return 'interrupted';
    }
    // A missing part is nobody's fault: the task waits for it, however long that takes.
    const isMissingPart = isUnavailable(error);
    if (attempts >= ATTEMPTS_MAX && !isMissingPart) {
      await buryTask(this.#app, owner, message);
      log.error({ err: error, task: id, name, attempts }, 'task given up');
      return 'dead';
    }
    const delaySeconds = retryDelaySeconds(attempts, Math.random());
    const counted = isMissingPart ? Math.min(attempts, ATTEMPTS_MAX - 1) : attempts;
    await requeueTask(this.#app, owner, { delaySeconds, error: message, attempts: counted });
    log.warn(
      { err: error, task: id, name, attempts, delaySeconds },
      'task failed, will be retried',
    );
    return 'retried';
  }
}
