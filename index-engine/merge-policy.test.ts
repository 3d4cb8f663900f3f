import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  chooseMerge,
  FILE_MERGE_POLICY,
  memoryMergePolicy,
  segmentBudget,
} from './merge-policy.ts';

const of = (count: number, size: number): number[] => Array<number>(count).fill(size);

describe('upstream’s figures (fpindex.md section 9)', () => {
  const file = { ...FILE_MERGE_POLICY, sizeMin: 100, segmentsPerLevel: 10, growth: 10 };

  test('twelve of 100 have a budget of 10 and the first ten are merged', () => {
    expect(segmentBudget(of(12, 100), file)).toBe(10);
    expect(chooseMerge(of(12, 100), file)).toEqual({ from: 0, to: 10 });
  });

  test('a million and fifteen of 100 have a budget of 39, so nothing is merged', () => {
    const sizes = [1_000_000, ...of(15, 100)];
    expect(segmentBudget(sizes, file)).toBe(39);
    expect(chooseMerge(sizes, file)).toBeUndefined();
  });

  test('descending hundreds have a budget of 15', () => {
    const sizes = [1000, 900, 800, 700, 600, 500, 400, 300, 200, 100, 100, 100];
    expect(segmentBudget(sizes, file)).toBe(15);
  });

  test('memory segments have a budget of 16, and a big first one is left alone', () => {
    const memory = memoryMergePolicy(100_000);
    expect(chooseMerge(of(17, 7200), memory)).toEqual({ from: 0, to: 10 });
    const sizes = [90_000, ...of(17, 1200)];
    expect(segmentBudget(sizes, memory)).toBe(16);
    expect(chooseMerge(sizes, memory)).toEqual({ from: 1, to: 11 });
  });

  test('an oversized segment ends a run instead of the program', () => {
    const sizes = [100, 200, 150_000, 100];
    expect(() => chooseMerge(sizes, { ...file, sizeMax: 100_000 })).not.toThrow();
  });
});

test('our own policy allows 2 segments at 5 M postings and 5 at 100 M and at 120 M', () => {
  expect(segmentBudget([5_000_000], FILE_MERGE_POLICY)).toBe(2);
  expect(segmentBudget([100_000_000], FILE_MERGE_POLICY)).toBe(5);
  expect(segmentBudget([120_000_000], FILE_MERGE_POLICY)).toBe(5);
});

test('merging until there is nothing to choose always ends within the budget', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 900_000_000 }), { maxLength: 60 }), (start) => {
      let sizes = start;
      for (;;) {
        const run = chooseMerge(sizes, FILE_MERGE_POLICY);
        if (!run) break;
        expect(run.to - run.from).toBeGreaterThan(1);
        const merged = sizes.slice(run.from, run.to).reduce((sum, size) => sum + size, 0);
        sizes = [...sizes.slice(0, run.from), merged, ...sizes.slice(run.to)];
      }
      const adjacentSmall = sizes.some(
        (size, i) =>
          i > 0 &&
          size <= FILE_MERGE_POLICY.sizeMax &&
          (sizes[i - 1] ?? 0) <= FILE_MERGE_POLICY.sizeMax,
      );
      if (adjacentSmall) {
        expect(sizes.length).toBeLessThanOrEqual(segmentBudget(sizes, FILE_MERGE_POLICY));
      }
    }),
  );
});
