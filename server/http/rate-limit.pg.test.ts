import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasProgram } from '../../e2e/harness/audio.ts';
import { hasReferenceData, REFERENCE } from '../../e2e/harness/dataset.ts';
import { startRecordedService } from '../../e2e/harness/replay.ts';
import { startRedis } from '../../e2e/harness/redis.ts';
import type { RedisServer } from '../../e2e/harness/redis.ts';
import { startService } from '../../e2e/harness/service.ts';
import type { TestService } from '../../e2e/harness/service.ts';

interface Burst {
  readonly name: string;
  readonly action: 'burst';
  readonly requests?: number;
  readonly allowed: number;
  readonly first_429_at?: { readonly n: number; readonly body: unknown } | null;
}
interface Timeline {
  readonly name: string;
  readonly action: 'timeline';
  /** Seconds after the start, and the status answered then. */
  readonly log: readonly (readonly [number, number])[];
}
interface Keys {
  readonly name: string;
  readonly action: 'redis';
  readonly keys: Readonly<Record<string, { readonly value: string; readonly ttl: number }>>;
}

const TRACK = '361f20f4-461f-5e08-8081-b104ec9e07bb';
const MBID = 'd5589c23-0fad-5430-9d67-4422bb250732';
const SECRET = 'clustersecret';
const SLOT_MS = 5000;
/** The start of a slot, so that a burst lies within one. */
const START_MS = 359_042_970 * SLOT_MS;

const all = hasReferenceData()
  ? (JSON.parse(readFileSync(`${REFERENCE}/data/golden/rate.json`, 'utf8')) as (
      | Burst
      | Timeline
      | Keys
    )[]) // the file's shape
  : [];

let nowMs = START_MS;
let service: TestService;

describe.skipIf(!hasReferenceData())('recorded bursts on the embedded store', () => {
  recordedBursts(() => undefined);
});

describe.skipIf(!hasReferenceData() || !hasProgram('redis-server'))(
  'recorded bursts on a real Redis',
  () => {
    recordedBursts(startRedis);
  },
);

function recordedBursts(start: () => Promise<RedisServer> | undefined): void {
  let redis: RedisServer | undefined;

  beforeAll(async () => {
    redis = await start();
    service = await startRecordedService({
      roles: ['api'],
      now: () => nowMs,
      settings: {
        'rate_limiter.limit_loopback': 'yes',
        'rate_limiter.ip.203.0.113.7': '1',
        'rate_limiter.application.3': '2',
        'rate_limiter.application.4': '0.5',
        ...(redis && { 'redis.url': redis.url }),
      },
    });
  });

  beforeEach(async () => {
    nowMs = START_MS;
    await service.context.redis.flushall();
  });

  afterAll(async () => {
    await service[Symbol.asyncDispose]();
    await redis?.[Symbol.asyncDispose]();
  });

  const bursts = all.filter((each) => each.action === 'burst');
  test.each(bursts)('$name', async ({ allowed, first_429_at, name, requests = 2001 }) => {
    const { texts, statuses } = await send(name, requests);
    expect(statuses.filter((status) => status !== 429)).toHaveLength(allowed);
    if (first_429_at === undefined) return;
    const at = statuses.indexOf(429);
    expect(at).toBe(first_429_at === null ? -1 : first_429_at.n - 1);
    if (first_429_at !== null) expect(bodyOf(texts[at] ?? '')).toEqual(first_429_at.body);
  });

  const timelines = all.filter((each) => each.action === 'timeline');
  test.each(timelines)('$name', async ({ log, name }) => {
    const answered: number[] = [];
    for (const [seconds] of log) {
      nowMs = START_MS + Math.round(seconds * 1000);
      answered.push(...(await send(name, 1)).statuses);
    }
    expect(answered).toEqual(log.map(([, status]) => status));
  });

  const counters = all.filter((each) => each.action === 'redis');
  test.each(counters)('$name', async ({ keys, name }) => {
    await send(name, 85);
    const { redis } = service.context;
    const found: Record<string, { value: string | null; ttl: number }> = {};
    for (const key of await redis.keys('rl:*')) {
      found[key] = { value: await redis.get(key), ttl: await redis.ttl(key) };
    }
    expect(found).toEqual(
      Object.fromEntries(
        Object.entries(keys).map(([key, { ttl, value }]) => [
          key,
          // A real store's clock goes on while the requests are sent.
          {
            value,
            ttl: expect.toSatisfy((left: number) => left <= ttl && left > ttl - 5) as number,
          },
        ]),
      ),
    );
  });
}

test.skipIf(!hasProgram('redis-server'))(
  'a lost Redis is told from a limit that is reached',
  async () => {
    await using redis = await startRedis();
    await using service = await startService({
      roles: ['api'],
      settings: { 'redis.url': redis.url, 'server.trusted_proxies': '127.0.0.1' },
    });
    const status = (address: string): Promise<number> =>
      service.api
        .send(`/v2/track/list_by_mbid?mbid=${MBID}`, { headers: { 'x-forwarded-for': address } })
        .then((answer) => answer.status);
    expect(await status('198.51.100.1')).toBe(200);
    await redis.kill();
    expect(await status('198.51.100.1')).toBe(503);
    // Who is not limited does not need it.
    expect(await status('127.0.0.1')).toBe(200);
  },
);

test('a recorded burst without a request of ours is not overlooked', () => {
  expect(all.filter(({ name }) => REQUESTS[name] === undefined)).toEqual([]);
});

interface Sent {
  readonly path: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly address?: string;
}

const byMbid = (address?: string, fields = {}): Sent => ({
  path: '/v2/track/list_by_mbid',
  fields: { mbid: MBID, ...fields },
  ...(address === undefined ? {} : { address }),
});
const lookup = (client: string, fields: Readonly<Record<string, string>> = {}): Sent => ({
  path: '/v2/lookup',
  fields: { client, trackid: TRACK, ...fields },
  address: '198.51.100.30',
});

/** What each recorded burst was of; the recording tells it by name and note alone. */
const REQUESTS: Readonly<Record<string, (n: number) => Sent>> = {
  'rate/ip-default': () => byMbid('198.51.100.1'),
  'rate/ip-default-no-xff': () => byMbid(),
  'rate/ip-xff-first-element-counts': () => byMbid('198.51.100.2, 10.0.0.1'),
  'rate/ip-xff-spoof-first-varies': (n) => byMbid(`198.51.101.${n % 250}`),
  'rate/ip-configured-1': () => byMbid('203.0.113.7'),
  'rate/app-default-rotating-ips': (n) => ({
    ...lookup('PicardKey01'),
    address: `198.51.102.${n % 10}`,
  }),
  'rate/app-default-one-ip': () => lookup('PicardKey01'),
  'rate/app3-configured-2': () => lookup('LimitedKey1'),
  'rate/app4-configured-0.5': () => lookup('LimitedKey2'),
  'rate/app3-xml': () => lookup('LimitedKey1', { format: 'xml' }),
  'rate/app3-v1': () => ({ ...lookup('LimitedKey1'), path: '/lookup' }),
  'rate/parse-errors-not-counted': () => byMbid('198.51.100.3', { mbid: 'x' }),
  'rate/bad-key-not-counted': () => lookup('nobody'),
  'rate/health-not-counted': () => ({ path: '/_health' }),
  'rate/cluster-secret-skips-all': () => lookup('LimitedKey2', { secret: SECRET }),
  'rate/wrong-secret-counts': () => lookup('LimitedKey2', { secret: 'x' }),
  'rate/internal-right-secret': () => ({
    path: '/v2/internal/create_account',
    fields: { secret: SECRET },
  }),
  'rate/internal-wrong-secret': () => ({
    path: '/v2/internal/create_account',
    fields: { secret: 'x' },
  }),
  'rate/internal-update-status-wrong-secret-charges-target-app': () => ({
    path: '/v2/internal/update_application_status',
    fields: { secret: 'x', application_id: '4', active: '1' },
  }),
  'rate/track-list-by-mbid-ip': () => byMbid('198.51.100.4'),
  'rate/batch-counts-once': () =>
    lookup('LimitedKey1', { batch: '1', 'trackid.0': TRACK, 'trackid.1': TRACK }),
  'rate/submit-invalid-fingerprint-not-counted': () => ({
    path: '/v2/submit',
    fields: { client: 'LimitedKey2', user: 'UserAlice01', duration: '9', fingerprint: 'x' },
  }),
  'rate/buckets-shared-between-endpoints': (n) =>
    n % 2 === 0 ? byMbid('198.51.100.30') : lookup('PicardKey01'),
  'rate/recovery': () => lookup('LimitedKey2'),
  'rate/spread-4-per-bucket': () => lookup('LimitedKey2'),
  'rate/counters-after-85-app1-one-ip': () => lookup('PicardKey01'),
  'rate/global-default-100': (n) => byMbid(`198.51.${100 + Math.floor(n / 79)}.1`),
};

async function send(
  name: string,
  count: number,
): Promise<{ statuses: readonly number[]; texts: readonly string[] }> {
  const statuses: number[] = [];
  const texts: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const { address, fields = {}, path } = REQUESTS[name]!(n);
    const headers = address === undefined ? {} : { 'x-forwarded-for': address };
    const body = new URLSearchParams(fields);
    const answer = await service.api.send(path, { method: 'POST', body, headers });
    statuses.push(answer.status);
    texts.push(answer.text);
  }
  return { statuses, texts };
}

function bodyOf(text: string): unknown {
  return text.startsWith('<') ? text : JSON.parse(text);
}
