import { expect, test } from 'vitest';
import { afterDeath, DEATHS_WINDOW_MS, noDeaths, RESTART_DELAY_MS_MAX } from './backoff.ts';
import type { DeathRecord } from './backoff.ts';

function dieAt(times: readonly number[]): readonly ReturnType<typeof afterDeath>[] {
  let record: DeathRecord = noDeaths;
  return times.map((time) => {
    const next = afterDeath(record, time);
    record = next.record;
    return next;
  });
}

function delays(times: readonly number[]): readonly (number | 'give-up')[] {
  return dieAt(times).map((next) => (next.decision === 'restart' ? next.delayMs : 'give-up'));
}

test('the delay doubles with every death in a row, and the fifth within two minutes is the last', () => {
  expect(delays([0, 1000, 2000, 3000, 4000])).toEqual([250, 500, 1000, 2000, 'give-up']);
});

test('five deaths spread over more than two minutes are no reason to give up', () => {
  expect(delays([0, 40_000, 80_000, 119_999, 120_000])).not.toContain('give-up');
});

test('deaths that keep coming too slowly to give up are answered with ever longer delays', () => {
  const times = Array.from({ length: 12 }, (_, index) => index * 35_000);
  expect(delays(times).at(-1)).toBe(RESTART_DELAY_MS_MAX);
});

test('a life of two minutes wipes the record clean', () => {
  const last = 3000 + DEATHS_WINDOW_MS;
  expect(delays([0, 1000, 2000, 3000, last])).toEqual([250, 500, 1000, 2000, 250]);
});
