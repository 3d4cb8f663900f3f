/**
 * The index again, from the fingerprints in PostgreSQL, while the old one serves: built under a name
 * beside it, brought up to date by the changelog, then put in its place at once (docs/decisions/0071).
 * Everything needed to go on after a stop is in the new index's own metadata.
 */
import type { Pool } from 'pg';
import { setTimeout as delay } from 'node:timers/promises';
import { holdAdvisoryLock } from '../db/advisory-lock.ts';
import { withTransaction } from '../db/databases.ts';
import { UnavailableError } from '../errors.ts';
import type { JobRun } from '../jobs/job.ts';
import type { Log } from '../log.ts';
import { lockImports } from '../submission/import-queries.ts';
import { isWithinReach, readChangelogReach } from './changelog-queries.ts';
import type { IndexChunk, IndexClient } from './client.ts';
import { countCorpus, listCorpus } from './corpus-queries.ts';
import type { CorpusEntry } from './corpus-queries.ts';
import { IndexUpdater, POSITION_KEY } from './updater.ts';

const LOCK = 'rebuild-index';
const SUFFIX = '-rebuild';
/** Fingerprints per commit of the new index; at 120 hashes each about a megabyte. */
const CHUNK = 2000;
/** Times the engine may go away before the rebuild gives up; it is restarted within seconds. */
const RETRIES_MAX = 30;
const RETRY_MS = 1000;

/** Metadata keys of an unfinished index: the last fingerprint copied, and how many. */
const AFTER_KEY = 'rebuild_after';
const DONE_KEY = 'rebuild_done';

export interface RebuildParts {
  readonly pool: Pool;
  /** The index that is searched. */
  readonly index: IndexClient;
  readonly log: Log;
}

/** Somebody else is at it. */
export class RebuildUnderWayError extends Error {
  constructor() {
    super('the index is being rebuilt already');
    this.name = 'RebuildUnderWayError';
  }
}

/**
 * Builds the index anew and switches to it; returns how many fingerprints it took. What is
 * submitted meanwhile is found in the old index and then in the new one. Stopped by its signal it
 * throws the reason, and a later run goes on where this one was.
 */
export async function rebuildIndex(parts: RebuildParts, run: JobRun): Promise<number> {
  await using lock = await holdAdvisoryLock(parts.pool, LOCK);
  if (!lock) throw new RebuildUnderWayError();
  await using fresh = parts.index.beside(SUFFIX);
  const signal = AbortSignal.any([run.signal, lock.lost]);
  const work = { ...parts, fresh, run, signal };
  const total = await countCorpus(parts.pool);
  await withRetries(signal, run, () => copyCorpus(work, total));
  run.report({ done: total, total, unit: 'fingerprints', current: 'catching up' });
  await withRetries(signal, run, () => new IndexUpdater(parts.pool, fresh, parts.log).catchUp());
  signal.throwIfAborted();
  run.report({ done: total, total, unit: 'fingerprints', current: 'switching' });
  await switchOver(work);
  run.log(`the index was built anew from ${total} fingerprints`);
  return total;
}

interface Work extends RebuildParts {
  readonly fresh: IndexClient;
  readonly run: JobRun;
  readonly signal: AbortSignal;
}

/** Loads every fingerprint into the new index, from where an earlier run stopped. */
async function copyCorpus(work: Work, total: number): Promise<void> {
  const { fresh, run, signal } = work;
  const start = await readStart(work);
  if (start.done > 0) run.log(`going on after ${start.done} fingerprints`);
  await fresh.load(chunksOf(work, start, total));
  // Only here: what was sent so far is durable now, and counts.
  signal.throwIfAborted();
}

interface Start {
  readonly after: number;
  readonly done: number;
}

/** Where the new index stands; makes it if there is none, or none that can still be finished. */
async function readStart({ fresh, pool, run }: Work): Promise<Start> {
  const info = await fresh.findInfo();
  const reach = await readChangelogReach(pool);
  const position = Number(info?.metadata[POSITION_KEY] ?? Number.NaN);
  if (info && isWithinReach(position, reach)) {
    const { [AFTER_KEY]: after, [DONE_KEY]: done } = info.metadata;
    return { after: Number(after), done: Number(done) };
  }
  if (info) run.log('an unfinished index is too old and is given up');
  await fresh.deleteIndex();
  await fresh.ensureIndex();
  // Before the first fingerprint is read: whatever changes from here on is in the changelog after it.
  const metadata = { [POSITION_KEY]: String(reach.newest), [AFTER_KEY]: '0', [DONE_KEY]: '0' };
  await fresh.update([], metadata, 0);
  return { after: 0, done: 0 };
}

/** Ends early when stopped, so that the chunks sent become durable. */
async function* chunksOf(
  { pool, run, signal }: Work,
  start: Start,
  total: number,
): AsyncGenerator<IndexChunk> {
  let { after, done } = start;
  let page = await listCorpus(pool, after, CHUNK);
  while (page.length > 0 && !signal.aborted) {
    after = page.at(-1)?.id ?? after;
    done += page.length;
    // The next page is read while the engine takes this one.
    const next = listCorpus(pool, after, CHUNK);
    next.catch(() => undefined);
    yield {
      changes: page.flatMap(changeOf),
      metadata: { [AFTER_KEY]: String(after), [DONE_KEY]: String(done) },
    };
    run.report({ done: Math.min(done, total), total, unit: 'fingerprints', current: 'copying' });
    page = await next;
  }
}

function changeOf({ id, query }: CorpusEntry): IndexChunk['changes'] {
  return query.length === 0 ? [] : [{ kind: 'insert', id, hashes: query }];
}

/**
 * Under the lock that every import takes, so that nothing is committed that the new index lacks:
 * an import that saw the old index further on would miss it in the new one.
 */
async function switchOver({ fresh, index, log, pool }: Work): Promise<void> {
  await withTransaction(pool, async (transaction) => {
    await transaction.query('set local idle_in_transaction_session_timeout = 0');
    await lockImports(transaction);
    await new IndexUpdater(transaction, fresh, log).catchUp();
    await index.replaceBy(fresh);
  });
}

/** The engine may be restarted under us; the new index says itself how far it came. */
async function withRetries(
  signal: AbortSignal,
  run: JobRun,
  work: () => Promise<unknown>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      await work();
      return;
    } catch (error) {
      const isEngine = error instanceof UnavailableError && error.part === 'index';
      if (!isEngine || attempt === RETRIES_MAX) throw error;
      run.log('the index engine does not answer; trying again');
      await delay(RETRY_MS, undefined, { signal });
    }
  }
}
