import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { listComparisons } from '../../e2e/harness/fingerprint-vectors.ts';
import { shortestFloat32 } from './float32.ts';

test('the shortest decimal reads back to the same float32', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true }), (value) => {
      const printed = shortestFloat32(value);
      expect(Math.fround(printed)).toBe(value);
      const digits = printed.toExponential().replace(/e.*|[-.]/g, '');
      if (Number.isFinite(value)) expect(digits.length).toBeLessThanOrEqual(9);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  [0.9753086566925049, 0.97530866],
  [1, 1],
  [0, 0],
  [0.1, 0.1],
  [0.000244140625, 0.00024414062],
  [1.2621774483536189e-29, 1.2621775e-29],
  [1e-45, 1e-45],
])('%d prints as %d', (value, expected) => {
  expect(shortestFloat32(value)).toBe(expected);
});

const scores = listComparisons();
test(`${scores.length} scores print as upstream prints them`, () => {
  const printed = scores.map(({ bits }) => {
    return shortestFloat32(Buffer.from(bits, 'hex').readFloatBE());
  });
  expect(printed).toEqual(scores.map(({ score }) => score));
});

test('what has no digits stays as it is', () => {
  expect(shortestFloat32(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  expect(shortestFloat32(Number.NaN)).toBeNaN();
});
