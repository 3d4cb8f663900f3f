import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasProgram } from '../../e2e/harness/audio.ts';
import { startRedis } from '../../e2e/harness/redis.ts';
import { startService } from '../../e2e/harness/service.ts';
import type { TestService } from '../../e2e/harness/service.ts';
import { createLog } from '../log.ts';
import { openRedis } from '../redis.ts';
import type { Redis } from '../redis.ts';
import { startRoles } from '../roles.ts';
import type { CounterTarget } from './counter-target.ts';
import { flushAllCounters, flushCounters, flushPartsOf, listPartitions } from './flush-counters.ts';
import type { FlushParts } from './flush-counters.ts';
import { LookupCounters } from './lookup-counters.ts';

const HIT = '2026-11-20:1:1:hit';
const AGENT = '2026-11-20:1:Foo/1.0%20%28x%29:1.2.3.4';

let service: TestService;

beforeAll(async () => {
  service = await startService({ roles: [] });
});

afterAll(async () => {
  await service[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await service.context.databases.app.pool.query(
    'truncate stats_lookups, stats_user_agents, counter_flush',
  );
});

/** All that is stored: hits and misses of each hour, and requests of each agent. */
async function stored(): Promise<unknown> {
  const { pool } = service.context.databases.app;
  const lookups = await pool.query(
    `select date::text, extract(hour from hour at time zone 'UTC')::int as hour, application_id,
       count_hits as hits, count_misses as misses from stats_lookups order by 1, 2, 3`,
  );
  const agents = await pool.query(
    `select date::text, application_id, user_agent, host(ip) as ip, count
     from stats_user_agents order by user_agent, ip`,
  );
  return [...lookups.rows, ...agents.rows];
}

const HOUR = { date: '2026-11-20', hour: 1, application_id: 1 };

/** A target that fails where a process may die: before the counts are in, or right after. */
function dyingTarget(target: CounterTarget, when: 'before' | 'after'): CounterTarget {
  const die = async (add: () => Promise<unknown>): Promise<never> => {
    if (when === 'after') await add();
    throw new Error('killed');
  };
  return {
    addLookups: (id, hours) => die(() => target.addLookups(id, hours)),
    addUserAgents: (id, days) => die(() => target.addUserAgents(id, days)),
  };
}

const KINDS = hasProgram('redis-server') ? (['embedded', 'real'] as const) : ['embedded' as const];

describe.each(KINDS)('with the %s store', (kind) => {
  let redis: Redis;
  let parts: FlushParts;
  let stack: AsyncDisposableStack;

  beforeEach(async () => {
    stack = new AsyncDisposableStack();
    const url = kind === 'real' ? stack.use(await startRedis()).url : undefined;
    redis = openRedis(url, createLog('silent'));
    stack.defer(() => redis.disconnect());
    parts = flushPartsOf({ ...service.context, redis });
  });

  afterEach(async () => {
    await stack.disposeAsync();
  });

  test('counts are added up, and leave their fields at nothing for one more flush', async () => {
    await redis.hset('lookups:1f', { [HIT]: 5, '2026-11-20:1:1:miss': 2, '2026-11-20:2:1:hit': 0 });
    await redis.hset('ua:00', { [AGENT]: 3 });
    await flushAllCounters(parts);
    await redis.hincrby('lookups:1f', HIT, 2);
    await flushAllCounters(parts);
    expect(await stored()).toEqual([
      { ...HOUR, hits: 7, misses: 2 },
      { date: '2026-11-20', application_id: 1, user_agent: 'Foo/1.0 (x)', ip: '1.2.3.4', count: 3 },
    ]);
    expect(await redis.hgetall('lookups:1f')).toEqual({ [HIT]: '0' });
    await flushAllCounters(parts);
    expect(await redis.keys('*')).toEqual([]);
  });

  test.each(['before', 'after'] as const)(
    'a process that dies %s the counts are in loses none and doubles none',
    async (when) => {
      await redis.hset('lookups:1f', { [HIT]: 5 });
      await redis.hset('ua:1f', { [AGENT]: 5 });
      const dying = { ...parts, target: dyingTarget(parts.target, when) };
      await expect(flushCounters(dying, 'lookups', 0x1f)).rejects.toThrow('killed');
      await expect(flushCounters(dying, 'ua', 0x1f)).rejects.toThrow('killed');
      // Counted meanwhile, and once more it dies.
      await redis.hincrby('lookups:1f', HIT, 1);
      await expect(flushCounters(dying, 'lookups', 0x1f)).rejects.toThrow('killed');
      expect(await listPartitions(redis, 'lookups')).toEqual([0x1f]);
      await flushAllCounters(parts);
      expect(await stored()).toEqual([
        { ...HOUR, hits: 6, misses: 0 },
        expect.objectContaining({ count: 5 }) as unknown,
      ]);
      await flushAllCounters(parts);
      expect(await redis.keys('*')).toEqual([]);
    },
  );

  test('flushes at once, while counting goes on, add up to what was counted', async () => {
    const counters = new LookupCounters({
      redis,
      metrics: service.context.metrics,
      log: service.context.log,
      now: () => new Date(2026, 10, 20, 1).getTime(),
    });
    const lookup = { applicationId: 1, userAgent: 'A', ip: '::1', hits: 1, misses: 0 };
    for (let round = 0; round < 20; round += 1) {
      for (let turn = 0; turn < 10; turn += 1) counters.count(lookup);
      await Promise.all([flushAllCounters(parts), flushAllCounters(parts)]);
    }
    await counters.settle();
    await flushAllCounters(parts);
    expect(await stored()).toEqual([
      { ...HOUR, hits: 200, misses: 0 },
      { date: '2026-11-20', application_id: 1, user_agent: 'A', ip: '::1', count: 200 },
    ]);
  });

  test('what belongs to no application and what cannot be read is dropped, the rest is kept', async () => {
    await redis.hset('lookups', { [HIT]: 1, '2026-11-20:1:999:hit': 1, nonsense: 1 });
    await redis.hset('ua', { [AGENT]: 1, '2026-11-20:1:Foo:nowhere': 1 });
    await flushAllCounters(parts);
    expect(await stored()).toEqual([
      { ...HOUR, hits: 1, misses: 0 },
      expect.objectContaining({ count: 1 }) as unknown,
    ]);
    expect(await redis.hgetall('lookups')).toEqual({ [HIT]: '0' });
  });
});

test('counts are in the database when the process has stopped in good order', async () => {
  const { context } = service;
  const roles = await startRoles(context, ['api', 'worker', 'cron'], { pagesDir: undefined });
  const lookup = { applicationId: 1, userAgent: 'B', ip: '::1', hits: 3, misses: 1 };
  context.lookupCounters.count(lookup);
  await roles[Symbol.asyncDispose]();
  expect(await stored()).toEqual([
    expect.objectContaining({ application_id: 1, hits: 3, misses: 1 }) as unknown,
    expect.objectContaining({ user_agent: 'B', count: 1 }) as unknown,
  ]);
});
