import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Context } from '../context.ts';
import { isUnavailable } from '../errors.ts';
import type { Log } from '../log.ts';
import { JobStop } from './job-error.ts';
import type { JobKinds } from './job-kind.ts';
import { claimJob, finishJob, releaseOrphanedJobs } from './job-run-queries.ts';
import type { ClaimedJob, JobOutcome, JobOwner } from './job-run-queries.ts';
import { RunningJob } from './running-job.ts';
import type { WorkerSession, WorkerSessions } from './worker-sessions.ts';

/** Jobs at once, over all processes; of a kind there is one at most. */
const RUNNING_MAX = 3;
/** Processes that may die under a job before it is given up. */
const CRASHES_MAX = 5;
/** Looks when nothing rang: for what a dead process left, and for room that others made. */
const LOOK_EVERY_MS = 5000;
const RETRY_MS = 1000;
/** How long a stop waits for operations to reach a point where they can go on from later. */
const STOP_WAIT_MS = 5000;
const ERROR_LENGTH_MAX = 2000;

export interface JobRunnerParts {
  readonly context: Context;
  readonly kinds: JobKinds;
  readonly sessions: WorkerSessions;
  readonly log: Log;
}

/**
 * Runs jobs, from the queue in the database. A job belongs to the session of the process that runs
 * it; when that ends, however it ends, the next process goes on from what the job saved last.
 */
export class JobRunner implements AsyncDisposable {
  readonly #parts: JobRunnerParts;
  readonly #app: Pool;
  readonly #stopped = new AbortController();
  readonly #running = new Set<{ readonly job: RunningJob; readonly over: Promise<void> }>();
  #wake: (() => void) | undefined;
  #isNoticed = false;
  #loop: Promise<void> | undefined;

  constructor(parts: JobRunnerParts) {
    this.#parts = parts;
    this.#app = parts.context.databases.app.pool;
  }

  start(): void {
    this.#loop ??= this.#work();
  }

  /** Something about jobs has changed: there may be one to start, or one to stop. */
  notice(): void {
    this.#isNoticed = true;
    this.#wake?.();
    for (const { job } of this.#running) void job.look();
  }

  /** Stops what runs, so that another process can go on with it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    this.#wake?.();
    await this.#loop;
    this.#stopAll();
    // One that does not listen is found by the next process, as if this one had died.
    await this.#untilOver();
  }

  async #untilOver(): Promise<void> {
    const limit = new AbortController();
    await Promise.race([
      Promise.all([...this.#running].map(({ over }) => over)),
      delay(STOP_WAIT_MS, undefined, { signal: limit.signal }).catch(() => undefined),
    ]);
    limit.abort();
  }

  async #work(): Promise<void> {
    const { log, sessions } = this.#parts;
    const { signal } = this.#stopped;
    for (;;) {
      const session = await sessions.live(signal);
      if (!session) return;
      const onLost = (): void => this.#stopAll();
      session.lost.addEventListener('abort', onLost, { once: true });
      try {
        this.#isNoticed = false;
        await releaseOrphanedJobs(this.#app, CRASHES_MAX);
        while (await this.#startNext(session)) {
          // One after the other, until there is none or no room.
        }
        await this.#idle(LOOK_EVERY_MS);
      } catch (error) {
        if (isUnavailable(error)) log.warn({ err: error }, 'jobs wait for the database');
        else log.error({ err: error }, 'jobs could not be looked for');
        // The abort is the loop's own condition; here it only ends the wait.
        await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
      } finally {
        session.lost.removeEventListener('abort', onLost);
        if (session.lost.aborted) {
          this.#stopAll();
          // What is claimed anew had better not meet its former self.
          await this.#untilOver();
        }
      }
    }
  }

  #stopAll(): void {
    for (const { job } of this.#running) job.stop('interrupted');
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

  async #startNext(session: WorkerSession): Promise<boolean> {
    if (this.#stopped.signal.aborted || session.lost.aborted) return false;
    const { kinds } = this.#parts;
    const limits = { kinds: Object.keys(kinds), runningMax: RUNNING_MAX };
    const claimed = await claimJob(this.#app, session.id, limits);
    if (!claimed) return false;
    const owner = { id: claimed.id, worker: session.id };
    // Lost while the claim was on its way: nobody would hold it back from others.
    if (session.lost.aborted || this.#stopped.signal.aborted) {
      await finishJob(this.#app, owner, { state: 'queued' });
      return false;
    }
    const job = new RunningJob({
      app: this.#app,
      owner,
      saved: claimed.saved,
      log: this.#parts.log,
      nowMs: this.#parts.context.now,
    });
    const running = {
      job,
      over: this.#carryOut(claimed, owner, job).finally(() => {
        this.#running.delete(running);
        this.notice();
      }),
    };
    this.#running.add(running);
    return true;
  }

  /** Never throws: what went wrong is in the job, or in the log when the job cannot be written. */
  async #carryOut(
    { id, kind, params }: ClaimedJob,
    owner: JobOwner,
    job: RunningJob,
  ): Promise<void> {
    const { context, kinds, log } = this.#parts;
    log.info({ job: id, kind }, 'job started');
    const begunMs = performance.now();
    const watching = job.watch();
    let outcome: JobOutcome;
    try {
      const result = await kinds[kind]?.run(context, params, job.run);
      outcome = { state: 'done', result: result ?? null };
    } catch (error) {
      outcome = outcomeOf(error, job.run.signal);
      if (outcome.state === 'failed') log.error({ err: error, job: id, kind }, 'job failed');
    }
    const seconds = (performance.now() - begunMs) / 1000;
    try {
      await job.end();
      await watching;
      await finishJob(this.#app, owner, outcome);
    } catch (error) {
      log.warn({ err: error, job: id, kind }, 'end of a job not written, it will be run again');
    }
    context.metrics.jobEnded(kind, outcome.state, seconds);
    log.info({ job: id, kind, state: outcome.state, seconds }, 'job ended');
  }
}

/** What an operation that threw leaves its job as. */
function outcomeOf(error: unknown, signal: AbortSignal): JobOutcome {
  // Told to stop, operations throw the reason, or what their own abort made of it.
  const stop: unknown = signal.aborted ? signal.reason : undefined;
  if (stop instanceof JobStop) {
    if (stop.why === 'pause') return { state: 'paused' };
    return { state: stop.why === 'cancel' ? 'cancelled' : 'queued' };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { state: 'failed', error: message.slice(0, ERROR_LENGTH_MAX) };
}
