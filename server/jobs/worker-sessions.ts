/**
 * Whether a process that took work is still alive, by PostgreSQL's word: each worker holds an
 * advisory lock in a session of its own, which ends with the process however that dies. What a
 * dead worker had taken is free at once, and no clock has to agree with another.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { clientConfigOf } from '../db/databases.ts';
import type { DatabaseLocation } from '../db/databases.ts';
import type { Log } from '../log.ts';

const REOPEN_MS = 500;
const CONNECT_TIMEOUT_MS = 5000;
/** The session has nothing to do, so the server must ask whether a host that vanished is there. */
const KEEPALIVE =
  '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3';

/** Whether the lock of worker `w.worker` is free, in SQL: nobody lives who could hold it. */
export const IS_DEAD_WORKER =
  "pg_try_advisory_xact_lock(hashtextextended('worker:' || w.worker, 0))";

export interface WorkerSession {
  /** What rows say who runs them. */
  readonly id: string;
  /** Fires when the session ended: others may have taken our work, so it stops. */
  readonly lost: AbortSignal;
}

export interface WorkerSessionsOptions {
  readonly location: DatabaseLocation;
  readonly log: Log;
  /** Channel that is listened to in the session, and what to do when it rings. */
  readonly channel: string;
  readonly onNotice: () => void;
}

/** Keeps one session open at a time, a new one under a new name whenever the last was lost. */
export class WorkerSessions implements AsyncDisposable {
  readonly #options: WorkerSessionsOptions;
  #opening: Promise<WorkerSession> | undefined;
  #client: Client | undefined;
  #isClosed = false;

  constructor(options: WorkerSessionsOptions) {
    this.#options = options;
  }

  /** The live session, opened if need be, however long that takes; `undefined` once aborted. */
  async live(signal: AbortSignal): Promise<WorkerSession | undefined> {
    while (!signal.aborted && !this.#isClosed) {
      this.#opening ??= this.#open();
      const opening = this.#opening;
      try {
        const session = await opening;
        if (!session.lost.aborted) return session;
      } catch (error) {
        this.#options.log.warn({ err: error }, 'worker waits for the database');
        // The abort is the loop's own condition; here it only ends the wait.
        await delay(REOPEN_MS, undefined, { signal }).catch(() => undefined);
      }
      if (this.#opening === opening) this.#opening = undefined;
    }
    return undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    // One that is just being opened has its lock in a moment, and would keep it.
    await this.#opening?.catch(() => undefined);
    await this.#client?.end();
  }

  async #open(): Promise<WorkerSession> {
    const { channel, location, onNotice } = this.#options;
    const client = new Client({
      ...clientConfigOf(location),
      application_name: 'acoustid-worker',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      options: KEEPALIVE,
    });
    const lost = new AbortController();
    const onLost = (): void => lost.abort(new Error('the session of this worker was lost'));
    client.once('error', onLost).once('end', onLost);
    // A second error of a dying connection would otherwise be an uncaught exception.
    client.on('error', () => undefined);
    client.on('notification', onNotice);
    const id = randomUUID();
    try {
      await client.connect();
      await client.query("select pg_advisory_lock(hashtextextended('worker:' || $1, 0))", [id]);
      await client.query(`listen ${channel}`);
    } catch (error) {
      // It failed already; what closing it says adds nothing.
      await client.end().catch(() => undefined);
      throw error;
    }
    this.#client = client;
    return { id, lost: lost.signal };
  }
}
