import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadModule } from './kernels/kernels.ts';
import type { InvertedIndex } from './inverted-index.ts';
import { searchInThread } from './search.ts';
import { SearchThreads } from './search-threads.ts';
import { SegmentMemories } from './segment-memory.ts';
import { temporaryFolder } from './testing/engine-process.ts';
import { batchOf, createTestIndex, searchFor, testResources } from './testing/test-index.ts';

describe.skipIf(loadModule('search.wasm') === undefined)('search threads', () => {
  const memories = new SegmentMemories(3);
  const resources = { ...testResources({ checkpointThreshold: 5000 }), memories };
  let threads: SearchThreads;
  let index: InvertedIndex;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;

  const hashesOf = (id: number): number[] =>
    Array.from({ length: 30 }, (_, i) => (id % 97) * i + i);

  beforeAll(async () => {
    folder = await temporaryFolder();
    threads = new SearchThreads(memories, 2);
    index = await createTestIndex(folder.path, resources);
    for (let from = 1; from <= 2000; from += 200) {
      const ids = Array.from({ length: 200 }, (_, i) => from + i);
      await index.update(batchOf(ids.map((id) => [id, hashesOf(id)])));
    }
    await index.settle();
  });
  afterAll(async () => {
    await index.close();
    await threads.close();
    await resources.threads.close();
    await folder[Symbol.asyncDispose]();
  });

  test('answer what the main thread answers, many at once, while segments come and go', async () => {
    for (let round = 0; round < 5; round++) {
      const searches = Array.from({ length: 40 }, (_, i) =>
        searchFor(hashesOf(i * 3 + round), { scorePct: 10, limit: 20, exact: i % 2 === 0 }),
      );
      const { segments } = index;
      const expected = searches.map((search) => index.search(search).results);
      const found = searches.map((search) => searchInThread(threads, segments, search));
      const outcomes = await Promise.all(found);
      expect(outcomes.map(({ results }) => results)).toEqual(expected);
      await index.update(batchOf([[5000 + round, hashesOf(round)]]));
      await index.checkpoint();
      await index.settle();
    }
  });

  test('a query whose memory is used again meanwhile is still the one that was asked', async () => {
    const shared = { ...resources, searchThreads: threads };
    await using place = await temporaryFolder();
    const slow = await createTestIndex(place.path, shared);
    await slow.update(
      batchOf([
        [1, hashesOf(1)],
        [2, hashesOf(2)],
      ]),
    );
    // Noted as slow by searches that are: enough of them move the average.
    const long = searchFor(Array.from({ length: 200_000 }, (_, i) => i));
    for (let i = 0; i < 30; i++) await slow.searchAside(long);
    const memory = Uint32Array.from(hashesOf(1));
    const search = { ...searchFor([]), query: memory };
    const asked = slow.searchAside(search);
    memory.set(hashesOf(2));
    // Replaces a document while the thread searches, so that the search is done again.
    const replaced = slow.update(batchOf([[2, hashesOf(3)]]));
    const { results } = await asked;
    await replaced;
    expect(results[0]).toEqual({ id: 1, score: hashesOf(1).length });
    await slow.close();
  });

  test('blocks on disk are read by threads, each from files of its own, until a merge has them go', async () => {
    const disk = new SegmentMemories(3, 0);
    const diskThreads = new SearchThreads(disk, 2);
    const shared = { ...testResources({ checkpointThreshold: 2000 }), memories: disk };
    await using place = await temporaryFolder();
    const stored = await createTestIndex(place.path, shared);
    for (let round = 0; round < 12; round++) {
      await stored.update(batchOf([1, 2, 3].map((i) => [round * 3 + i, hashesOf(round * 3 + i)])));
      await stored.checkpoint();
      const { segments } = stored;
      expect(segments.every((segment) => segment.disk !== undefined)).toBe(true);
      const searches = Array.from({ length: 6 }, (_, i) => searchFor(hashesOf(i * 5 + 1)));
      for (const search of searches) expect(diskThreads.takes(search)).toBe(true);
      // As the index does: a merge may be over before a thread has opened the files.
      for (const segment of segments) segment.pin();
      const found = searches.map((search) => searchInThread(diskThreads, segments, search));
      const expected = searches.map((search) => stored.search(search).results);
      expect((await Promise.all(found)).map(({ results }) => results)).toEqual(expected);
      for (const segment of segments) segment.unpin();
    }
    await stored.close();
    await diskThreads.close();
    await shared.threads.close();
  });

  test('a deadline that has passed is a timeout there, too', async () => {
    const late = searchFor([1, 2, 3], { deadlineMs: 0 });
    const search = searchInThread(threads, index.segments, late);
    await expect(search).rejects.toMatchObject({ errorName: 'SearchTimeout' });
  });
});
