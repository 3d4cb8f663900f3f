import type { Pool } from 'pg';
import { withTransaction } from '../db/databases.ts';
import type { Queryable } from '../db/queryable.ts';
import { IS_DEAD_WORKER } from '../jobs/worker-sessions.ts';
import type { Json } from '../jobs/job.ts';

/** Tasks that may wait; beyond it none is taken, for nobody would get through them. */
const QUEUED_MAX = 100_000;

export type TaskState = 'queued' | 'running' | 'dead';

export interface NewTask {
  readonly name: string;
  readonly args: Json;
  /** Seconds from now before which it is not run. */
  readonly delaySeconds?: number;
}

export interface ClaimedTask {
  readonly id: number;
  readonly name: string;
  readonly args: Json;
  readonly key: string;
  /** This attempt included. */
  readonly attempts: number;
}

export interface TaskRow extends ClaimedTask {
  readonly state: TaskState;
  readonly error: string | null;
  readonly run_after: Date;
  readonly created: Date;
  readonly started: Date | null;
}

/** A task by its id as long as this worker runs it. */
export interface TaskOwner {
  readonly id: number;
  readonly key: string;
  readonly worker: string;
}

/**
 * Queues those tasks that do not wait already, and none beyond the limit. Returns the new ids.
 * Names and arguments are taken as they are: `TaskQueue` checks them.
 */
export async function insertTasks(app: Queryable, tasks: readonly NewTask[]): Promise<number[]> {
  const { rows } = await app.query<{ id: number }>({
    name: 'insert-tasks',
    text: `
      insert into task (name, args, key, run_after)
      select t.name, t.args, t.name || ' ' || t.args, now() + make_interval(secs => t.delay)
      from unnest($1::text[], $2::jsonb[], $3::float8[]) as t (name, args, delay)
      where (select count(*) from (select from task where state = 'queued' limit $4) q) < $4
      on conflict (key, state) do nothing
      returning id`,
    values: [
      tasks.map(({ name }) => name),
      tasks.map(({ args }) => JSON.stringify(args)),
      tasks.map(({ delaySeconds = 0 }) => delaySeconds),
      QUEUED_MAX,
    ],
  });
  return rows.map(({ id }) => id);
}

/** Takes due tasks for a worker, those of a key that runs already left waiting. */
export async function claimTasks(
  app: Queryable,
  worker: string,
  limit: number,
): Promise<ClaimedTask[]> {
  const { rows } = await app.query<ClaimedTask>({
    name: 'claim-tasks',
    text: `
      with due as (
        select id from task q
        where state = 'queued' and run_after <= now()
          and not exists (select from task r where r.key = q.key and r.state = 'running')
        order by run_after, id limit $2 for update skip locked
      )
      update task t set state = 'running', worker = $1, started = now(), attempts = attempts + 1
      from due where t.id = due.id
      returning t.id, t.name, t.args, t.key, t.attempts`,
    values: [worker, limit],
  });
  return rows;
}

/**
 * Puts what dead workers were running back in the queue; where the same waits there already, that
 * one will do.
 */
export async function releaseOrphanedTasks(app: Queryable): Promise<number> {
  const { rowCount } = await app.query({
    name: 'release-orphaned-tasks',
    text: `
      with dead as materialized (
        select w.worker from (select distinct worker from task where state = 'running') w
        where ${IS_DEAD_WORKER}
      ), doubled as (
        delete from task t using dead, task q
        where t.state = 'running' and t.worker = dead.worker
          and q.key = t.key and q.state = 'queued'
        returning t.id
      )
      update task t set state = 'queued', worker = null, run_after = now()
      from dead
      where t.state = 'running' and t.worker = dead.worker
        and not exists (select from task q where q.key = t.key and q.state = 'queued')`,
  });
  return rowCount ?? 0;
}

/** The task has succeeded: it goes, and with it an earlier failure of the same. */
export async function finishTask(app: Queryable, { id, key, worker }: TaskOwner): Promise<void> {
  await app.query({
    name: 'finish-task',
    text: `
      delete from task
      where key = $2 and ((id = $1 and worker = $3 and state = 'running')
        or (state = 'dead' and exists (select from task where id = $1 and worker = $3)))`,
    values: [id, key, worker],
  });
}

/** Queues the task again; where the same waits already, that one will do. */
export async function requeueTask(
  app: Pool,
  { id, key, worker }: TaskOwner,
  again: {
    readonly delaySeconds: number;
    readonly error: string | null;
    readonly attempts: number;
  },
): Promise<void> {
  await withTransaction(app, async (client) => {
    await client.query({
      name: 'requeue-task-insert',
      text: `
        insert into task (name, args, key, attempts, run_after, error, created, started)
        select name, args, key, $4, now() + make_interval(secs => $5), $6, created, started
        from task where id = $1 and key = $2 and worker = $3 and state = 'running'
        on conflict (key, state) do nothing`,
      values: [id, key, worker, again.attempts, again.delaySeconds, again.error],
    });
    await deleteOwn(client, { id, key, worker });
  });
}

/** Sets the task aside with its error until a person retries it; of one key only the last. */
export async function buryTask(
  app: Pool,
  { id, key, worker }: TaskOwner,
  error: string,
): Promise<void> {
  await withTransaction(app, async (client) => {
    await client.query(
      `insert into task as t (name, args, key, state, attempts, error, created, started)
       select name, args, key, 'dead', attempts, $4, created, started
       from task where id = $1 and key = $2 and worker = $3 and state = 'running'
       on conflict (key, state) do update set
         attempts = excluded.attempts, error = excluded.error, started = excluded.started`,
      [id, key, worker, error],
    );
    await deleteOwn(client, { id, key, worker });
  });
}

async function deleteOwn(app: Queryable, { id, worker }: TaskOwner): Promise<void> {
  await app.query({
    name: 'delete-own-task',
    text: `delete from task where id = $1 and worker = $2 and state = 'running'`,
    values: [id, worker],
  });
}

/**
 * Queues dead tasks again, all of them or those of these ids, with all their attempts. Where the
 * same waits already, the dead one just goes. Returns the ids of those that wait now.
 */
export async function reviveTasks(
  app: Pool,
  ids: readonly number[] | 'all',
): Promise<{ readonly retried: number; readonly queued: readonly number[] }> {
  return withTransaction(app, async (client) => {
    const { rows } = await client.query<{ id: number; name: string; args: string; key: string }>(
      `delete from task where state = 'dead' and ($1 or id = any($2)) returning name, args, key`,
      [ids === 'all', ids === 'all' ? [] : ids],
    );
    const inserted = await client.query<{ id: number }>(
      `insert into task (name, args, key)
       select name, args, key from unnest($1::text[], $2::jsonb[], $3::text[]) as t (name, args, key)
       on conflict (key, state) do nothing returning id`,
      [
        rows.map(({ name }) => name),
        rows.map(({ args }) => JSON.stringify(args)),
        rows.map(({ key }) => key),
      ],
    );
    return { retried: rows.length, queued: inserted.rows.map(({ id }) => id) };
  });
}

/** Tasks of a state, or of all, oldest first, from beyond the id `after`. */
export async function listTasks(
  app: Queryable,
  page: {
    readonly limit: number;
    readonly after?: number | undefined;
    readonly state?: TaskState | undefined;
  },
): Promise<TaskRow[]> {
  const { rows } = await app.query<TaskRow>(
    `select id, name, args, key, state, attempts, error, run_after, created, started from task
     where id > $1 and ($2::text is null or state = $2)
     order by id limit $3`,
    [page.after ?? 0, page.state ?? null, page.limit],
  );
  return rows;
}

/** How many tasks there are in each state, and in how many seconds the next one is due. */
export async function countTasks(app: Queryable): Promise<{
  readonly counts: Readonly<Record<TaskState, number>>;
  readonly dueInSeconds: number | undefined;
}> {
  const { rows } = await app.query<Record<TaskState, number> & { due_in: number | null }>({
    name: 'count-tasks',
    text: `
      select count(*) filter (where state = 'queued') as queued,
        count(*) filter (where state = 'running') as running,
        count(*) filter (where state = 'dead') as dead,
        extract(epoch from min(run_after) filter (where state = 'queued') - now())::float8 as due_in
      from task`,
  });
  const { due_in: dueIn = null, ...counts } = rows[0] ?? { queued: 0, running: 0, dead: 0 };
  return { counts, dueInSeconds: dueIn ?? undefined };
}
