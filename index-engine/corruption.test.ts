import { cp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CorruptionError } from './errors.ts';
import { InvertedIndex } from './inverted-index.ts';
import { temporaryFolder } from './testing/engine-process.ts';
import {
  batchOf,
  bruteForce,
  createTestIndex,
  searchFor,
  testResources,
} from './testing/test-index.ts';

/** Every file of an index is cut and damaged all over: opening refuses, or answers stay right. */
const resources = testResources({ checkpointThreshold: 1e9 });
let original: Awaited<ReturnType<typeof temporaryFolder>>;
const documents = new Map<number, ReadonlySet<number>>();

beforeAll(async () => {
  original = await temporaryFolder();
  const index = await createTestIndex(original.path, resources);
  for (let round = 0; round < 3; round++) {
    const changes = Array.from({ length: 30 }, (_, i): [number, number[]] => {
      const id = round * 20 + i + 1;
      return [id, [id, id * 1000, 7, round, 0xffff_0000 + id]];
    });
    await index.update(batchOf(changes));
    for (const [id, hashes] of changes) documents.set(id, new Set(hashes));
    if (round < 2) await index.checkpoint();
    await index.settle();
  }
  await index.update(batchOf([[5, null]]));
  documents.delete(5);
  await index.close();
});
afterAll(async () => {
  await resources.threads.close();
  await original[Symbol.asyncDispose]();
});

/** Opens a folder and compares everything in it, or returns the error of opening. */
async function openAndCompare(folder: string): Promise<unknown> {
  let index: InvertedIndex;
  try {
    index = await InvertedIndex.open(folder, { generation: 1 }, resources);
  } catch (error) {
    return error;
  }
  const search = searchFor([...documents.values()].flatMap((hashes) => [...hashes]));
  const right = bruteForce(documents, search);
  const { results } = index.search(search);
  const { version } = index;
  await index.close();
  return { isRight: JSON.stringify(results) === JSON.stringify(right), version };
}

test('the untouched folder opens and is right', async () => {
  await using folder = await temporaryFolder();
  await cp(original.path, folder.path, { recursive: true });
  expect(await openAndCompare(folder.path)).toEqual({ isRight: true, version: 4 });
});

test('a damaged byte in any segment or manifest is refused with the file’s name', async () => {
  for (const name of await readdir(original.path)) {
    if (name.endsWith('.xlog')) continue;
    await using folder = await temporaryFolder();
    await cp(original.path, folder.path, { recursive: true });
    const path = join(folder.path, name);
    const bytes = await readFile(path);
    // Every byte of the header and tables, and a stride through what is long and alike.
    for (let at = 0; at < bytes.length; at += at < 200 || at > bytes.length - 300 ? 3 : 41) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      await writeFile(path, damaged);
      const error = await openAndCompare(folder.path);
      expect(error).toBeInstanceOf(CorruptionError);
      expect(error).toMatchObject({ file: path });
    }
  }
});

test('a segment or manifest cut anywhere is refused', async () => {
  for (const name of await readdir(original.path)) {
    if (name.endsWith('.xlog')) continue;
    await using folder = await temporaryFolder();
    await cp(original.path, folder.path, { recursive: true });
    const path = join(folder.path, name);
    for (let size = (await readFile(path)).length - 1; size >= 0; size -= 37) {
      await truncate(path, size);
      expect(await openAndCompare(folder.path)).toBeInstanceOf(CorruptionError);
    }
  }
});

test('a missing segment, manifest or log with commits after it is refused, never emptied', async () => {
  for (const name of await readdir(original.path)) {
    await using folder = await temporaryFolder();
    await cp(original.path, folder.path, { recursive: true });
    await rm(join(folder.path, name));
    const outcome = await openAndCompare(folder.path);
    // Without the log, what is in files is all there is; it must be that and nothing else.
    if (name.endsWith('.xlog')) expect(outcome).toMatchObject({ version: 2 });
    else expect(outcome).toBeInstanceOf(Error);
  }
});

test('unfinished and unlisted files are swept at open', async () => {
  await using folder = await temporaryFolder();
  await cp(original.path, folder.path, { recursive: true });
  const before = (await readdir(folder.path)).sort();
  await writeFile(join(folder.path, 'manifest.tmp'), 'half');
  await writeFile(join(folder.path, '0000000000000009-000000000000000a.segment'), 'orphan');
  await writeFile(join(folder.path, '0000000000000001-0000000000000002.segment.tmp'), 'half');
  expect(await openAndCompare(folder.path)).toMatchObject({ isRight: true });
  expect((await readdir(folder.path)).sort()).toEqual(before);
});

test('a damaged block that stays on disk ends the search that meets it, never in a wrong answer', async () => {
  await using folder = await temporaryFolder();
  await cp(original.path, folder.path, { recursive: true });
  const onDisk = testResources({ checkpointThreshold: 1e9 }, 0);
  const [name = ''] = (await readdir(folder.path)).filter((file) => file.endsWith('.segment'));
  const path = join(folder.path, name);
  const bytes = await readFile(path);
  bytes[200] = (bytes[200] ?? 0) ^ 1;
  await writeFile(path, bytes);
  const index = await InvertedIndex.open(folder.path, { generation: 1 }, onDisk);
  const search = searchFor([...documents.values()].flatMap((hashes) => [...hashes]));
  expect(() => index.search(search)).toThrow(CorruptionError);
  expect(() => index.search({ ...search, query: search.query.slice(0, 100) })).toThrow(path);
  // What the failed searches had counted is forgotten.
  const unharmed = searchFor([0xffff_0000 + 50]);
  expect(index.search(unharmed).results).toEqual(bruteForce(documents, unharmed));
  await index.close();
  await onDisk.threads.close();
});
