import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sendJson, sendMsgpack } from './testing/engine-client.ts';
import { EngineProcess, temporaryFolder } from './testing/engine-process.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let engine: EngineProcess;

beforeEach(async () => {
  folder = await temporaryFolder();
  engine = await EngineProcess.start(folder.path);
});

afterEach(async () => {
  await engine[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** Fills an index with documents that share one hash. */
async function fill(name: string, ids: readonly number[], commits = 1): Promise<void> {
  await sendJson(engine.url, `/${name}`, { method: 'PUT' });
  for (let commit = 1; commit <= commits; commit += 1) {
    const changes = ids.map((id) => ({ insert: { id, hashes: [7, 100 + id] } }));
    const body = { changes, metadata: { of: name } };
    expect((await sendJson(engine.url, `/${name}/_update`, { body })).status).toBe(200);
  }
}

async function idsOf(name: string): Promise<unknown> {
  const { body } = await sendJson(engine.url, `/${name}/_search`, { body: { query: [7] } });
  const { error, results } = body as { error?: string; results?: { id: number }[] };
  return results?.map(({ id }) => id) ?? error;
}

async function infoOf(name: string): Promise<unknown> {
  return (await sendJson(engine.url, `/${name}`)).body;
}

test('the contents of one index become those of another, for good', async () => {
  await fill('main', [1, 2], 5);
  await fill('next', [3, 4, 5]);
  const answer = await sendJson(engine.url, '/main/_replace', { body: { source: 'next' } });
  expect(answer).toMatchObject({ status: 200, body: { ready: true, generation: 2 } });
  const expected = { metadata: { of: 'next' }, stats: { num_docs: 3 } };
  for (let start = 0; start < 2; start += 1) {
    expect(await idsOf('main')).toEqual([3, 4, 5]);
    expect(await infoOf('main')).toMatchObject(expected);
    expect(await infoOf('next')).toEqual({ error: 'IndexNotFound' });
    await engine.end(start === 0 ? 'SIGKILL' : 'SIGTERM');
    engine = await EngineProcess.start(folder.path);
  }
  expect((await readdir(join(folder.path, 'main'))).toSorted()).toEqual(['current', 'g000002']);
  expect(await readdir(join(folder.path, 'next'))).toEqual(['current']);
});

test('a writer that knows the old version is refused', async () => {
  await fill('main', [1], 5);
  await fill('next', [2]);
  const { body } = await sendMsgpack(engine.url, '/main/_replace', { body: { s: 'next' } });
  const { v } = body as { v: number };
  expect(v).toBeGreaterThan(5);
  const write = (version: number): Promise<unknown> =>
    sendJson(engine.url, '/main/_update', { body: { changes: [], expected_version: version } });
  expect(await write(5)).toMatchObject({ status: 409, body: { error: 'VersionMismatch' } });
  expect(await write(v)).toMatchObject({ status: 200, body: { version: v + 1 } });
});

test('a name that was never there, or was deleted, can be given contents', async () => {
  await fill('next', [1]);
  await sendJson(engine.url, '/new/_replace', { body: { source: 'next' } });
  expect(await idsOf('new')).toEqual([1]);
  await sendJson(engine.url, '/new', { method: 'DELETE' });
  await fill('next', [2]);
  const answer = await sendJson(engine.url, '/new/_replace', { body: { source: 'next' } });
  expect(answer.body).toMatchObject({ generation: 2 });
  expect(await idsOf('new')).toEqual([2]);
});

test('searches go on all the while and see one of the two, never none', async () => {
  const old = Array.from({ length: 20 }, (_, at) => at + 1);
  await fill('main', old);
  const seen = new Set<string>();
  const stop = new AbortController();
  const searching = Array.from({ length: 4 }, async () => {
    while (!stop.signal.aborted) seen.add(JSON.stringify(await idsOf('main')));
  });
  for (let round = 1; round <= 5; round += 1) {
    await fill('next', [100 + round], 3);
    await sendJson(engine.url, '/main/_replace', { body: { source: 'next' } });
    expect(await idsOf('main')).toEqual([100 + round]);
  }
  stop.abort();
  await Promise.all(searching);
  const allowed = [old, [101], [102], [103], [104], [105]].map((ids) => JSON.stringify(ids));
  expect([...seen].filter((each) => !allowed.includes(each))).toEqual([]);
});

test.each([
  [{ source: 'absent' }, 404, 'IndexNotFound'],
  [{ source: 'main' }, 400, 'BadRequest'],
  [{ source: '../main' }, 400, 'InvalidIndexName'],
  [{}, 400, 'BadRequest'],
])('%j is refused and changes nothing', async (body, status, error) => {
  await fill('main', [1]);
  expect(await sendJson(engine.url, '/main/_replace', { body })).toMatchObject({
    status,
    body: { error },
  });
  expect(await idsOf('main')).toEqual([1]);
});

test('killed at any moment of it, the engine comes up with the old contents or the new', async () => {
  await fill('main', [1]);
  let expected = [1];
  for (let round = 0; round < 8; round += 1) {
    await fill('next', [10 + round], 2);
    const replacing = sendJson(engine.url, '/main/_replace', { body: { source: 'next' } }).then(
      () => true,
      () => false,
    );
    // A search each time further into it: what it waits for is the moment of the kill.
    for (let turn = 0; turn < round; turn += 1) await idsOf('main');
    await engine.end('SIGKILL');
    const replaced = await replacing;
    engine = await EngineProcess.start(folder.path);
    const found = await idsOf('main');
    if (replaced) expect(found).toEqual([10 + round]);
    else expect([expected, [10 + round]]).toContainEqual(found);
    // What is left of the other is whole, or gone.
    expect([[10 + round], 'IndexNotFound']).toContainEqual(await idsOf('next'));
    await sendJson(engine.url, '/next', { method: 'DELETE' });
    expected = found as number[];
  }
});
