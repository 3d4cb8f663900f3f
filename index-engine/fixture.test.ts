import { cp } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { InvertedIndex } from './inverted-index.ts';
import { temporaryFolder } from './testing/engine-process.ts';
import { bruteForce, searchFor, testResources } from './testing/test-index.ts';

/** One folder per format and codec there ever was, all with the same contents. */
const FIXTURES = { 'format-1': 'format 1', 'format-2-ef': '', 'format-2-streamvbyte': '' };
const resources = testResources();
afterAll(() => resources.threads.close());

test.each(Object.entries(FIXTURES))('%s is read: segment, manifest and log', async (name, by) => {
  await using folder = await temporaryFolder();
  const fixture = fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
  await cp(fixture, folder.path, { recursive: true });
  const index = await InvertedIndex.open(folder.path, { generation: 1 }, resources);
  const documents = new Map<number, ReadonlySet<number>>();
  for (let i = 0; i < 50; i++) {
    const hash = (k: number): number =>
      ((i * 2_654_435_761 + k * 40_503 * ((i % 7) + 1)) >>> 0) & ~15;
    documents.set(i * 3 + 1, new Set(Array.from({ length: 20 }, (_, k) => hash(k) >>> 0)));
  }
  documents.delete(4);
  documents.set(7, new Set([16, 32, 48]));
  expect(index.version).toBe(2);
  expect(index.fileVersion).toBe(1);
  expect(Object.fromEntries(index.metadata)).toEqual({ 'made-by': by || name, second: 'commit' });
  const search = searchFor([...documents.values()].flatMap((hashes) => [...hashes]));
  expect(index.search(search).results).toEqual(bruteForce(documents, search));
  await index.close();
});
