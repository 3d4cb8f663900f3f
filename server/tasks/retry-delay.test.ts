import { expect, test } from 'vitest';
import { ATTEMPTS_MAX, retryDelaySeconds } from './retry-delay.ts';

test('each attempt waits longer than the one before, up to a limit', () => {
  const delays = [1, 2, 3, 4, 5, 6, 50].map((attempt) => retryDelaySeconds(attempt, 0.5));
  expect(delays).toEqual([5, 20, 80, 320, 900, 900, 900]);
});

test('the waits are spread by a fifth, so that what failed together comes again apart', () => {
  expect(retryDelaySeconds(2, 0)).toBe(16);
  expect(retryDelaySeconds(2, 1)).toBe(24);
});

test('all attempts together take minutes, not days', () => {
  let seconds = 0;
  for (let attempt = 1; attempt < ATTEMPTS_MAX; attempt += 1) {
    seconds += retryDelaySeconds(attempt, 1);
  }
  expect(seconds).toBeLessThan(600);
});
