import { setTimeout as delay } from 'node:timers/promises';
import { withTransaction } from '../db/databases.ts';
import type { Databases } from '../db/databases.ts';
import { isUnavailable } from '../errors.ts';
import type { IndexClient } from '../index/client.ts';
import type { IndexUpdater } from '../index/updater.ts';
import type { Log } from '../log.ts';
import { importSubmissions } from '../submission/import.ts';
import type { ImportParts } from '../submission/import.ts';
import {
  claimPendingSubmissions,
  finishSubmissions,
  IMPORT_ATTEMPTS_MAX,
  listPendingIds,
  recordFailedImport,
} from '../submission/submission-queries.ts';
import type { SubmissionResult, SubmissionRow } from '../submission/submission-queries.ts';
import type { Announcement, Doorbell } from './doorbell.ts';

/** Submissions imported between two commits of the ingest database. */
const BATCH_MAX = 64;
const RETRY_MS = 1000;
/** The sweeper looks for submissions that no announcement reached. */
const SWEEP_INTERVAL_MS = 30_000;
const SWEEP_AGE_SECONDS = 30;
const SWEEP_BATCH = 1000;
/** After a missed announcement the sweep need not wait for its turn. */
const SWEEP_SOON_MS = 500;
/** How long a batch waits for the index before its submissions are called imported. */
const INDEX_WAIT_MS = 1000;

export interface WorkerParts {
  readonly databases: Pick<Databases, 'ingest' | 'fingerprint'>;
  readonly index: IndexClient;
  readonly updater: IndexUpdater;
  readonly queue: Doorbell;
  readonly log: Log;
}

/**
 * Imports submissions as they are announced, in batches, and sweeps up those that no announcement
 * reached. The database decides what is pending; an announcement only says when to look.
 */
export class SubmissionWorker {
  readonly #parts: WorkerParts;
  readonly #stopped = new AbortController();
  readonly #inbox: Announcement[] = [];
  #wake: (() => void) | undefined;
  #sweepAt = 0;
  // At the start what a dead predecessor held is released; its messages come back only later.
  #sweepAgeSeconds = 0;
  #loops: Promise<unknown> | undefined;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#loops ??= Promise.all([this.#listen(), this.#work()]);
  }

  /** Looks at the database shortly, whatever has been announced. */
  sweepSoon(): void {
    this.#sweepAt = Math.min(this.#sweepAt, Date.now() + SWEEP_SOON_MS);
    this.#sweepAgeSeconds = 0;
    this.#wake?.();
  }

  /** Finishes the batch under way and takes no other. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    this.#wake?.();
    await this.#loops;
  }

  async #listen(): Promise<void> {
    const { log, queue } = this.#parts;
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        // The consumer hands out at most UNACKNOWLEDGED_MAX, which bounds the inbox.
        for await (const announcement of queue.listen(signal)) {
          this.#inbox.push(announcement);
          this.#wake?.();
        }
      } catch (error) {
        if (!signal.aborted) log.warn({ err: error }, 'listening for submissions failed');
      }
      await pause(RETRY_MS, signal);
    }
  }

  async #work(): Promise<void> {
    const { log } = this.#parts;
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        if (Date.now() >= this.#sweepAt) {
          const ageSeconds = this.#sweepAgeSeconds;
          this.#sweepAt = Date.now() + SWEEP_INTERVAL_MS;
          this.#sweepAgeSeconds = SWEEP_AGE_SECONDS;
          await this.#sweep(ageSeconds);
        }
        const batch = this.#inbox.splice(0, BATCH_MAX);
        if (batch.length > 0) await this.#importAnnounced(batch);
        else await this.#idle();
      } catch (error) {
        if (isUnavailable(error)) log.warn({ err: error }, 'import waits for a part');
        else log.error({ err: error }, 'import failed');
        this.sweepSoon();
        await pause(RETRY_MS, signal);
      }
    }
  }

  async #idle(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(this.#sweepAt - Date.now(), 0));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
      // Something may have come between the last look and now.
      if (this.#inbox.length > 0 || this.#stopped.signal.aborted) this.#wake();
    });
    this.#wake = undefined;
  }

  async #sweep(ageSeconds: number): Promise<void> {
    const { ingest } = this.#parts.databases;
    const ids = await listPendingIds(ingest.pool, ageSeconds, SWEEP_BATCH);
    for (let at = 0; at < ids.length && !this.#stopped.signal.aborted; at += BATCH_MAX) {
      await this.#importBatch(ids.slice(at, at + BATCH_MAX));
    }
    // A full page: there may be more, and no announcement will come for them.
    if (ids.length === SWEEP_BATCH) this.sweepSoon();
  }

  async #importAnnounced(batch: readonly Announcement[]): Promise<void> {
    try {
      const failed = await this.#importBatch(batch.map(({ id }) => id));
      for (const announcement of batch) {
        if (failed.has(announcement.id)) announcement.retry(RETRY_MS);
        else announcement.ack();
      }
    } catch (error) {
      for (const announcement of batch) announcement.retry(RETRY_MS);
      throw error;
    }
  }

  /**
   * Imports those of these submissions that are pending and nobody else holds. Their results are
   * one transaction in the ingest database, written when the index can find them. Returns the ids
   * to try again.
   */
  async #importBatch(ids: readonly number[]): Promise<ReadonlySet<number>> {
    const { databases, index, updater } = this.#parts;
    return withTransaction(databases.ingest.pool, async (ingest) => {
      const submissions = await claimPendingSubmissions(ingest, ids);
      if (submissions.length === 0) return new Set<number>();
      const parts: ImportParts = {
        fingerprint: databases.fingerprint.pool,
        index,
        indexedPosition: await updater.readPosition(),
      };
      const { failures, results } = await importTogetherOrAlone(parts, submissions);
      await this.#waitForIndex();
      await finishSubmissions(ingest, results);
      const retried = new Set<number>();
      for (const [id, error] of failures) {
        const message = error instanceof Error ? error.message : String(error);
        const { parked } = await recordFailedImport(ingest, id, message, IMPORT_ATTEMPTS_MAX);
        if (!parked) retried.add(id);
        this.#parts.log.error({ err: error, submission: id, parked }, 'import failed');
      }
      return retried;
    });
  }

  /**
   * "Imported" should mean that a lookup finds it, so the batch waits for the index, but not
   * long: the changelog holds what is missing, and nothing is lost by going on.
   */
  async #waitForIndex(): Promise<void> {
    const { log, updater } = this.#parts;
    const limit = AbortSignal.timeout(INDEX_WAIT_MS);
    try {
      await Promise.race([updater.catchUp(), rejectOnAbort(limit)]);
    } catch (error) {
      log.warn({ err: error }, 'the index is behind the import');
    }
  }
}

/**
 * Imports a batch in one transaction; if that fails, each of its submissions alone, so that one
 * that cannot be stored is told from the others.
 */
async function importTogetherOrAlone(
  parts: ImportParts,
  submissions: readonly SubmissionRow[],
): Promise<{ results: Map<number, SubmissionResult>; failures: Map<number, unknown> }> {
  const results = new Map<number, SubmissionResult>();
  const failures = new Map<number, unknown>();
  const [first] = submissions;
  try {
    for (const [id, result] of await importSubmissions(parts, submissions)) results.set(id, result);
  } catch (error) {
    // A missing part is nobody's fault: the batch is tried again as it is.
    if (isUnavailable(error)) throw error;
    if (submissions.length === 1 && first) {
      failures.set(first.id, error);
      return { results, failures };
    }
    for (const submission of submissions) {
      const alone = await importTogetherOrAlone(parts, [submission]);
      for (const [id, result] of alone.results) results.set(id, result);
      for (const [id, failure] of alone.failures) failures.set(id, failure);
    }
  }
  return { results, failures };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // The abort is the loop's own condition; here it only ends the wait.
  await delay(ms, undefined, { signal }).catch(() => undefined);
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
