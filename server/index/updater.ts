import { setTimeout as delay } from 'node:timers/promises';
import type { Queryable } from '../db/queryable.ts';
import { isUnavailable, UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import {
  ensureChangelogPartitions,
  isWithinReach,
  listChangelog,
  readChangelogReach,
} from './changelog-queries.ts';
import type { ChangelogEntry } from './changelog-queries.ts';
import { IndexVersionMismatchError } from './client.ts';
import type { IndexChange, IndexClient, IndexInfo } from './client.ts';

/** Metadata key under which the index keeps how far in the changelog it is. */
export const POSITION_KEY = 'changelog_position';
/** Changelog entries per update; at 120 hashes each about half a megabyte. */
const BATCH_ENTRIES_MAX = 1000;
/**
 * How often the changelog is read when nobody says that there is something new: for what other
 * processes write, and to notice an index that was replaced.
 */
const POLL_MS = 5000;
/** After a failure: whatever is missing is being restarted. */
const RETRY_MS = 500;
const PARTITION_CHECK_MS = 24 * 3600 * 1000;

/**
 * The changelog cannot bring the index up to date: too much of it has been dropped, or the index
 * holds what the database has forgotten. Only building the index anew helps.
 */
export class OutOfReachError extends Error {
  constructor(position: number) {
    super(`the changelog does not reach the index, which is at ${position}`);
    this.name = 'OutOfReachError';
  }
}

export interface UpdaterOptions {
  /** Builds the index anew when the changelog cannot help; without it that is only logged. */
  readonly rebuild?: (signal: AbortSignal) => Promise<unknown>;
}

/** Where the index stands: its own version, and the changelog position it contains. */
interface IndexState {
  readonly version: number;
  readonly position: number;
}

/**
 * Carries the changelog into the index, in order. The position travels in the same commit as the
 * changes, so the two cannot disagree: a lost index starts at 0, a restored one where it was, and
 * two updaters at once are told apart by the index's version.
 */
export class IndexUpdater {
  readonly #fingerprint: Queryable;
  readonly #index: IndexClient;
  readonly #log: Log;
  readonly #options: UpdaterOptions;
  readonly #stopped = new AbortController();
  #state: IndexState | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #running: Promise<void> | undefined;

  constructor(fingerprint: Queryable, index: IndexClient, log: Log, options: UpdaterOptions = {}) {
    this.#fingerprint = fingerprint;
    this.#index = index;
    this.#log = log;
    this.#options = options;
  }

  /** Follows the changelog until disposed. */
  start(): void {
    this.#running ??= this.#follow();
  }

  /** Applies everything committed before this call, and returns the position reached. */
  async catchUp(): Promise<number> {
    return this.#inTurn(() => this.#applyAll());
  }

  /** One at a time: two turns would send the same entries and one would be refused. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /**
   * The position the index has certainly reached, by its own word: it may have been replaced.
   * Throws `UnavailableError` where the changelog does not hold all that the index lacks.
   */
  async readPosition(): Promise<number> {
    const info = await this.#index.findInfo();
    const position = info ? positionOf(info) : 0;
    if (!isWithinReach(position, await readChangelogReach(this.#fingerprint))) {
      throw new UnavailableError('index', { cause: new OutOfReachError(position) });
    }
    return position;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    await this.#running;
    await this.#turn;
  }

  async #follow(): Promise<void> {
    let checkPartitionsAt = 0;
    while (!this.#stopped.signal.aborted) {
      let waitMs = POLL_MS;
      try {
        if (Date.now() >= checkPartitionsAt) {
          await ensureChangelogPartitions(this.#fingerprint);
          checkPartitionsAt = Date.now() + PARTITION_CHECK_MS;
        }
        await this.#inTurn(async () => {
          // With nothing to send, only asking shows that the index was lost or replaced.
          this.#state = undefined;
          await this.#applyAll();
        });
      } catch (error) {
        waitMs = RETRY_MS;
        if (error instanceof OutOfReachError) await this.#rebuild(error);
        else if (isUnavailable(error))
          this.#log.warn({ err: error }, 'index update waits for a part');
        else this.#log.error({ err: error }, 'index update failed');
      }
      await delay(waitMs, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
    }
  }

  async #rebuild(reason: OutOfReachError): Promise<void> {
    this.#log.error({ err: reason }, 'the index has to be built anew');
    try {
      await this.#options.rebuild?.(this.#stopped.signal);
    } catch (error) {
      if (!this.#stopped.signal.aborted) this.#log.error({ err: error }, 'index rebuild failed');
    }
  }

  async #applyAll(): Promise<number> {
    for (;;) {
      const state = this.#state ?? (await this.#readState());
      const entries = await listChangelog(this.#fingerprint, state.position, BATCH_ENTRIES_MAX);
      // After the entries: a month dropped between the two reads is marked by then.
      const reach = await readChangelogReach(this.#fingerprint);
      if (!isWithinReach(state.position, reach)) throw new OutOfReachError(state.position);
      const last = entries.at(-1);
      if (!last) return state.position;
      const applied = await this.#apply(state, entries, last.id);
      if (applied && entries.length < BATCH_ENTRIES_MAX) return last.id;
    }
  }

  /** False when another updater was faster; the state is read again then. */
  async #apply(
    state: IndexState,
    entries: readonly ChangelogEntry[],
    last: number,
  ): Promise<boolean> {
    try {
      const version = await this.#index.update(
        entries.map(changeOf),
        { [POSITION_KEY]: String(last) },
        state.version,
      );
      this.#state = { version, position: last };
      return true;
    } catch (error) {
      // Whatever happened, the index knows best where it is: a lost answer may be a done update.
      this.#state = undefined;
      if (error instanceof IndexVersionMismatchError) return false;
      throw error;
    }
  }

  async #readState(): Promise<IndexState> {
    const found = await this.#index.findInfo();
    const info = found ?? { version: 0, metadata: {} };
    const reach = await readChangelogReach(this.#fingerprint);
    if (!isWithinReach(positionOf(info), reach)) throw new OutOfReachError(positionOf(info));
    // Not before: an index that is there and empty would answer that nothing matches.
    if (!found) await this.#index.ensureIndex();
    const state = { version: info.version, position: positionOf(info) };
    this.#state = state;
    return state;
  }
}

function positionOf(info: IndexInfo): number {
  const position = Number(info.metadata[POSITION_KEY] ?? 0);
  if (!Number.isSafeInteger(position)) {
    throw new TypeError(`the index has no usable ${POSITION_KEY}`);
  }
  return position;
}

function changeOf({ fingerprint_id: id, query }: ChangelogEntry): IndexChange {
  return query === null
    ? { kind: 'delete', id }
    : { kind: 'insert', id, hashes: Uint32Array.from(query) };
}
