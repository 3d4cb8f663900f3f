import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { Engine } from './engine.ts';
import { Metrics } from './metrics.ts';
import { temporaryFolder } from './testing/engine-process.ts';
import { batchOf, searchFor } from './testing/test-index.ts';

const SETTINGS = {
  codec: 'ef',
  threadCount: 1,
  memoryLimitBytes: Infinity,
  checkpointThreshold: 300,
  checkpointAgeMs: 0,
} as const;
const log = pino({ level: 'silent' });
const open = (folder: string): Promise<Engine> => Engine.open(folder, SETTINGS, new Metrics(), log);

test.each(['own', 'upstream'] as const)(
  'an index deleted while its %s snapshot streams is gone at once, and the snapshot is whole',
  async (format) => {
    await using folder = await temporaryFolder();
    const engine = await open(folder.path);
    await engine.createIndex('t', {});
    const index = engine.getIndex('t');
    await index.update(batchOf([1, 2, 3].map((id) => [id, [7, id * 100]])));
    const stream = (await index.snapshot(format))[Symbol.asyncIterator]();
    const pieces = [(await stream.next()).value as Uint8Array];

    expect(await engine.deleteIndex('t', true)).toBe(true);
    expect(() => engine.getIndex('t')).toThrow('IndexNotFound');
    expect(await engine.createIndex('t', {})).toMatchObject({ generation: 2 });
    for (;;) {
      const { value, done } = await stream.next();
      if (done === true) break;
      pieces.push(value);
    }
    // eslint-disable-next-line @typescript-eslint/require-await -- a stream is asynchronous
    const received = (async function* () {
      yield* pieces;
    })();
    const restored = await engine.install('t', 2, received);
    const { results } = restored.search(searchFor([7, 100, 200, 300]));
    expect(results.map(({ id, score }) => [id, score])).toEqual([
      [1, 2],
      [2, 2],
      [3, 2],
    ]);
    // Nothing reads the first generation any more.
    await expect.poll(() => readdir(join(folder.path, 't'))).not.toContain('g000001');
    await engine.close();
  },
);

test('an index keeps the codec it was created with, over restarts and snapshots', async () => {
  await using folder = await temporaryFolder();
  let engine = await open(folder.path);
  await engine.createIndex('s', { codec: 'streamvbyte' });
  await engine.createIndex('e', {});
  for (const name of ['s', 'e']) {
    const index = engine.getIndex(name);
    await index.update(batchOf([[5, [1, 2, 3]]]));
    await index.checkpoint();
  }
  const codecs = (): unknown => ['s', 'e'].map((name) => engine.getIndex(name).segments[0]?.codec);
  expect(codecs()).toEqual(['streamvbyte', 'ef']);
  await engine.close();
  engine = await open(folder.path);
  expect(codecs()).toEqual(['streamvbyte', 'ef']);
  await engine.install('s', 1, await engine.getIndex('e').snapshot('upstream'));
  expect(codecs()).toEqual(['streamvbyte', 'ef']);
  expect(engine.getIndex('s').codec).toBe('streamvbyte');
  const { results } = engine.getIndex('s').search(searchFor([1, 2, 3]));
  expect(results).toEqual([{ id: 5, score: 3 }]);
  await engine.close();
});
