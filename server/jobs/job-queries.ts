import type { Queryable } from '../db/queryable.ts';
import { JobError } from './job-error.ts';
import type { Json } from './job.ts';

export type JobState = 'queued' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled';
export type JobRequest = 'pause' | 'cancel';

/** What is stored of how far a job is. */
export interface StoredProgress {
  readonly done?: number;
  readonly total?: number;
  readonly unit?: string;
  readonly current?: string;
  /** Units per second of late. */
  readonly rate?: number;
  readonly secondsLeft?: number;
}

export interface JobRow {
  readonly id: number;
  readonly kind: string;
  readonly state: JobState;
  readonly params: Json;
  readonly progress: StoredProgress;
  readonly result: Json;
  readonly error: string | null;
  readonly request: JobRequest | null;
  readonly created: Date;
  readonly started: Date | null;
  readonly finished: Date | null;
  readonly updated: Date;
  readonly created_by: number | null;
}

export interface JobLogRow {
  readonly id: number;
  readonly created: Date;
  readonly line: string;
}

const COLUMNS = `id, kind, state, params, progress, result, error, request, created, started,
  finished, updated, created_by`;

/** Puts a job of a known kind, with checked parameters, in the queue. */
export async function insertJob(
  app: Queryable,
  job: { readonly kind: string; readonly params: Json; readonly createdBy?: number | undefined },
): Promise<JobRow> {
  const { rows } = await app.query<JobRow>(
    `insert into job (kind, params, created_by) values ($1, $2, $3) returning ${COLUMNS}`,
    [job.kind, JSON.stringify(job.params), job.createdBy ?? null],
  );
  return only(rows);
}

/** Jobs, newest first, from below the id `before`. */
export async function listJobs(
  app: Queryable,
  page: {
    readonly limit: number;
    readonly before?: number | undefined;
    readonly state?: JobState | undefined;
  },
): Promise<JobRow[]> {
  const { rows } = await app.query<JobRow>(
    `select ${COLUMNS} from job
     where ($1::int is null or id < $1) and ($2::text is null or state = $2)
     order by id desc limit $3`,
    [page.before ?? null, page.state ?? null, page.limit],
  );
  return rows;
}

/** Whether a job of the kind waits or runs. */
export async function hasOpenJob(app: Queryable, kind: string): Promise<boolean> {
  const { rows } = await app.query<{ open: boolean }>(
    `select exists (
       select from job where kind = $1 and state in ('queued', 'running')) as open`,
    [kind],
  );
  return rows[0]?.open === true;
}

/** Throws `JobError` where there is none. */
export async function getJob(app: Queryable, id: number): Promise<JobRow> {
  const { rows } = await app.query<JobRow>(`select ${COLUMNS} from job where id = $1`, [id]);
  const [row] = rows;
  if (!row) throw new JobError('not_found', `There is no job ${id}.`);
  return row;
}

/** The last lines of a job's log, oldest first; with `after`, the first ones beyond that id. */
export async function listJobLog(
  app: Queryable,
  id: number,
  page: { readonly limit: number; readonly after?: number | undefined },
): Promise<JobLogRow[]> {
  const { rows } = await app.query<JobLogRow>(
    page.after === undefined
      ? `select * from (
           select id, created, line from job_log where job_id = $1 order by id desc limit $2
         ) newest order by id`
      : 'select id, created, line from job_log where job_id = $1 and id > $3 order by id limit $2',
    page.after === undefined ? [id, page.limit] : [id, page.limit, page.after],
  );
  return rows;
}

/** What one may ask of a job, and what becomes of one that nobody runs just now. */
const CHANGES = {
  pause: { from: ['queued'], set: "state = 'paused'" },
  cancel: { from: ['queued', 'paused'], set: "state = 'cancelled', finished = now()" },
  resume: { from: ['paused'], set: "state = 'queued'" },
  retry: {
    from: ['failed'],
    set: "state = 'queued', error = null, finished = null, crashes = 0",
  },
} as const;

export type JobChange = keyof typeof CHANGES;

/**
 * Pauses, resumes, cancels or retries a job. One that runs is asked to (the row says so until its
 * process has stopped it). Asking twice changes nothing. Throws `JobError` where
 * there is no such job, and for a state the change makes no sense in.
 */
export async function changeJob(app: Queryable, id: number, change: JobChange): Promise<JobRow> {
  const { from, set } = CHANGES[change];
  const isRequest = change === 'pause' || change === 'cancel';
  const { rows } = await app.query<JobRow>(
    `update job set updated = now(), ${set}
     where id = $1 and state = any($2) returning ${COLUMNS}`,
    [id, from],
  );
  const [changed] = rows;
  if (changed) return changed;
  if (isRequest) {
    const asked = await app.query<JobRow>(
      // To cancel is more than to pause.
      `update job set request = case when request = 'cancel' then request else $2 end
       where id = $1 and state = 'running' returning ${COLUMNS}`,
      [id, change],
    );
    const [running] = asked.rows;
    if (running) return running;
  }
  const job = await getJob(app, id);
  const reached: Record<JobChange, readonly JobState[]> = {
    pause: ['paused'],
    cancel: ['cancelled'],
    resume: ['queued', 'running'],
    retry: ['queued', 'running'],
  };
  if (reached[change].includes(job.state)) return job;
  throw new JobError('not_changeable', `Job ${id} is ${job.state}; one cannot ${change} it.`);
}

function only<T>(rows: readonly T[]): T {
  const [row] = rows;
  if (row === undefined) throw new Error('a statement that returns one row returned none');
  return row;
}
