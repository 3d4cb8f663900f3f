import { expect, test } from 'vitest';
import { ProgressRate } from './progress-rate.ts';

test('nothing can be said of the first moment', () => {
  const rate = new ProgressRate();
  rate.note(5, 1000);
  expect(rate.perSecond(1000)).toBeUndefined();
  expect(rate.secondsLeft(10, 1000)).toBeUndefined();
});

test('the rate is of late, not since the beginning', () => {
  const rate = new ProgressRate();
  // A minute at one per second, then a minute at a hundred.
  for (let second = 0; second <= 60; second += 1) rate.note(second, second * 1000);
  for (let second = 1; second <= 60; second += 1)
    rate.note(60 + second * 100, (60 + second) * 1000);
  expect(rate.perSecond(120_000)).toBeCloseTo(100, 5);
  expect(rate.secondsLeft(7060, 120_000)).toBeCloseTo(10, 5);
});

test('what stands still gets slower as one looks', () => {
  const rate = new ProgressRate();
  rate.note(0, 0);
  rate.note(100, 1000);
  expect(rate.perSecond(1000)).toBe(100);
  expect(rate.perSecond(10_000)).toBe(10);
});

test('a counter that starts again forgets what was', () => {
  const rate = new ProgressRate();
  rate.note(0, 0);
  rate.note(1000, 1000);
  rate.note(10, 2000);
  rate.note(20, 3000);
  expect(rate.perSecond(3000)).toBe(10);
});

test('a report for every row keeps few samples and the right rate', () => {
  const rate = new ProgressRate();
  for (let row = 0; row <= 10_000; row += 1) rate.note(row, row);
  expect(rate.perSecond(10_000)).toBeCloseTo(1000, 5);
});

test('without a total, or with nothing moving, no end is in sight', () => {
  const rate = new ProgressRate();
  rate.note(0, 0);
  rate.note(0, 5000);
  expect(rate.secondsLeft(10, 5000)).toBeUndefined();
  rate.note(10, 6000);
  expect(rate.secondsLeft(undefined, 6000)).toBeUndefined();
  expect(rate.secondsLeft(10, 6000)).toBe(0);
});
