import { expect, test } from 'vitest';
import { send, sendJson, sendMsgpack } from './testing/engine-client.ts';
import { EngineProcess, temporaryFolder } from './testing/engine-process.ts';

/** `INDEX_SOAK=60` makes this the ten minutes of the release check. */
const DURATION_MS = 10_000 * Number(process.env['INDEX_SOAK'] ?? 1);
const DOCUMENTS = 3000;
const BATCH = 50;

/** A document's hashes in a version: those of its id, so that it is always found, and some of its own. */
function hashesOf(id: number, version: number): number[] {
  const own = Array.from({ length: 20 }, (_, i) => id * 64 + i);
  return [
    ...own,
    ...Array.from({ length: 20 }, (_, i) => 2 ** 30 + ((version * 31 + i * 7) % 5000)),
  ];
}

test('writes, replacements, merges, snapshots and searches go on at once, and memory stays flat', async () => {
  await using folder = await temporaryFolder();
  const options = ['--checkpoint-threshold', '20000', '--checkpoint-age-ms', '200'];
  await using engine = await EngineProcess.start(folder.path, options);
  await sendJson(engine.url, '/t', { method: 'PUT' });
  const deadlineMs = performance.now() + DURATION_MS;
  const isOver = (): boolean => performance.now() >= deadlineMs;
  const write = async (from: number, version: number): Promise<void> => {
    const c = Array.from({ length: BATCH }, (_, i) => ({
      i: { i: from + i, h: hashesOf(from + i, version) },
    }));
    const { status } = await sendMsgpack(engine.url, '/t/_update', { body: { c } });
    expect(status).toBe(200);
  };
  for (let from = 1; from <= DOCUMENTS; from += BATCH) await write(from, 0);

  let searches = 0;
  const resident: number[] = [];
  const writer = async (seed: number): Promise<void> => {
    for (let version = 1; !isOver(); version++) {
      await write(1 + BATCH * ((version * 7 + seed) % (DOCUMENTS / BATCH)), version);
    }
  };
  const searcher = async (seed: number): Promise<void> => {
    for (let i = seed; !isOver(); i++) {
      const id = 1 + ((i * 7919) % DOCUMENTS);
      const { body } = await sendMsgpack(engine.url, '/t/_search', {
        body: { q: hashesOf(id, 0).slice(0, 20), m: 20 },
      });
      // Whatever version is current, the document is there once, whole.
      expect(body).toEqual({ r: [{ i: id, s: 20 }] });
      searches += 1;
    }
  };
  const snapshotter = async (): Promise<void> => {
    while (!isOver()) {
      for (const route of ['_backup', '_snapshot']) {
        const response = await fetch(`${engine.url}/t/${route}`);
        expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(1000);
      }
      const { body } = await send(engine.url, '/_metrics');
      const bytes = /^process_resident_memory_bytes (\d+)/m.exec(String(body))?.[1];
      resident.push(Number(bytes));
    }
  };
  await Promise.all([writer(0), writer(31), searcher(1), searcher(5000), snapshotter()]);
  expect(searches).toBeGreaterThan(100);
  const { body } = await sendJson(engine.url, '/t');
  expect(body).toMatchObject({ stats: { min_doc_id: 1, max_doc_id: DOCUMENTS } });
  const middle = resident[Math.floor(resident.length / 2)] ?? 0;
  expect(resident.at(-1)).toBeLessThan(middle + 150e6);
  expect(await engine.end('SIGTERM')).toBe(0);
}, 900_000);
