import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { JSON_TYPE, MSGPACK_TYPE } from './contract.ts';
import { type Answer, send, sendJson, sendMsgpack } from './testing/engine-client.ts';
import { EngineProcess, temporaryFolder } from './testing/engine-process.ts';

/** fpindex.md section 8.1, numbers 1 to 26, over a real process in both formats. */
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let engine: EngineProcess;
let nextIndex = 0;
/** A fresh index name per test; not created. */
let t: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  engine = await EngineProcess.start(folder.path);
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});
beforeEach(() => {
  nextIndex += 1;
  t = `/t${nextIndex}`;
});

const json = (path: string, options = {}): Promise<Answer> => sendJson(engine.url, path, options);
const msgpack = (path: string, options = {}): Promise<Answer> =>
  sendMsgpack(engine.url, path, options);
const plain = (path: string, options = {}): Promise<Answer> => send(engine.url, path, options);
const create = (): Promise<Answer> => json(t, { method: 'PUT' });
const put = (id: number, hashes: number[]): Promise<Answer> =>
  json(`${t}/${id}`, { method: 'PUT', body: { hashes } });
const update = (changes: unknown[], rest = {}): Promise<Answer> =>
  json(`${t}/_update`, { body: { changes, ...rest } });
const insert = (id: number, hashes: number[]): unknown => ({ insert: { id, hashes } });

async function found(query: number[]): Promise<unknown> {
  const viaJson = await json(`${t}/_search`, { body: { query } });
  const viaMsgpack = await msgpack(`${t}/_search`, { body: { q: query } });
  expect(viaJson.status).toBe(200);
  expect(viaMsgpack.status).toBe(200);
  const { results } = viaJson.body as { results: { id: number; score: number }[] };
  expect(viaMsgpack.body).toEqual({ r: results.map(({ id, score }) => ({ i: id, s: score })) });
  return results;
}

/** The whole table of fpindex.md section 2.8. */
const METRICS = [
  'searches_total counter',
  'search_hits_total counter',
  'search_misses_total counter',
  'updates_total counter',
  'search_duration_seconds histogram',
  'checkpoints_total counter',
  'memory_merges_total counter',
  'file_merges_total counter',
  'scanned_docs_per_hash histogram',
  'scanned_blocks_per_hash histogram',
  'docs gauge',
  'version gauge',
];

describe('health and metrics', () => {
  test('the process is healthy and says so in plain text', async () => {
    expect(await plain('/_health')).toMatchObject({ status: 200, body: 'OK\n' });
    expect(await plain('/_health', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });

  test('an index is healthy once created, and 404 with an empty body before', async () => {
    expect(await plain(`${t}/_health`)).toMatchObject({ status: 404, body: '' });
    await create();
    expect(await plain(`${t}/_health`)).toMatchObject({ status: 200, body: 'OK\n' });
  });

  test('metrics name the search counters', async () => {
    await create();
    await found([1]);
    const { status, type, body } = await plain('/_metrics');
    expect(status).toBe(200);
    expect(type).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(body).toContain(`fpindex_searches_total{index="${t.slice(1)}"} 2`);
    expect(body).toContain('fpindex_search_hits_total');
    expect(body).toContain(`fpindex_search_misses_total{index="${t.slice(1)}"} 2`);
    for (const name of METRICS) expect(body).toContain(`# TYPE fpindex_${name}`);
    expect(body).toContain('fpindex_scanned_docs_per_hash_bucket{le="1000"}');
    expect(body).toContain('fpindex_scanned_blocks_per_hash_bucket{le="10"}');
  });

  test('a path or verb without a route is 404 NotFound', async () => {
    expect(await json('/_nothing')).toMatchObject({ status: 404 });
    expect(await json('/')).toMatchObject({ status: 404, body: { error: 'NotFound' } });
    expect(await json('/a/b/c')).toMatchObject({ status: 404, body: { error: 'NotFound' } });
    const patched = await json(t, { method: 'PATCH', body: {} });
    expect(patched).toMatchObject({ status: 404, body: { error: 'NotFound' } });
  });
});

describe('indexes', () => {
  test('HEAD is 404 for an absent and 200 for a created index, both empty', async () => {
    expect(await plain(t, { method: 'HEAD' })).toMatchObject({ status: 404, body: '' });
    await create();
    expect(await plain(t, { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });

  test('GET of an absent index is IndexNotFound in either format', async () => {
    expect(await json(t)).toMatchObject({ status: 404, body: { error: 'IndexNotFound' } });
    expect(await msgpack(t)).toMatchObject({ status: 404, body: { e: 'IndexNotFound' } });
  });

  test('GET describes version, metadata and statistics', async () => {
    await create();
    await update([insert(1, [101, 201, 301])], { metadata: { foo: '1234' } });
    const stats = { min_doc_id: 1, max_doc_id: 1, num_segments: 1, num_docs: 1 };
    expect((await json(t)).body).toEqual({ version: 1, metadata: { foo: '1234' }, stats });
    expect((await msgpack(t)).body).toEqual({ v: 1, m: { foo: '1234' }, s: stats });
  });

  test('PUT creates once and then answers the same', async () => {
    const created = { version: 0, ready: true, generation: 1 };
    expect(await create()).toMatchObject({ status: 200, body: created });
    expect(await create()).toMatchObject({ status: 200, body: created });
    const short = await msgpack(t, { method: 'PUT' });
    expect(short).toMatchObject({ status: 200, body: { v: 0, r: true, g: 1 } });
    const refused = await json(t, { method: 'PUT', body: { expect_does_not_exist: true } });
    expect(refused).toMatchObject({ status: 409, body: { error: 'IndexAlreadyExists' } });
  });

  test('PUT takes a codec, in either format, and refuses one that is none', async () => {
    const created = await json(t, { method: 'PUT', body: { codec: 'streamvbyte' } });
    expect(created).toMatchObject({ status: 200, body: { generation: 1 } });
    await json(`${t}/1`, { method: 'PUT', body: { hashes: [101, 201, 301] } });
    await plain(`${t}/_backup`);
    const search = await msgpack(`${t}/_search`, { body: { q: [101, 201, 301] } });
    expect(search.body).toEqual({ r: [{ i: 1, s: 3 }] });
    await json(t, { method: 'DELETE' });
    const again = await msgpack(t, { method: 'PUT', body: { c: 'ef' } });
    expect(again).toMatchObject({ status: 200, body: { g: 2 } });
    for (const codec of ['zstd', 7, '']) {
      const refused = await json(`${t}x`, { method: 'PUT', body: { codec } });
      expect(refused).toMatchObject({ status: 400, body: { error: 'BadRequest' } });
    }
    expect(await plain(`${t}x`, { method: 'HEAD' })).toMatchObject({ status: 404 });
  });

  test('DELETE says whether there was something, and recreating raises the generation', async () => {
    await create();
    expect((await json(t, { method: 'DELETE' })).body).toEqual({ deleted: true });
    expect((await json(t, { method: 'DELETE' })).body).toEqual({ deleted: false });
    expect((await msgpack(t, { method: 'DELETE' })).body).toEqual({ d: false });
    expect(await plain(t, { method: 'HEAD' })).toMatchObject({ status: 404 });
    const expecting = await json(t, { method: 'DELETE', body: { expect_exists: true } });
    expect(expecting).toMatchObject({ status: 404, body: { error: 'IndexNotFound' } });
    expect((await create()).body).toMatchObject({ generation: 2 });
  });

  test('create honours a generation: 5, 5 again, 4 and 6 conflict, later 9, then 10', async () => {
    const createAs = (generation: number | null): Promise<Answer> =>
      json(t, { method: 'PUT', body: { generation } });
    expect(await createAs(5)).toMatchObject({ status: 200, body: { generation: 5 } });
    expect(await createAs(5)).toMatchObject({ status: 200, body: { generation: 5 } });
    expect((await createAs(4)).body).toEqual({ error: 'OlderIndexAlreadyExists' });
    expect((await createAs(6)).body).toEqual({ error: 'NewerIndexAlreadyExists' });
    await json(t, { method: 'DELETE' });
    expect(await createAs(5)).toMatchObject({ status: 409 });
    expect(await createAs(9)).toMatchObject({ status: 200, body: { generation: 9 } });
    await json(t, { method: 'DELETE' });
    expect(await createAs(null)).toMatchObject({ status: 200, body: { generation: 10 } });
  });

  test('a name outside letters, digits, dash and underscore is refused on every verb', async () => {
    for (const name of ['/a.b', '/.foo', '/a%2Fb', `/${'x'.repeat(256)}`, '/%C3%A9']) {
      for (const method of ['PUT', 'GET', 'DELETE']) {
        const answer = await json(name, { method });
        expect(answer).toMatchObject({ status: 400, body: { error: 'InvalidIndexName' } });
      }
    }
    expect(await json('/%ff')).toMatchObject({ status: 400, body: { error: 'BadRequest' } });
  });

  test('status tells generation, version and what is in files', async () => {
    expect(await json(`${t}/_status`)).toMatchObject({ status: 404 });
    await create();
    await put(1, [1, 2, 3]);
    const { body } = await json(`${t}/_status`);
    expect(body).toEqual({ generation: 1, version: 1, file_version: 0 });
    expect((await msgpack(`${t}/_status`)).body).toEqual({ g: 1, v: 1, f: 0 });
  });
});

describe('documents', () => {
  beforeEach(create);

  test('a document put alone is found with its version', async () => {
    expect(await put(1, [101, 201, 301])).toMatchObject({ status: 200, body: {} });
    expect(await found([101, 201, 301])).toEqual([{ id: 1, score: 3 }]);
    expect((await json(`${t}/1`)).body).toEqual({ version: 1 });
    expect((await msgpack(`${t}/1`)).body).toEqual({ v: 1 });
    expect(await plain(`${t}/1`, { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
    expect(await plain(`${t}/2`, { method: 'HEAD' })).toMatchObject({ status: 404, body: '' });
  });

  test('two documents of one batch share its version and come in id order', async () => {
    const { body } = await update([insert(1, [101, 201, 301]), insert(2, [102, 202, 302])]);
    expect(body).toEqual({ version: 1 });
    expect(await found([101, 201, 301, 102, 202, 302])).toEqual([
      { id: 1, score: 3 },
      { id: 2, score: 3 },
    ]);
    expect((await json(`${t}/2`)).body).toEqual({ version: 1 });
  });

  test('inserting again replaces the whole document', async () => {
    await put(1, [100, 200, 300]);
    await put(1, [100, 200, 999]);
    expect(await found([100, 200, 300])).toEqual([{ id: 1, score: 2 }]);
    expect(await found([100, 200, 999])).toEqual([{ id: 1, score: 3 }]);
    expect(await found([300])).toEqual([]);
    expect((await json(`${t}/1`)).body).toEqual({ version: 2 });
  });

  test('deleted documents are gone, alone or in a batch', async () => {
    await put(1, [1, 2, 3]);
    await put(2, [4, 5, 6]);
    expect(await json(`${t}/1`, { method: 'DELETE' })).toMatchObject({ status: 200, body: {} });
    await update([{ delete: { id: 2 } }, { delete: { id: 77 } }]);
    expect(await found([1, 2, 3, 4, 5, 6])).toEqual([]);
    for (const id of [1, 2, 77]) {
      const answer = await json(`${t}/${id}`);
      expect(answer).toMatchObject({ status: 404, body: { error: 'FingerprintNotFound' } });
    }
  });

  test('the last change of an id in a batch stands', async () => {
    await update([insert(1, [1]), { delete: { id: 1 } }, insert(1, [2]), insert(3, [2, 2, 2])]);
    expect(await found([1, 2])).toEqual([
      { id: 1, score: 1 },
      { id: 3, score: 1 },
    ]);
  });

  test('a stale expected_version is a conflict and writes nothing', async () => {
    const first = await update([insert(1, [1])], { expected_version: 0 });
    expect(first).toMatchObject({ status: 200, body: { version: 1 } });
    const stale = await update([insert(2, [2])], { expected_version: 0 });
    expect(stale).toMatchObject({ status: 409, body: { error: 'VersionMismatch' } });
    expect(await found([2])).toEqual([]);
  });

  test('metadata is upserted, and an update may consist of it alone', async () => {
    await update([], { metadata: { a: '1', b: '2' } });
    await update([{ set_metadata: { entries: [{ key: 'c', value: '3' }] } }], {
      metadata: { b: '4' },
    });
    expect((await json(t)).body).toMatchObject({
      version: 2,
      metadata: { a: '1', b: '4', c: '3' },
    });
  });

  test('every hash and id of 32 bits can be used', async () => {
    await put(0xffff_ffff, [0, 1, 0x8000_0000, 0xffff_ffff]);
    expect(await found([0xffff_ffff, 0, 0x8000_0000])).toEqual([{ id: 0xffff_ffff, score: 3 }]);
  });
});

describe('searching', () => {
  beforeEach(create);
  const search = async (body: object): Promise<Answer> => json(`${t}/_search`, { body });

  test('limit, min_score and score_pct bound the results', async () => {
    await update([1, 2, 3, 4].map((id) => insert(id, [10, 20, 30, 40].slice(0, id))));
    const ids = async (rest: object): Promise<number[]> => {
      const { body } = await search({ query: [10, 20, 30, 40], ...rest });
      return (body as { results: { id: number }[] }).results.map(({ id }) => id);
    };
    expect(await ids({})).toEqual([4, 3, 2, 1]);
    expect(await ids({ limit: 3 })).toEqual([4, 3, 2]);
    expect(await ids({ limit: 0 })).toEqual([4]);
    expect(await ids({ score_pct: 70 })).toEqual([4, 3, 2]);
    expect(await ids({ score_pct: 90 })).toEqual([4, 3]);
    expect(await ids({ score_pct: 4_000_000_000 })).toEqual([4]);
    expect(await ids({ min_score: 3, timeout: 0 })).toEqual([4, 3]);
    expect(await ids({ min_score: null, exact: true })).toEqual([4, 3, 2, 1]);
  });

  test('a repeated query hash counts once, but the default minimum counts it', async () => {
    await put(1, [1, 2]);
    expect(await found([1, 1, 1, 2])).toEqual([{ id: 1, score: 2 }]);
    expect(await found([...Array<number>(41).fill(1), 2])).toEqual([]);
    expect(await found([])).toEqual([]);
  });

  test('explain tells how each segment was searched', async () => {
    await put(1, [1, 2]);
    const { body } = await search({ query: [1, 2], explain: true });
    expect(body).toMatchObject({ explain: [{ postings: 2, postings_counted: 2 }] });
  });
});

describe('negotiation', () => {
  beforeEach(create);
  const hashes = [1, 2, 3];

  test('without headers a body is MessagePack, long keys included, and so is the reply', async () => {
    const stored = await plain(`${t}/1`, { method: 'PUT', body: { hashes } });
    expect(stored).toEqual({ status: 200, type: MSGPACK_TYPE, body: {} });
    const { body } = await plain(`${t}/_search`, { body: { query: hashes } });
    expect(body).toEqual({ r: [{ i: 1, s: 3 }] });
  });

  test('the reply mirrors the request unless Accept names one of the two types', async () => {
    const typesOf = async (contentType: string, accept?: string): Promise<string | null> => {
      const answer = await plain(`${t}/1`, {
        method: 'PUT',
        contentType,
        accept,
        body: { hashes },
      });
      expect(answer).toMatchObject({ status: 200, body: {} });
      return answer.type;
    };
    expect(await typesOf(JSON_TYPE)).toBe('application/json; charset=UTF-8');
    expect(await typesOf(MSGPACK_TYPE)).toBe(MSGPACK_TYPE);
    expect(await typesOf(MSGPACK_TYPE, JSON_TYPE)).toBe('application/json; charset=UTF-8');
    expect(await typesOf(JSON_TYPE, MSGPACK_TYPE)).toBe(MSGPACK_TYPE);
    expect(await typesOf(JSON_TYPE, '*/*')).toBe('application/json; charset=UTF-8');
    expect(await typesOf(MSGPACK_TYPE, `${JSON_TYPE}, ${MSGPACK_TYPE}`)).toBe(MSGPACK_TYPE);
  });

  test('a content type may carry parameters and any case; another type is 415 in JSON', async () => {
    const raw = '{"hashes":[1]}';
    const put1 = (contentType: string): Promise<Answer> =>
      plain(`${t}/1`, { method: 'PUT', raw, contentType });
    expect(await put1('Application/JSON; charset=utf-8')).toMatchObject({ status: 200 });
    const refused = await put1('invalid/type');
    expect(refused).toMatchObject({ status: 415, body: { error: 'UnsupportedMediaType' } });
    expect(refused.type).toBe('application/json; charset=UTF-8');
  });

  test('garbage is 400 in the format of the request', async () => {
    const garbage = (contentType?: string): Promise<Answer> =>
      plain(`${t}/1`, { method: 'PUT', raw: 'garbage', contentType });
    const viaJson = await garbage(JSON_TYPE);
    expect(viaJson).toMatchObject({ status: 400, body: { error: 'BadRequest' } });
    for (const contentType of [MSGPACK_TYPE, undefined]) {
      const answer = await garbage(contentType);
      expect(answer).toMatchObject({ status: 400, type: MSGPACK_TYPE, body: { e: 'BadRequest' } });
    }
  });

  test('a bad body is reported before a missing index, and id 0 before that too', async () => {
    const missing = `${t}-missing/_update`;
    expect(await json(missing, { body: { changes: 1 } })).toMatchObject({ status: 400 });
    const zero = await json(missing, { body: { changes: [insert(0, [1])] } });
    expect(zero).toMatchObject({ status: 400, body: { error: 'InvalidFingerprintId' } });
    expect(await json(missing, { body: { changes: [] } })).toMatchObject({ status: 404 });
  });
});
