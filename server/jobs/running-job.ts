import { setTimeout as delay } from 'node:timers/promises';
import type { Queryable } from '../db/queryable.ts';
import type { Log } from '../log.ts';
import { JobStop } from './job-error.ts';
import type { StopCause } from './job-error.ts';
import type { StoredProgress } from './job-queries.ts';
import { appendJobLog, recordProgress, saveJobState } from './job-run-queries.ts';
import type { JobOwner } from './job-run-queries.ts';
import type { JobProgress, JobRun, Json } from './job.ts';
import { ProgressRate } from './progress-rate.ts';

/** How often progress and log lines are written, and requests read when no notice brought them. */
const WRITE_EVERY_MS = 1000;
/** Lines kept of a job, and their length. */
const LOG_LINES_MAX = 1000;
const LOG_LINE_LENGTH_MAX = 2000;

export interface RunningJobOptions {
  readonly app: Queryable;
  readonly owner: JobOwner;
  readonly saved: Json | undefined;
  readonly log: Log;
  readonly nowMs: () => number;
}

/** A job under way: what its operation reports, and what it is asked to do. */
export class RunningJob {
  readonly #options: RunningJobOptions;
  readonly #stop = new AbortController();
  readonly #rate = new ProgressRate();
  readonly #ended = new AbortController();
  #progress: JobProgress | undefined;
  #lines: { at: Date; line: string }[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(options: RunningJobOptions) {
    this.#options = options;
  }

  /** What the operation is given. */
  get run(): JobRun {
    const { app, nowMs, owner, saved } = this.#options;
    return {
      signal: this.#stop.signal,
      saved,
      report: (progress) => {
        this.#progress = progress;
        this.#rate.note(progress.done, nowMs());
      },
      log: (line) => {
        const at = new Date(nowMs());
        this.#lines.push({
          at,
          line: line.toWellFormed().replaceAll('\0', '').slice(0, LOG_LINE_LENGTH_MAX),
        });
        if (this.#lines.length > LOG_LINES_MAX) this.#lines.shift();
      },
      save: async (state) => {
        if (await saveJobState(app, owner, state)) return;
        this.stop('interrupted');
        throw this.#stop.signal.reason;
      },
    };
  }

  /** Tells the operation to stop; the first reason counts. */
  stop(why: StopCause): void {
    if (!this.#stop.signal.aborted) this.#stop.abort(new JobStop(why));
  }

  /** Writes and looks every second until the operation is over. */
  async watch(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      // The end is the loop's own condition; here it only ends the wait.
      await delay(WRITE_EVERY_MS, undefined, { signal: this.#ended.signal }).catch(() => undefined);
      if (!this.#ended.signal.aborted) await this.look();
    }
  }

  /** Writes what is new and obeys what the job is asked to do. A failed write is tried again. */
  async look(): Promise<void> {
    this.#writing = this.#writing.then(async () => this.#write());
    await this.#writing;
  }

  /** Writes the last of it; the operation is over. */
  async end(): Promise<void> {
    this.#ended.abort();
    await this.look();
  }

  async #write(): Promise<void> {
    const { app, log, owner } = this.#options;
    const lines = this.#lines;
    this.#lines = [];
    try {
      await appendJobLog(app, owner.id, lines, LOG_LINES_MAX);
    } catch (error) {
      this.#lines = [...lines, ...this.#lines].slice(-LOG_LINES_MAX);
      log.warn({ err: error, job: owner.id }, 'log of a job not written');
    }
    try {
      const seen = await recordProgress(app, owner, this.#stored());
      if (!seen) this.stop('interrupted');
      else if (seen.request) this.stop(seen.request);
    } catch (error) {
      log.warn({ err: error, job: owner.id }, 'progress of a job not written');
    }
  }

  /** `undefined` before the first report: what an earlier run wrote stands until then. */
  #stored(): StoredProgress | undefined {
    const progress = this.#progress;
    if (!progress) return undefined;
    const now = this.#options.nowMs();
    const rate = this.#rate.perSecond(now);
    const secondsLeft = this.#rate.secondsLeft(progress.total, now);
    return {
      ...progress,
      ...(rate !== undefined && { rate: rounded(rate) }),
      ...(secondsLeft !== undefined && { secondsLeft: Math.ceil(secondsLeft) }),
    };
  }
}

/** Three figures are all a rate is good for. */
function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
