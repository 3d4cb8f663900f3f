import { expect, test } from 'vitest';
import {
  bitsOf,
  listComparisons3,
  listOldComparisons,
} from '../../e2e/harness/fingerprint-vectors.ts';
import { compare, compare3, ComparisonTooLongError } from './compare-exhaustive.ts';

const old = listOldComparisons();
test(`compare gives upstream's bits on ${old.length} vectors`, () => {
  const differing = old.filter(({ a, b, bits }) => bitsOf(compare(a, b)) !== bits);
  expect(differing.map(({ name }) => name)).toEqual([]);
}, 60_000);

const third = listComparisons3();
test(`compare3 gives upstream's bits on ${third.length} vectors`, () => {
  const differing = third.filter(
    ({ a, b, maxOffset, bits }) => bitsOf(compare3(a, b, maxOffset)) !== bits,
  );
  expect(differing.map(({ name }) => name)).toEqual([]);
}, 60_000);

test('nothing to compare scores nothing', () => {
  const one = Uint32Array.of(1);
  const none = new Uint32Array(0);
  expect(compare(one, none)).toBe(0);
  expect(compare3(none, one, -1)).toBe(0);
  expect(compare3(one, one, 0)).toBe(0);
});

test('what would take too long is refused before it begins', () => {
  const long = new Uint32Array(20_000);
  expect(() => compare3(long, long, -1)).toThrow(ComparisonTooLongError);
  expect(compare3(long.subarray(0, 2000), long.subarray(0, 2000), 10)).toBe(1);
});
