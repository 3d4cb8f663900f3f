import { setTimeout as delay } from 'node:timers/promises';
import { pack, unpack } from 'msgpackr';
import { Pool } from 'undici';
import { EngineProcess } from '../../index-engine/testing/engine-process.ts';
import type { Corpus } from './corpus.ts';
import { printRate, printTimes } from './measure.ts';

const BATCH = 1000;
const LOADERS = 4;
const HEADERS = { 'content-type': 'application/vnd.msgpack' };

/** Loads the corpus as a client would, then searches it with one client and with two. */
export async function overHttp(
  corpus: Corpus,
  folder: string,
  whenSettled: () => Promise<void>,
): Promise<void> {
  await using engine = await EngineProcess.start(folder);
  const pool = new Pool(engine.url, { connections: LOADERS });
  await pool.request({ path: '/main', method: 'PUT' }).then(({ body }) => body.dump());
  await load(pool, corpus);
  await measure(pool, corpus.hits, 1, 'over HTTP right after loading, hits');
  await settled(pool);
  await whenSettled();
  for (const clients of [1, 2, 8]) {
    for (const kind of ['hits', 'misses'] as const) {
      await measure(pool, corpus[kind], clients, `over HTTP, ${clients} at once, ${kind}`);
    }
  }
  await measureWhileLoading(pool, corpus);
  await printMemory(pool);
  await pool.close();
  await engine.end('SIGTERM');
}

async function load(pool: Pool, corpus: Corpus): Promise<void> {
  // Encoded ahead, so that the client's work is not measured; a part at a time, to stay small.
  const part = 100;
  let ms = 0;
  for (let from = 0; from < corpus.count / BATCH; from += part) {
    const count = Math.min(part, Math.ceil(corpus.count / BATCH) - from);
    const bodies = Array.from({ length: count }, (_, i) => updateBody(corpus, from + i));
    const startedMs = performance.now();
    let next = 0;
    const loaders = Array.from({ length: LOADERS }, async () => {
      for (let i = next++; i < bodies.length; i = next++) {
        await post(pool, '/main/_update', bodies[i] ?? new Uint8Array());
      }
    });
    await Promise.all(loaders);
    ms += performance.now() - startedMs;
  }
  printRate('load over HTTP, batches of 1000, durable', corpus.count, ms, 'fingerprints');
}

function updateBody(corpus: Corpus, batch: number): Uint8Array {
  const size = Math.min(BATCH, corpus.count - batch * BATCH);
  const changes = Array.from({ length: size }, (_, i) => {
    const id = batch * BATCH + i + 1;
    return { i: { i: id, h: [...corpus.hashesOf(id)] } };
  });
  return pack({ c: changes });
}

async function measure(
  pool: Pool,
  queries: Corpus['hits'],
  clients: number,
  name: string,
): Promise<void> {
  const bodies = queries.map(({ query }) => pack({ q: [...query] }));
  const times: number[] = [];
  let first = 0;
  let next = 0;
  const startedMs = performance.now();
  const workers = Array.from({ length: clients }, async () => {
    for (let i = next++; i < bodies.length; i = next++) {
      const sentMs = performance.now();
      const answer = await post(pool, '/main/_search', bodies[i] ?? new Uint8Array());
      times.push(performance.now() - sentMs);
      const { r } = unpack(answer) as { r: { i: number }[] };
      if (r[0]?.i === queries[i]?.id) first += 1;
    }
  });
  await Promise.all(workers);
  printTimes(name, times, `first ${first}/${queries.length}`);
  printRate(name, times.length, performance.now() - startedMs, 'searches');
}

/** The same documents once more, so that they are replaced, while one client searches. */
async function measureWhileLoading(pool: Pool, corpus: Corpus): Promise<void> {
  const state = { isLoading: true };
  const batches = Math.min(60, Math.ceil(corpus.count / BATCH));
  const bodies = Array.from({ length: batches }, (_, i) => updateBody(corpus, i));
  const loader = (async () => {
    for (let i = 0; state.isLoading; i = (i + 1) % batches) {
      await post(pool, '/main/_update', bodies[i] ?? new Uint8Array());
    }
  })();
  await measure(pool, corpus.hits, 1, 'over HTTP while loading and merging, hits');
  state.isLoading = false;
  await loader;
}

async function post(pool: Pool, path: string, body: Uint8Array): Promise<Uint8Array> {
  const response = await pool.request({ path, method: 'POST', headers: HEADERS, body });
  const bytes = await response.body.bytes();
  if (response.statusCode !== 200) throw new Error(`${path} answered ${response.statusCode}`);
  return bytes;
}

/** Waits until the number of segments has been the same for two seconds. */
async function settled(pool: Pool): Promise<void> {
  const startedMs = performance.now();
  let unchanged = 0;
  let last = -1;
  while (unchanged < 8) {
    await delay(250);
    const { body } = await pool.request({ path: '/main', method: 'GET', headers: HEADERS });
    const { s } = unpack(await body.bytes()) as { s: { num_segments: number } };
    unchanged = s.num_segments === last ? unchanged + 1 : 0;
    last = s.num_segments;
  }
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`settled after ${seconds} s (2 s of it waiting) with ${last} segments`);
}

async function printMemory(pool: Pool): Promise<void> {
  const { body } = await pool.request({ path: '/_metrics', method: 'GET' });
  const bytes = /^process_resident_memory_bytes (\d+)/m.exec(await body.text())?.[1];
  console.log(`resident memory ${(Number(bytes) / 1e6).toFixed(0)} MB`);
}
