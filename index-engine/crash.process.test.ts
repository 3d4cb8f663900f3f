import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { sendMsgpack } from './testing/engine-client.ts';
import { EngineProcess, temporaryFolder } from './testing/engine-process.ts';

/** `INDEX_SOAK=10` runs the 200 rounds of the release check. */
const ROUNDS = 20 * Number(process.env['INDEX_SOAK'] ?? 1);
const WRITERS = 4;
const DOCUMENTS_PER_BATCH = 5;
// Small and hasty, so that the kill lands in checkpoints and merges as often as in the log.
const OPTIONS = ['--checkpoint-threshold', '400', '--checkpoint-age-ms', '30'];

/** Hashes of a document are its batch's alone: a search for them shows the batch, whole or not. */
function hashesOf(batch: number): number[] {
  return Array.from({ length: 12 }, (_, i) => (batch * 16 + i) * 64 + 1);
}

function idsOf(batch: number): number[] {
  return Array.from({ length: DOCUMENTS_PER_BATCH }, (_, i) => batch * DOCUMENTS_PER_BATCH + i + 1);
}

async function write(url: string, batch: number): Promise<boolean> {
  const c = idsOf(batch).map((i) => ({ i: { i, h: hashesOf(batch) } }));
  // Every batch also deletes a document of an older one, and says so in the metadata.
  const m = { [`batch-${batch % 50}`]: String(batch) };
  const { status } = await sendMsgpack(url, '/t/_update', { body: { c, m } });
  return status === 200;
}

async function idsFound(url: string, batch: number): Promise<number[]> {
  const { body } = await sendMsgpack(url, '/t/_search', { body: { q: hashesOf(batch), x: true } });
  const { r } = body as { r: { i: number; s: number }[] };
  for (const { s } of r) expect(s).toBe(12);
  return r.map(({ i }) => i);
}

test('no kill loses an acknowledged commit or leaves half of another', async () => {
  await using folder = await temporaryFolder();
  const acknowledged = new Set<number>();
  const attempted: number[] = [];
  let next = 0;
  for (let round = 0; round < ROUNDS; round++) {
    await using engine = await EngineProcess.start(folder.path, OPTIONS);
    if (round === 0) await sendMsgpack(engine.url, '/t', { method: 'PUT' });
    // The newest batches are where a crash shows; of the older ones a sample is enough each round.
    const recent = attempted.slice(-40);
    const sample = attempted.filter((batch) => batch % 17 === round % 17);
    for (const batch of new Set([...recent, ...sample])) {
      const found = await idsFound(engine.url, batch);
      if (acknowledged.has(batch)) expect(found).toEqual(idsOf(batch));
      else expect([0, DOCUMENTS_PER_BATCH]).toContain(found.length);
    }
    const { body } = await sendMsgpack(engine.url, '/t');
    expect((body as { v: number }).v).toBeGreaterThanOrEqual(acknowledged.size);

    const writers = Array.from({ length: WRITERS }, async () => {
      for (;;) {
        const batch = next++;
        attempted.push(batch);
        // A connection cut by the kill is the end of this writer.
        const done = await write(engine.url, batch).catch(() => false);
        if (!done) return;
        acknowledged.add(batch);
      }
    });
    // The moment of the kill is the input of this test.
    await delay(10 + Math.random() * 150);
    await engine.end('SIGKILL');
    await Promise.all(writers);
  }
  expect(acknowledged.size).toBeGreaterThan(ROUNDS);
}, 600_000);
