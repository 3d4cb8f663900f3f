import { Unpackr, unpackMultiple } from 'msgpackr';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sendCase } from '../../e2e/harness/case-request.ts';
import { CaseRows } from '../../e2e/harness/case-rows.ts';
import { hasReferenceData } from '../../e2e/harness/dataset.ts';
import { httpCases } from '../../e2e/harness/http-cases.ts';
import { createTestDatabases } from '../../e2e/harness/postgres.ts';
import type { TestDatabases } from '../../e2e/harness/postgres.ts';
import { syntheticHashes } from '../../e2e/harness/synthetic-fingerprint.ts';
import { EngineProcess, temporaryFolder } from '../../index-engine/testing/engine-process.ts';
import type { FeedBatch, FeedChange } from '../../index-engine/replication/feed-contract.ts';
import { openDatabases } from '../db/databases.ts';
import type { Databases } from '../db/databases.ts';
import { extractQuery } from '../fingerprint/query.ts';
import { drain, listen } from '../http/listen.ts';
import { IndexClient } from '../index/client.ts';
import type { IndexChange } from '../index/client.ts';
import { createLog } from '../log.ts';
import { createFeedApp } from './feed-app.ts';

const stack = new AsyncDisposableStack();
let databases: TestDatabases;
let opened: Databases;
let rows: CaseRows;
let feed = '';

beforeAll(async () => {
  databases = stack.use(await createTestDatabases());
  opened = stack.use(openDatabases(databases.urls));
  rows = stack.use(await CaseRows.open(databases));
  const app = createFeedApp(opened.fingerprint.pool, createLog('fatal'));
  const listening = await listen(app, '127.0.0.1', 0);
  stack.defer(() => drain(listening.server, 1000));
  feed = `http://127.0.0.1:${listening.port}`;
});

afterAll(async () => {
  await stack.disposeAsync();
});

interface MsgpackExpectation {
  readonly msgpack?: unknown;
  readonly msgpack_stream?: readonly unknown[];
  readonly status: number;
  readonly content_type?: string;
  readonly json?: unknown;
  readonly text?: string;
}

const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true });

describe.skipIf(!hasReferenceData())('recorded cases', () => {
  const cases = hasReferenceData() ? httpCases(({ app }) => app === 'feed') : [];

  test('there are some', () => {
    expect(cases.length).toBeGreaterThan(20);
  });

  test.each(cases)(
    '$name is answered as recorded',
    async ({ expect: expected, request, setup }) => {
      await rows.reset(setup.load);
      await rows.insert(setup.rows ?? {});
      for (const step of setup.steps ?? []) {
        if (!('request' in step)) throw new Error('a step of a kind the feed has none of');
        expect((await sendCase(feed, step.request)).status).toBe(step.status);
      }
      const { body, headers, status } = await sendCase(feed, request);
      const wanted: MsgpackExpectation = expected;
      expect(status).toBe(wanted.status);
      if (wanted.content_type !== undefined)
        expect(headers['content-type']).toBe(wanted.content_type);
      if (wanted.json !== undefined) expect(JSON.parse(body.toString())).toEqual(wanted.json);
      if (wanted.text !== undefined) expect(body.toString()).toBe(wanted.text);
      if (wanted.msgpack !== undefined) expect(unpackr.unpack(body)).toEqual(wanted.msgpack);
      if (wanted.msgpack_stream) expect(unpackMultiple(body)).toEqual(wanted.msgpack_stream);
    },
  );
});

describe('a follower', () => {
  beforeEach(async () => {
    await opened.fingerprint.pool.query(
      'truncate track, fpindex_changelog, fpindex_meta restart identity cascade',
    );
    await opened.fingerprint.pool.query('insert into track (gid) values (gen_random_uuid())');
  });

  async function store(seeds: readonly number[]): Promise<void> {
    for (const seed of seeds) {
      await opened.fingerprint.pool.query(
        'insert into fingerprint (id, track_id, fingerprint, length) values ($1, 1, $2::int[], 100)',
        [seed, `{${Int32Array.from(syntheticHashes(seed, 200)).join(',')}}`],
      );
    }
  }

  async function get(path: string): Promise<{ status: number; body: Buffer }> {
    const response = await fetch(feed + path);
    return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
  }

  test('fills an empty index from the corpus and then follows, in any batches', async () => {
    await using folder = await temporaryFolder();
    await using engine = await EngineProcess.start(folder.path);
    await using index = new IndexClient(engine.url, 'follower');
    await index.ensureIndex();
    await store([1, 2, 3, 4, 5]);
    let position = await copyCorpus(index, 2);
    expect(position).toBe(5);
    await store([6, 7, 8]);
    await opened.fingerprint.pool.query('delete from fingerprint where id in (2, 7)');
    for (;;) {
      const { e, r } = await followOnce(index, position, 2);
      position = e.at(-1)?.i ?? position;
      if (r > 0) break;
    }
    expect(position).toBe(10);
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const query = extractQuery(syntheticHashes(seed, 200));
      const search = { limit: 1, minScore: 40, scorePercent: 10, timeoutMs: 5000 };
      const ids = (await index.search(query, search)).map(({ id }) => id);
      expect(ids).toEqual([2, 7].includes(seed) ? [] : [seed]);
    }
  });

  /** As a node does: one commit for each array, and the empty array at the end or it does not count. */
  async function copyCorpus(index: IndexClient, chunk: number): Promise<number> {
    const { body, status } = await get(`/_bootstrap/acoustid/1?chunk=${chunk}`);
    expect(status).toBe(200);
    const [head, ...arrays] = unpackMultiple(body) as [{ p: number }, ...FeedChange[][]];
    expect(arrays.pop()).toEqual([]);
    for (const changes of arrays) {
      const { version = 0 } = (await index.findInfo()) ?? {};
      await index.update(changes.map(changeOf), {}, version);
    }
    return head.p;
  }

  async function followOnce(index: IndexClient, after: number, max: number): Promise<FeedBatch> {
    const { body } = await get(`/_changelog/acoustid/1?after=${after}&max=${max}`);
    const batch = unpackr.unpack(body) as FeedBatch;
    const { version = 0 } = (await index.findInfo()) ?? {};
    if (batch.e.length > 0)
      await index.update(
        batch.e.map(({ c }) => changeOf(c)),
        {},
        version,
      );
    return batch;
  }

  function changeOf(change: FeedChange): IndexChange {
    if ('d' in change) return { kind: 'delete', id: change.d.i };
    return { kind: 'insert', id: change.i.i, hashes: Uint32Array.from(change.i.h) };
  }

  test('that has fallen behind retention is told so, also while it is being dropped', async () => {
    await store([1, 2, 3]);
    await opened.fingerprint.pool.query('insert into fpindex_meta (last_deleted_id) values (2)');
    await opened.fingerprint.pool.query('delete from fpindex_changelog where id <= 2');
    expect(await get('/_changelog/acoustid/1?after=1')).toEqual({
      status: 410,
      body: Buffer.alloc(0),
    });
    expect((await get('/_changelog/acoustid/1?after=2')).status).toBe(200);
    // A new node is not stopped by it: it begins with the corpus.
    const [head] = unpackMultiple((await get('/_bootstrap/acoustid/1')).body) as [{ p: number }];
    expect(head.p).toBe(3);
  });

  test('gets a cut connection, never a short stream, when the corpus cannot be read on', async () => {
    await store([1, 2, 3]);
    let reads = 0;
    const { pool } = opened.fingerprint;
    const failing = {
      query: (async (config: { name?: string }) => {
        if (config.name === 'list-corpus' && (reads += 1) === 2) throw new Error('disk on fire');
        return pool.query(config as never);
      }) as typeof pool.query,
    };
    const listening = await listen(createFeedApp(failing, createLog('fatal')), '127.0.0.1', 0);
    try {
      const response = await fetch(
        `http://127.0.0.1:${listening.port}/_bootstrap/acoustid/1?chunk=1`,
      );
      expect(response.status).toBe(200);
      await expect(response.arrayBuffer()).rejects.toThrow();
    } finally {
      await drain(listening.server, 100);
    }
  });

  test('that goes away in the middle of a bootstrap leaves room for others', async () => {
    await store([1, 2, 3]);
    for (let turn = 0; turn < 10; turn += 1) {
      const abort = new AbortController();
      const response = await fetch(`${feed}/_bootstrap/acoustid/1?chunk=1`, {
        signal: abort.signal,
      });
      expect(response.status).toBe(200);
      abort.abort();
    }
    const ask = async (): Promise<number> => (await get('/_bootstrap/acoustid/1')).status;
    await expect.poll(ask).toBe(200);
  });

  test('hears 503 while the database is away', async () => {
    await using away = openDatabases({
      ...databases.urls,
      fingerprint: 'postgres://nobody@127.0.0.1:9/none',
    });
    const app = createFeedApp(away.fingerprint.pool, createLog('fatal'));
    const listening = await listen(app, '127.0.0.1', 0);
    try {
      const base = `http://127.0.0.1:${listening.port}`;
      const health = await fetch(`${base}/health`);
      expect([health.status, await health.json()]).toEqual([503, { ready: false }]);
      for (const path of ['/_changelog/acoustid/1', '/_bootstrap/acoustid/1']) {
        expect((await fetch(base + path)).status).toBe(503);
      }
    } finally {
      await drain(listening.server, 100);
    }
  });
});
