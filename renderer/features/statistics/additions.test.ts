import { expect, test } from 'vitest';
import { additionsOf } from './additions.ts';
import { lastDays } from './period.ts';

test('a day adds what it has more than the day before', () => {
  expect(additionsOf([10, 12, null, 15, 15])).toEqual([2, null, null, 0]);
  expect(additionsOf([])).toEqual([]);
  expect(additionsOf([4])).toEqual([]);
});

test('the last days end with today', () => {
  const now = Date.parse('2026-03-01T12:00:00Z');
  expect(lastDays(1, now)).toEqual({ from: '2026-03-01', to: '2026-03-01' });
  expect(lastDays(30, now)).toEqual({ from: '2026-01-31', to: '2026-03-01' });
});
