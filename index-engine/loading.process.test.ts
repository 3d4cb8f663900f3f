import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendJson, sendMsgpack } from './testing/engine-client.ts';
import { EngineProcess, temporaryFolder } from './testing/engine-process.ts';

/** fpindex.md section 8.1, numbers 12, 27 and 28: fifty thousand documents, before and after a restart. */
const DOCUMENTS = 50_000;
const BATCH = 1000;
const HASHES = 100;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let engine: EngineProcess;

/** A hundred distinct hashes below 2^18, different for every document. */
function hashesOf(id: number): number[] {
  const start = Math.imul(id, 2_654_435_761) >>> 14;
  const step = 2 * (id % 1000) + 1;
  return Array.from({ length: HASHES }, (_, i) => (start + i * step) % 2 ** 18);
}

beforeAll(async () => {
  folder = await temporaryFolder();
  engine = await EngineProcess.start(folder.path);
  await sendJson(engine.url, '/t', { method: 'PUT' });
  for (let from = 1; from <= DOCUMENTS; from += BATCH) {
    const c = Array.from({ length: BATCH }, (_, i) => ({
      i: { i: from + i, h: hashesOf(from + i) },
    }));
    const { status } = await sendMsgpack(engine.url, '/t/_update', { body: { c } });
    if (status !== 200) throw new Error(`an update failed with ${status}`);
  }
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

async function expectAllThere(): Promise<void> {
  const query = hashesOf(100);
  const { body } = await sendJson(engine.url, '/t/_search', { body: { query, score_pct: 100 } });
  expect(body).toMatchObject({ results: [{ id: 100, score: HASHES }] });
  const info = await sendJson(engine.url, '/t');
  expect(info.body).toMatchObject({
    version: DOCUMENTS / BATCH,
    stats: { min_doc_id: 1, max_doc_id: DOCUMENTS, num_docs: DOCUMENTS },
  });
}

test('fifty thousand documents are found while checkpoints and merges go on', async () => {
  await expectAllThere();
  const { body } = await sendJson(engine.url, '/t');
  expect((body as { stats: { num_segments: number } }).stats.num_segments).toBeGreaterThan(1);
});

test('they are found after a stop and after a kill', async () => {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    await engine.end(signal);
    engine = await EngineProcess.start(folder.path);
    await expectAllThere();
  }
});

test('the status tells what is in files', async () => {
  const { body } = await sendJson(engine.url, '/t/_status');
  const { file_version: fileVersion } = body as { file_version: number };
  expect(fileVersion).toBeGreaterThan(0);
  expect(fileVersion).toBeLessThanOrEqual(DOCUMENTS / BATCH);
});
