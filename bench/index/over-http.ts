import { cp, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pack, unpack } from 'msgpackr';
import { Pool } from 'undici';
import { EngineProcess } from '../../index-engine/testing/engine-process.ts';
import type { Corpus, Query } from './corpus.ts';
import { above, below, type Report } from './report.ts';
import { updateBody } from './update-body.ts';

const BATCH = 1000;
const LOADERS = 4;
const HEADERS = { 'content-type': 'application/vnd.msgpack' };
/** What is left to searching after a load: threads that were idle have ended by then. */
const IDLE_MS = 7000;
const FILES_GOAL_PER_100_M = 5;
/** More than this of processor time in half a second is a merge; what answers this bench takes less. */
const BUSY_CPU_SECONDS = 0.1;

/**
 * Loads the corpus as a client would, then searches it with one client and several, and while it is
 * loaded once more. The folder keeps the index as it was after the first load.
 */
export async function overHttp(corpus: Corpus, folder: string, report: Report): Promise<void> {
  const data = join(folder, 'loading');
  {
    await using engine = await EngineProcess.start(data);
    const pool = new Pool(engine.url, { connections: LOADERS });
    await pool.request({ path: '/main', method: 'PUT' }).then(({ body }) => body.dump());
    await load(pool, corpus, report);
    await settled(pool, report);
    // Stopping and starting would put what is in memory into the log only.
    await pool.request({ path: '/main/_backup', method: 'GET' }).then(({ body }) => body.dump());
    await settled(pool, report);
    const bytes = await segmentBytes(data);
    report.note('disk, natural', bytes.size / corpus.count, 'B/fingerprint', below(375));
    const filesMax = Math.max(FILES_GOAL_PER_100_M, Math.ceil((corpus.all.length * 5) / 1e8));
    report.note('file segments, natural', bytes.count, '', below(filesMax));
    await noteMemory(pool, 'memory after loading, resident', report);
    await cp(data, join(folder, 'natural'), { recursive: true });
    const idle = await searches(pool, corpus, report);
    await searchWhileLoading(pool, corpus, idle, report);
    await noteMemory(pool, 'memory after replacing, resident', report);
    await pool.close();
    await engine.end('SIGTERM');
  }
}

/** The same index in an engine that keeps the blocks of all but small segments on disk. */
export async function onDiskOverHttp(
  corpus: Corpus,
  folder: string,
  report: Report,
): Promise<void> {
  await using engine = await EngineProcess.start(folder, ['--memory-limit', '16M']);
  const pool = new Pool(engine.url, { connections: 1 });
  await measure(pool, corpus.queries.hit, 1);
  const times = await measure(pool, corpus.queries.hit, 1);
  report.times('over HTTP, --memory-limit 16M, 1 client, hit', times.ms);
  await noteMemory(pool, 'memory of that process, resident', report);
  await pool.close();
  await engine.end('SIGTERM');
}

async function load(pool: Pool, corpus: Corpus, report: Report): Promise<void> {
  // Encoded ahead, so that the client's work is not measured; a part at a time, to stay small.
  const part = 50;
  let ms = 0;
  for (let from = 0; from < corpus.count / BATCH; from += part) {
    const count = Math.min(part, Math.ceil(corpus.count / BATCH) - from);
    const bodies = Array.from({ length: count }, (_, i) => updateBody(corpus, from + i, BATCH));
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
  const rate = corpus.count / (ms / 1000);
  report.note('load over HTTP, batches of 1,000, durable', rate, 'fingerprints/s', above(100_000));
  const cpuMs = (await metric(pool, 'process_cpu_seconds_total')) * 1000;
  report.note('the same, processor time', cpuMs / (corpus.count / BATCH), 'ms per batch');
}

/** Returns the median of one client's hits, in microseconds. */
async function searches(pool: Pool, corpus: Corpus, report: Report): Promise<number> {
  let idle = 0;
  for (const clients of [1, 2, 8]) {
    for (const kind of ['hit', 'miss', 'skewed'] as const) {
      if (clients > 1 && kind === 'skewed') continue;
      await measure(pool, corpus.queries[kind].slice(0, 1000), clients);
      const { ms, seconds, wrong } = await measure(pool, corpus.queries[kind], clients);
      const name = `over HTTP, ${clients} client${clients > 1 ? 's' : ''}, ${kind}`;
      const p50 = report.times(name, ms);
      report.note(name, ms.length / seconds, 'searches/s');
      if (wrong > 0) report.note(`${name}, not first`, wrong, '', below(0));
      if (clients === 1 && kind === 'hit') idle = p50;
    }
  }
  return idle;
}

/** The same documents once more, so that they are replaced, while one client searches. */
async function searchWhileLoading(
  pool: Pool,
  corpus: Corpus,
  idle: number,
  report: Report,
): Promise<void> {
  const state = { isLoading: true, count: 0 };
  const batches = Math.min(60, Math.ceil(corpus.count / BATCH));
  const bodies = Array.from({ length: batches }, (_, i) => updateBody(corpus, i, BATCH));
  const startedMs = performance.now();
  const loader = (async () => {
    for (; state.isLoading; state.count++) {
      await post(pool, '/main/_update', bodies[state.count % batches] ?? new Uint8Array());
    }
  })();
  const { ms } = await measure(pool, corpus.queries.hit, 1);
  state.isLoading = false;
  await loader;
  const seconds = (performance.now() - startedMs) / 1000;
  const p50 = report.times('over HTTP while loading and merging, 1 client, hit', ms);
  report.note('the same over idle', p50 / idle, '×', below(2));
  report.note('loading meanwhile', (state.count * BATCH) / seconds, 'fingerprints/s');
}

async function measure(
  pool: Pool,
  queries: readonly Query[],
  clients: number,
): Promise<{ ms: number[]; seconds: number; wrong: number }> {
  const bodies = queries.map(({ hashes }) => pack({ q: [...hashes] }));
  const ms: number[] = [];
  let wrong = 0;
  let next = 0;
  const startedMs = performance.now();
  const lanes = Array.from({ length: clients }, async () => {
    for (let i = next++; i < bodies.length; i = next++) {
      const sentMs = performance.now();
      const answer = await post(pool, '/main/_search', bodies[i] ?? new Uint8Array());
      ms.push(performance.now() - sentMs);
      const { r } = unpack(answer) as { r: { i: number }[] };
      const id = queries[i]?.id ?? 0;
      if (id !== 0 && r[0]?.i !== id) wrong += 1;
    }
  });
  await Promise.all(lanes);
  return { ms, seconds: (performance.now() - startedMs) / 1000, wrong };
}

async function post(pool: Pool, path: string, body: Uint8Array): Promise<Uint8Array> {
  const response = await pool.request({ path, method: 'POST', headers: HEADERS, body });
  const bytes = await response.body.bytes();
  if (response.statusCode !== 200) throw new Error(`${path} answered ${response.statusCode}`);
  return bytes;
}

/** Waits until segments have been as many for two seconds, and the engine has done next to nothing. */
async function settled(pool: Pool, report: Report): Promise<void> {
  const startedMs = performance.now();
  let changedMs = startedMs;
  let last = { segments: -1, cpuSeconds: 0 };
  while (performance.now() - changedMs < 2000) {
    await delay(500);
    const { body } = await pool.request({ path: '/main', method: 'GET', headers: HEADERS });
    const { s } = unpack(await body.bytes()) as { s: { num_segments: number } };
    const now = {
      segments: s.num_segments,
      cpuSeconds: await metric(pool, 'process_cpu_seconds_total'),
    };
    const isBusy = now.cpuSeconds - last.cpuSeconds > BUSY_CPU_SECONDS;
    if (isBusy || now.segments !== last.segments) changedMs = performance.now();
    last = now;
  }
  report.note('merges end after', (changedMs - startedMs) / 1000, 's');
}

async function segmentBytes(folder: string): Promise<{ size: number; count: number }> {
  const names = await readdir(folder, { recursive: true });
  const files = names.filter((name) => name.endsWith('.segment'));
  let size = 0;
  for (const name of files) size += (await stat(join(folder, name))).size;
  return { size, count: files.length };
}

async function noteMemory(pool: Pool, name: string, report: Report): Promise<void> {
  await delay(IDLE_MS);
  const bytes = await metric(pool, 'process_resident_memory_bytes');
  report.note(name, bytes / 1e6, 'MB', below(450));
}

async function metric(pool: Pool, name: string): Promise<number> {
  const { body } = await pool.request({ path: '/_metrics', method: 'GET' });
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(await body.text())?.[1]);
}
