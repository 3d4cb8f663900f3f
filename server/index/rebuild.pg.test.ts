import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabases } from '../../e2e/harness/postgres.ts';
import type { TestDatabases } from '../../e2e/harness/postgres.ts';
import { syntheticHashes } from '../../e2e/harness/synthetic-fingerprint.ts';
import { EngineProcess, temporaryFolder } from '../../index-engine/testing/engine-process.ts';
import { openDatabases, withTransaction } from '../db/databases.ts';
import type { Databases } from '../db/databases.ts';
import { insertFingerprints } from '../fingerprint/fingerprint-queries.ts';
import { extractQuery } from '../fingerprint/query.ts';
import type { JobProgress, JobRun } from '../jobs/job.ts';
import { createLog } from '../log.ts';
import { IndexClient } from './client.ts';
import type { IndexHit } from './client.ts';
import { RebuildUnderWayError, rebuildIndex } from './rebuild.ts';
import { IndexUpdater } from './updater.ts';
import type { UpdaterOptions } from './updater.ts';

const log = createLog('fatal');
/** More than one chunk. */
const CORPUS = 2600;

let databases: TestDatabases;
let opened: Databases;
let pool: Pool;
let stack: AsyncDisposableStack;
let engine: EngineProcess;
let index: IndexClient;
let folder: string;

beforeAll(async () => {
  databases = await createTestDatabases();
  opened = openDatabases(databases.urls);
  ({ pool } = opened.fingerprint);
});

afterAll(async () => {
  await opened[Symbol.asyncDispose]();
  await databases[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await pool.query('truncate track restart identity cascade');
  await pool.query('truncate fpindex_changelog, fpindex_meta restart identity');
  await pool.query('insert into track (id, gid) values (1, gen_random_uuid())');
  stack = new AsyncDisposableStack();
  const temporary = stack.use(await temporaryFolder());
  folder = temporary.path;
  engine = stack.use(await EngineProcess.start(folder));
  index = stack.use(new IndexClient(engine.url, 'main'));
});

afterEach(async () => {
  await stack.disposeAsync();
});

/** Stores fingerprints of the ids `first` to `last`. */
async function store(first: number, last: number): Promise<void> {
  for (let from = first; from <= last; from += 500) {
    const to = Math.min(from + 499, last);
    await withTransaction(pool, (transaction) =>
      insertFingerprints(
        transaction,
        Array.from({ length: to - from + 1 }, (_, at) => {
          const hashes = syntheticHashes(from + at, 150);
          const query = extractQuery(hashes);
          return {
            id: from + at,
            trackId: 1,
            hashes,
            query,
            lengthSeconds: 100,
            bitrate: null,
            formatId: null,
          };
        }),
      ),
    );
  }
}

function updaterOf(options?: UpdaterOptions): IndexUpdater {
  return stack.use(new IndexUpdater(pool, index, log, options));
}

/** As if retention had dropped every month so far. */
async function trimChangelog(): Promise<void> {
  await pool.query(
    `insert into fpindex_meta (last_deleted_id)
     select max(id) from fpindex_changelog
     on conflict (singleton) do update set last_deleted_id = excluded.last_deleted_id`,
  );
  await pool.query('delete from fpindex_changelog');
}

async function best(id: number): Promise<IndexHit | undefined> {
  const query = extractQuery(syntheticHashes(id, 150));
  const search = { limit: 1, minScore: 30, scorePercent: 10, timeoutMs: 5000 };
  return (await index.search(query, search))[0];
}

async function expectComplete(ids: readonly number[]): Promise<void> {
  for (const id of ids) expect(await best(id)).toMatchObject({ id });
  const info = await fetch(`${engine.url}/main`);
  const { stats } = (await info.json()) as { stats: { num_docs: number } };
  const { rowCount } = await pool.query('select from fingerprint');
  expect(stats.num_docs).toBe(rowCount);
}

interface Watched {
  readonly run: JobRun;
  readonly reports: JobProgress[];
  readonly lines: string[];
}

function watched(signal: AbortSignal, onReport: () => void = () => undefined): Watched {
  const reports: JobProgress[] = [];
  const lines: string[] = [];
  const run: JobRun = {
    signal,
    saved: undefined,
    report: (progress) => {
      reports.push(progress);
      onReport();
    },
    log: (line) => lines.push(line),
    save: () => Promise.resolve(),
  };
  return { run, reports, lines };
}

const never = (): AbortSignal => new AbortController().signal;

test('an index is built anew while it is searched and written, and nothing is missing after', async () => {
  await store(1, CORPUS);
  const updater = updaterOf();
  await updater.catchUp();
  await pool.query('delete from fingerprint where id = 3');
  const stop = new AbortController();
  let stored = CORPUS;
  const storing = (async () => {
    while (!stop.signal.aborted) {
      stored += 1;
      await store(stored, stored);
      await updater.catchUp();
    }
  })();
  const missed: number[] = [];
  const searching = (async () => {
    for (let id = 10; !stop.signal.aborted; id = (id % CORPUS) + 7) {
      if ((await best(id))?.id !== id && id !== 3) missed.push(id);
    }
  })();
  const { reports, run } = watched(never());
  await rebuildIndex({ pool, index, log }, run);
  // What is written after the switch goes into the new index.
  const atSwitch = stored;
  await expect.poll(() => stored).toBeGreaterThan(atSwitch + 2);
  stop.abort();
  await Promise.all([storing, searching]);
  await updater.catchUp();
  expect(missed).toEqual([]);
  await expectComplete([1, 2, 4, 2001, CORPUS, CORPUS + 1, atSwitch, stored]);
  expect(await best(3)).toBeUndefined();
  const counts = reports.map(({ done }) => done);
  expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  expect(reports.at(-1)).toMatchObject({ unit: 'fingerprints', current: 'switching' });
});

test('one that is stopped goes on where it was', async () => {
  await store(1, CORPUS);
  const stop = new AbortController();
  const first = watched(stop.signal, () => stop.abort(new Error('paused')));
  await expect(rebuildIndex({ pool, index, log }, first.run)).rejects.toThrow('paused');
  expect(await index.findInfo()).toBeUndefined();
  await pool.query('delete from fingerprint where id = 1');
  await store(CORPUS + 1, CORPUS + 1);
  const second = watched(never());
  await rebuildIndex({ pool, index, log }, second.run);
  expect(second.lines[0]).toBe('going on after 2000 fingerprints');
  expect(second.reports[0]?.done).toBeGreaterThan(2000);
  expect(await best(1)).toBeUndefined();
  await expectComplete([2, 1999, 2001, CORPUS, CORPUS + 1]);
});

test('an unfinished one that the changelog does not reach any more is begun again', async () => {
  await store(1, CORPUS);
  const stop = new AbortController();
  const first = watched(stop.signal, () => stop.abort(new Error('paused')));
  await expect(rebuildIndex({ pool, index, log }, first.run)).rejects.toThrow('paused');
  await pool.query('delete from fingerprint where id = 1');
  await trimChangelog();
  const second = watched(never());
  await rebuildIndex({ pool, index, log }, second.run);
  expect(second.lines[0]).toContain('too old');
  expect(await best(1)).toBeUndefined();
  await expectComplete([2, CORPUS]);
});

test('an engine that is killed while it loads only delays it', async () => {
  await store(1, CORPUS);
  const { port } = engine;
  let killed: Promise<unknown> | undefined;
  const { lines, run } = watched(never(), () => {
    killed ??= (async () => {
      await engine.end('SIGKILL');
      engine = stack.use(await EngineProcess.start(folder, ['--port', String(port)]));
    })();
  });
  await rebuildIndex({ pool, index, log }, run);
  await killed;
  expect(lines).toContain('the index engine does not answer; trying again');
  await expectComplete([1, 2000, 2001, CORPUS]);
}, 60_000);

test('two at once are one too many', async () => {
  await store(1, CORPUS);
  const first = watched(never());
  const building = rebuildIndex({ pool, index, log }, first.run);
  await expect.poll(() => first.reports.length, { interval: 1 }).toBeGreaterThan(0);
  await expect(rebuildIndex({ pool, index, log }, watched(never()).run)).rejects.toThrow(
    RebuildUnderWayError,
  );
  expect(await building).toBe(CORPUS);
});

test('fingerprints of silence are left out, those without a packed vector are not', async () => {
  await store(1, 2);
  await pool.query(
    `insert into fingerprint (id, track_id, fingerprint, length)
     values (3, 1, array_fill(627964279, array[100]), 100)`,
  );
  await pool.query('delete from fingerprint_data where fingerprint_id = 2');
  expect(await rebuildIndex({ pool, index, log }, watched(never()).run)).toBe(3);
  expect(await best(2)).toMatchObject({ id: 2 });
});

test('a lost index whose changelog was dropped is built anew by itself, and imports wait', async () => {
  await store(1, 50);
  await trimChangelog();
  await store(51, 52);
  await expect(updaterOf().readPosition()).rejects.toThrow('index is unavailable');
  // Not there is not the same as empty: nothing must be answered "no match".
  await expect(updaterOf().catchUp()).rejects.toThrow('does not reach');
  await expect(best(1)).rejects.toThrow('index is unavailable');
  const updater = updaterOf({
    rebuild: (signal) => rebuildIndex({ pool, index, log }, watched(signal).run),
  });
  updater.start();
  await expect.poll(() => updater.readPosition().catch(() => 0), { timeout: 20_000 }).toBe(52);
  await expectComplete([1, 50, 51, 52]);
});

test('an index that is ahead of a database set back to an earlier state is built anew', async () => {
  await store(1, 20);
  await updaterOf().catchUp();
  await pool.query('alter table fingerprint disable trigger user');
  await pool.query('delete from fingerprint where id > 10');
  await pool.query('alter table fingerprint enable trigger user');
  await pool.query('delete from fpindex_changelog where fingerprint_id > 10');
  const updater = updaterOf({
    rebuild: (signal) => rebuildIndex({ pool, index, log }, watched(signal).run),
  });
  updater.start();
  await expect.poll(() => updater.readPosition().catch(() => 0), { timeout: 20_000 }).toBe(10);
  await expectComplete([1, 10]);
  expect(await best(11)).toBeUndefined();
});
