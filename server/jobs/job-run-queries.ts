/** What the process that runs jobs writes; each statement says whose the job must still be. */
import type { Pool } from 'pg';
import { withTransaction } from '../db/databases.ts';
import type { Queryable } from '../db/queryable.ts';
import type { JobRequest, StoredProgress } from './job-queries.ts';
import type { Json } from './job.ts';
import { IS_DEAD_WORKER } from './worker-sessions.ts';

/** Held while jobs are claimed, so that two processes do not both see room for one more. */
const CLAIM_LOCK = 'job-claim';

export interface ClaimedJob {
  readonly id: number;
  readonly kind: string;
  readonly params: Json;
  readonly saved: Json | undefined;
}

/** A job by its id as long as this worker runs it. */
export interface JobOwner {
  readonly id: number;
  readonly worker: string;
}

/**
 * Gives back what dead workers were running. A job that took `crashesMax` processes with it is
 * failed instead, or it would do so for ever. Returns how many were found.
 */
export async function releaseOrphanedJobs(app: Queryable, crashesMax: number): Promise<number> {
  const { rowCount } = await app.query({
    name: 'release-orphaned-jobs',
    text: `
      with dead as materialized (
        select w.worker from (select distinct worker from job where state = 'running') w
        where ${IS_DEAD_WORKER}
      )
      update job j set
        state = case
          when j.request = 'cancel' then 'cancelled'
          when j.crashes + 1 >= $1 then 'failed'
          when j.request = 'pause' then 'paused'
          else 'queued'
        end,
        error = case when j.crashes + 1 >= $1
          then 'the process ended ' || (j.crashes + 1) || ' times in a row while it ran this job'
        end,
        finished = case
          when j.request = 'cancel' or j.crashes + 1 >= $1 then now() end,
        crashes = j.crashes + 1, worker = null, request = null, updated = now()
      from dead where j.state = 'running' and j.worker = dead.worker`,
    values: [crashesMax],
  });
  return rowCount ?? 0;
}

/**
 * Takes the oldest queued job whose kind is known here and not running anywhere, if fewer than
 * `runningMax` run in all.
 */
export async function claimJob(
  app: Pool,
  worker: string,
  limits: { readonly kinds: readonly string[]; readonly runningMax: number },
): Promise<ClaimedJob | undefined> {
  return withTransaction(app, async (client) => {
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [CLAIM_LOCK]);
    const { rows } = await client.query<Omit<ClaimedJob, 'saved'> & { saved: Json }>({
      name: 'claim-job',
      text: `
        update job set state = 'running', worker = $1, started = coalesce(started, now()),
          finished = null, error = null, updated = now()
        where id = (
          select id from job q
          where state = 'queued' and kind = any($2)
            and not exists (select from job r where r.state = 'running' and r.kind = q.kind)
            and (select count(*) from job where state = 'running') < $3
          order by id limit 1 for update
        )
        returning id, kind, params, saved`,
      values: [worker, limits.kinds, limits.runningMax],
    });
    const [row] = rows;
    return row && { ...row, saved: row.saved ?? undefined };
  });
}

/**
 * Writes how far a job is, if that is known, and reads what it is asked to do. `undefined` when it is this worker's
 * no more.
 */
export async function recordProgress(
  app: Queryable,
  { id, worker }: JobOwner,
  progress: StoredProgress | undefined,
): Promise<{ request: JobRequest | null } | undefined> {
  const { rows } = await app.query<{ request: JobRequest | null }>({
    name: 'record-job-progress',
    text: `
      update job set progress = coalesce($3::jsonb, progress), updated = now()
      where id = $1 and worker = $2 and state = 'running' returning request`,
    values: [id, worker, progress === undefined ? null : JSON.stringify(progress)],
  });
  return rows[0];
}

/** Keeps what the next run needs. False when the job is this worker's no more. */
export async function saveJobState(
  app: Queryable,
  { id, worker }: JobOwner,
  state: Json,
): Promise<boolean> {
  const { rowCount } = await app.query({
    name: 'save-job-state',
    // Getting on means that the process lives well with the job.
    text: `
      update job set saved = $3, crashes = 0, updated = now()
      where id = $1 and worker = $2 and state = 'running'`,
    values: [id, worker, JSON.stringify(state)],
  });
  return rowCount === 1;
}

export type JobOutcome =
  | { readonly state: 'done'; readonly result: Json }
  | { readonly state: 'failed'; readonly error: string }
  | { readonly state: 'paused' | 'cancelled' | 'queued' };

/** Ends a run. What was saved stays, except of a job that is done. */
export async function finishJob(
  app: Queryable,
  { id, worker }: JobOwner,
  outcome: JobOutcome,
): Promise<void> {
  const { state } = outcome;
  await app.query({
    name: 'finish-job',
    text: `
      update job set state = $3, worker = null, request = null, crashes = 0, updated = now(),
        result = $4::jsonb, error = $5,
        saved = case when $3 = 'done' then null else saved end,
        finished = case when $3 in ('done', 'failed', 'cancelled') then now() end
      where id = $1 and worker = $2 and state = 'running'`,
    values: [
      id,
      worker,
      state,
      state === 'done' ? JSON.stringify(outcome.result) : null,
      state === 'failed' ? outcome.error : null,
    ],
  });
}

/** Adds lines to a job's log and drops the oldest beyond `linesMax`. */
export async function appendJobLog(
  app: Queryable,
  id: number,
  lines: readonly { readonly at: Date; readonly line: string }[],
  linesMax: number,
): Promise<void> {
  if (lines.length === 0) return;
  await app.query({
    name: 'append-job-log',
    text: `
      insert into job_log (job_id, created, line)
      select $1, l.at, l.line
      from unnest($2::timestamptz[], $3::text[]) with ordinality as l (at, line, place)
      order by l.place`,
    values: [id, lines.map(({ at }) => at), lines.map(({ line }) => line)],
  });
  await app.query({
    name: 'trim-job-log',
    text: `
      delete from job_log where job_id = $1 and id <= (
        select id from job_log where job_id = $1 order by id desc offset $2 limit 1)`,
    values: [id, linesMax],
  });
}

/** Deletes ended jobs older than `days`, with their logs, oldest first and `limit` at most. */
export async function deleteOldJobs(app: Queryable, days: number, limit: number): Promise<number> {
  const { rowCount } = await app.query(
    `delete from job where id in (
       select id from job
       where state in ('done', 'failed', 'cancelled') and finished < now() - make_interval(days => $1)
       order by id limit $2)`,
    [days, limit],
  );
  return rowCount ?? 0;
}
