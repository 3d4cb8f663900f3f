import { beforeEach, expect, test, vi } from 'vitest';
import { createLog } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import { openRedis } from '../redis.ts';
import type { Redis } from '../redis.ts';
import { LookupCounters } from './lookup-counters.ts';

const log = createLog('silent');
/** Local time, as the counters use it. */
const NOW = new Date(2026, 10, 20, 1, 30).getTime();

let redis: Redis;
let counters: LookupCounters;

beforeEach(() => {
  redis = openRedis(undefined, log);
  counters = new LookupCounters({ redis, metrics: createMetrics(), log, now: () => NOW });
});

/** All fields of all partitions of one counter, with the names of the partitions. */
async function counted(name: string): Promise<{ keys: string[]; fields: Record<string, string> }> {
  const keys = await redis.keys(`${name}:*`);
  const hashes = await Promise.all(keys.map((key) => redis.hgetall(key)));
  return { keys, fields: Object.assign({}, ...hashes) as Record<string, string> };
}

const LOOKUP = { applicationId: 1, userAgent: 'Foo/1.0 (x; y)', ip: '1.2.3.4', hits: 1, misses: 0 };

test('a lookup is counted once for its agent and once for its outcome', async () => {
  counters.count(LOOKUP);
  await vi.waitFor(async () => expect((await counted('lookups')).keys).toHaveLength(1));
  const { fields, keys } = await counted('ua');
  expect(keys[0]).toMatch(/^ua:[0-9a-f]{2}$/);
  expect(fields).toEqual({ '2026-11-20:1:Foo/1.0%20%28x%3B%20y%29:1.2.3.4': '1' });
  expect((await counted('lookups')).fields).toEqual({ '2026-11-20:1:1:hit': '1' });
});

test('a batch counts each query, and adds up', async () => {
  counters.count({ ...LOOKUP, hits: 3, misses: 2 });
  counters.count({ ...LOOKUP, hits: 1, misses: 0, ip: '2001:db8::1', userAgent: undefined });
  await vi.waitFor(async () => {
    const lookups = { '2026-11-20:1:1:hit': '4', '2026-11-20:1:1:miss': '2' };
    expect((await counted('lookups')).fields).toEqual(lookups);
    expect((await counted('ua')).fields).toMatchObject({
      '2026-11-20:1::2001%3Adb8%3A%3A1': '1',
    });
  });
});

test('user agents that a client makes up do not fill the store', async () => {
  const add = vi.spyOn(redis, 'hlen').mockResolvedValue(1025);
  counters.count(LOOKUP);
  await vi.waitFor(async () => {
    expect(add).toHaveBeenCalledTimes(2);
    expect((await counted('ua')).keys).toEqual([]);
  });
});

test('a store that fails is no failure of the lookup', async () => {
  const warned = vi.spyOn(log, 'error');
  vi.spyOn(redis, 'hincrby').mockRejectedValue(new Error('broken'));
  counters.count(LOOKUP);
  await vi.waitFor(() => expect(warned).toHaveBeenCalledOnce());
});
