import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLog } from './log.ts';
import { openRedis } from './redis.ts';
import type { Redis } from './redis.ts';

const log = createLog('silent');

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** The embedded store's own table of expiries, which no command shows. */
function expiriesOf(redis: Redis): { has(key: string): boolean } {
  return (redis as unknown as { expires: { has(key: string): boolean } }).expires;
}

test('two embedded stores do not share their data', async () => {
  const [one, other] = [openRedis(undefined, log), openRedis(undefined, log)];
  await one.incr('a');
  expect([await one.get('a'), await other.get('a')]).toEqual(['1', null]);
});

test('the embedded store drops what has expired, though nobody asks for it', async () => {
  const redis = openRedis(undefined, log);
  await redis.incr('short');
  await redis.expire('short', 25);
  await redis.incr('long');
  await redis.expire('long', 3600);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(expiriesOf(redis).has('short')).toBe(true);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(expiriesOf(redis).has('short')).toBe(false);
  expect(await redis.get('long')).toBe('1');
});

test('a key whose expiry is put off stays', async () => {
  const redis = openRedis(undefined, log);
  await redis.incr('a');
  await redis.expire('a', 25);
  await vi.advanceTimersByTimeAsync(20_000);
  await redis.expire('a', 25);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(await redis.get('a')).toBe('1');
});
