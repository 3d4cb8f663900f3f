import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { InvertedIndex } from './inverted-index.ts';
import { temporaryFolder } from './testing/engine-process.ts';
import {
  batchOf,
  bruteForce,
  createTestIndex,
  searchFor,
  testResources,
} from './testing/test-index.ts';

/** `INDEX_SOAK=n` runs n times as many cases. */
const RUNS = 60 * Number(process.env['INDEX_SOAK'] ?? 1);

const resident = testResources({ checkpointThreshold: 150 });
const onDisk = testResources({ checkpointThreshold: 150 }, 0);
afterAll(() => Promise.all([resident.threads.close(), onDisk.threads.close()]));

// Few ids and few hashes, so that replacing, deleting and long lists all happen.
const id = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(0xffff_ffff, 70_000));
const hash = fc.oneof(
  fc.integer({ min: 0, max: 30 }),
  fc.integer({ min: 0, max: 12 }).map((n) => n * 0x1000_0000),
  fc.integer({ min: 0, max: 0xffff_ffff }),
);
const hashes = fc.array(hash, { maxLength: 25 });
const change = fc.tuple(id, fc.oneof({ weight: 4, arbitrary: hashes }, fc.constant(null)));
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ update: fc.array(change, { maxLength: 12 }) }) },
  { weight: 5, arbitrary: fc.record({ search: hashes, scorePct: fc.nat(100), limit: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.constant('checkpoint' as const) },
  { weight: 1, arbitrary: fc.constant('settle' as const) },
  { weight: 1, arbitrary: fc.constant('reopen' as const) },
);

test.each([
  ['in memory', 'ef', resident],
  ['on disk', 'ef', onDisk],
  ['in memory', 'streamvbyte', resident],
  ['on disk', 'streamvbyte', onDisk],
] as const)(
  'an index %s, %s, answers like a map of sets, whatever is written, merged and reopened',
  async (_, codec, resources) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
        await using folder = await temporaryFolder();
        let index = await createTestIndex(folder.path, resources, codec);
        const model = new Map<number, ReadonlySet<number>>();
        let version = 0;
        for (const action of steps) {
          if (action === 'checkpoint') {
            await index.checkpoint();
          } else if (action === 'settle') {
            await index.settle();
          } else if (action === 'reopen') {
            await index.settle();
            await index.close();
            index = await InvertedIndex.open(folder.path, { generation: 1, codec }, resources);
          } else if ('update' in action) {
            version = await index.update(batchOf(action.update));
            for (const [key, value] of action.update) {
              if (value) model.set(key, new Set(value));
              else model.delete(key);
            }
          } else {
            const rest = { scorePct: action.scorePct, limit: Math.max(1, action.limit) };
            const exact = searchFor(action.search, rest);
            const expected = bruteForce(model, exact);
            expect(index.search(exact)).toMatchObject({ results: expected, truncated: false });
            const quick = index.search({ ...exact, exact: false });
            if (!quick.truncated) expect(quick.results).toEqual(expected);
          }
          expect(index.version).toBe(version);
        }
        await index.settle();
        const all = searchFor([...model.values()].flatMap((set) => [...set]));
        expect(index.search(all).results).toEqual(bruteForce(model, all));
        for (const key of [1, 7, 40, 70_000]) {
          expect(index.documentVersion(key) !== undefined).toBe(model.has(key));
        }
        await index.close();
      }),
      { numRuns: RUNS },
    );
  },
  120_000,
);
