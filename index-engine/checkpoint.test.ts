import { readdir } from 'node:fs/promises';
import { afterAll, expect, test } from 'vitest';
import { temporaryFolder } from './testing/engine-process.ts';
import { batchOf, createTestIndex, searchFor, testResources } from './testing/test-index.ts';

const resources = testResources({ checkpointThreshold: 40 });
afterAll(() => resources.threads.close());

const hashesOf = (id: number): number[] => Array.from({ length: 10 }, (_, i) => id * 16 + i);

test('checkpoints asked for from several sides while writes go on never overlap', async () => {
  await using folder = await temporaryFolder();
  const index = await createTestIndex(folder.path, resources);
  let id = 0;
  const write = async (): Promise<void> => {
    for (let i = 0; i < 40; i++) {
      id += 1;
      await index.update(batchOf([[id, hashesOf(id)]]));
    }
  };
  const ask = async (): Promise<void> => {
    for (let i = 0; i < 15; i++) {
      const { version } = index;
      await index.checkpoint();
      expect(index.fileVersion).toBeGreaterThanOrEqual(version);
    }
  };
  await Promise.all([write(), write(), ask(), ask(), ask()]);
  await index.settle();
  expect(index.version).toBe(80);
  for (let each = 1; each <= 80; each++) {
    const { results } = index.search(searchFor(hashesOf(each)));
    expect(results[0]).toEqual({ id: each, score: 10 });
  }
  // Inputs are removed once nobody reads them, a moment later.
  const files = async (): Promise<string[]> =>
    (await readdir(folder.path)).filter((name) => name.includes('.segment')).toSorted();
  await expect.poll(files).toEqual(index.segments.flatMap(({ file }) => file ?? []).toSorted());
  await index.close();
});
