import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { tryAdvisoryLock } from '../db/advisory-lock.ts';
import { clientConfigOf } from '../db/databases.ts';
import type { DatabaseLocation } from '../db/databases.ts';
import type { Log } from '../log.ts';
import { dueSchedules } from './schedules.ts';
import type { Schedule } from './schedules.ts';
import type { TaskQueue } from './task-queue.ts';

/** Whoever holds it follows the schedules. */
const LEADER_LOCK = 'cron';
/** How often one that does not lead asks whether it may. */
const ASK_EVERY_MS = 3000;
/** The longest sleep of the leader, lest a clock that was set or a machine that slept go unnoticed. */
const LOOK_EVERY_MS = 30_000;
const RETRY_MS = 1000;
const CONNECT_TIMEOUT_MS = 5000;
const STATEMENT_TIMEOUT_MS = 10_000;
/** A leader whose host vanished makes room within half a minute. */
const KEEPALIVE =
  '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3';

export interface CronParts {
  readonly location: DatabaseLocation;
  readonly queue: TaskQueue;
  readonly schedules: readonly Schedule[];
  readonly log: Log;
  readonly now: () => number;
}

/**
 * Queues tasks as the schedules come round; it does nothing else. Of all processes that have a
 * `Cron`, the one that holds an advisory lock leads. It writes on the very connection that holds
 * the lock: with the connection it loses the lead and the means to act on it.
 */
export class Cron implements AsyncDisposable {
  readonly #parts: CronParts;
  readonly #stopped = new AbortController();
  #loop: Promise<void> | undefined;
  #isLeader = false;

  constructor(parts: CronParts) {
    this.#parts = parts;
  }

  get isLeader(): boolean {
    return this.#isLeader;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { log } = this.#parts;
    while (!this.#stopped.signal.aborted) {
      const client = this.#newClient();
      const lost = new AbortController();
      const onLost = (): void => lost.abort();
      client.once('error', onLost).once('end', onLost);
      // A second error of a dying connection would otherwise be an uncaught exception.
      client.on('error', () => undefined);
      try {
        await client.connect();
        await this.#lead(client, AbortSignal.any([lost.signal, this.#stopped.signal]));
      } catch (error) {
        log.warn({ err: error }, 'cron waits for the database');
        await pause(RETRY_MS, this.#stopped.signal);
      } finally {
        if (this.#isLeader) log.info('cron leads no more');
        this.#isLeader = false;
        // The connection may be what failed; closing it then says nothing new.
        await client.end().catch(() => undefined);
      }
    }
  }

  #newClient(): Client {
    return new Client({
      ...clientConfigOf(this.#parts.location),
      application_name: 'acoustid-cron',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      keepAlive: true,
      options: KEEPALIVE,
    });
  }

  /** Waits for the lead and keeps it until the connection is lost or the process stops. */
  async #lead(client: Client, signal: AbortSignal): Promise<void> {
    while (!(await tryAdvisoryLock(client, LEADER_LOCK))) {
      await pause(ASK_EVERY_MS, signal);
      if (signal.aborted) return;
    }
    this.#isLeader = true;
    this.#parts.log.info('cron leads');
    while (!signal.aborted) {
      const nextAt = await this.#follow(client);
      const ms = nextAt ? nextAt.getTime() - this.#parts.now() : LOOK_EVERY_MS;
      await pause(Math.max(0, Math.min(ms, LOOK_EVERY_MS)), signal);
    }
  }

  /** Queues what is due and remembers it, in one transaction. Returns when there is more to do. */
  async #follow(client: Client): Promise<Date | undefined> {
    const { log, now, queue, schedules } = this.#parts;
    const { rows } = await client.query<{ schedule: string; last_run: Date }>(
      'select schedule, last_run from cron_run',
    );
    const lastRuns = new Map(rows.map(({ last_run, schedule }) => [schedule, last_run]));
    const at = new Date(now());
    const { due, fresh, nextAt } = dueSchedules(schedules, lastRuns, at);
    const followed = [...due, ...fresh];
    if (followed.length === 0) return nextAt;
    await client.query('begin');
    const ids = await queue.insert(
      client,
      due.map(({ task }) => ({ name: task })),
    );
    await client.query(
      `insert into cron_run (schedule, last_run)
       select name, $2::timestamptz from unnest($1::text[]) as n (name)
       on conflict (schedule) do update set last_run = excluded.last_run`,
      [followed.map(({ name }) => name), at],
    );
    await client.query('commit');
    queue.ring(ids);
    log.debug({ due: due.map(({ name }) => name) }, 'schedules followed');
    return nextAt;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // The abort is the loop's own condition; here it only ends the wait.
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
