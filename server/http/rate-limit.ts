import { BlockList, isIPv6 } from 'node:net';
import type { ApplicationRates } from '../application/application-rates.ts';
import type { Context } from '../context.ts';
import { DomainError, UnavailableError } from '../errors.ts';
import type { Metrics } from '../metrics.ts';
import type { Redis } from '../redis.ts';

/** The window: four slots, of which the last is under way (api-v2.md section 7). */
const SLOT_SECONDS = 5;
const SLOTS = 4;
const WINDOW_SECONDS = SLOTS * SLOT_SECONDS;
const EXPIRE_SECONDS = WINDOW_SECONDS + SLOT_SECONDS;

const APPLICATION_RATE = 10;
const ADDRESS_RATE = 4;

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

export interface RateLimiterParts {
  readonly redis: Redis;
  readonly applications: ApplicationRates;
  readonly metrics: Metrics;
  /** Requests per second of everybody together; `undefined` is no such limit. */
  readonly globalRate: number | undefined;
  readonly addressRates: Readonly<Record<string, number>>;
  readonly limitLoopback: boolean;
  readonly now: () => number;
}

/** What the limiter needs, by the configuration. */
export function rateLimiterOf(context: Context): RateLimiterParts {
  const { settings } = context.config;
  return {
    redis: context.redis,
    applications: context.applicationRates,
    metrics: context.metrics,
    globalRate: settings['rate_limiter.global'],
    addressRates: settings['rate_limiter.ip'],
    limitLoopback: settings['rate_limiter.limit_loopback'],
    now: context.now,
  };
}

/** Who a request is charged to. */
export interface Requester {
  readonly applicationId: number | undefined;
  readonly ip: string;
}

/**
 * Charges a request to its application, to everybody and to its address, in this order, over a
 * sliding window of 20 s. Throws `too_many_requests` at the first bucket that is full; the buckets
 * before it stay charged, as upstream.
 */
export async function chargeRequest(parts: RateLimiterParts, requester: Requester): Promise<void> {
  const { applicationId, ip } = requester;
  if (!parts.limitLoopback && isLoopback(ip)) return;
  const own =
    applicationId === undefined ? undefined : await parts.applications.find(applicationId);
  if (applicationId !== undefined) {
    const rate = own ?? APPLICATION_RATE;
    await charge(parts, requester, { bucket: 'app', key: String(applicationId), rate });
  }
  if (parts.globalRate !== undefined) {
    await charge(parts, requester, { bucket: 'global', key: '', rate: parts.globalRate });
  }
  // An application with a limit of its own may use it from one address.
  if (own === undefined) {
    const rate = parts.addressRates[ip] ?? ADDRESS_RATE;
    await charge(parts, requester, { bucket: 'ip', key: ip, rate });
  }
}

interface Bucket {
  readonly bucket: 'app' | 'global' | 'ip';
  readonly key: string;
  readonly rate: number;
}

async function charge(
  { metrics, now, redis }: RateLimiterParts,
  { applicationId }: Requester,
  { bucket, key, rate }: Bucket,
): Promise<void> {
  const slot = Math.floor(now() / 1000 / SLOT_SECONDS);
  const keyOf = (at: number): string => `rl:${bucket}:${key}:${at}`;
  const current = keyOf(slot);
  try {
    const [count, , ...earlier] = await Promise.all([
      redis.incr(current),
      redis.expire(current, EXPIRE_SECONDS),
      redis.get(keyOf(slot - 1)),
      redis.get(keyOf(slot - 2)),
      redis.get(keyOf(slot - 3)),
    ]);
    const sum = earlier.reduce((total, text) => total + Number(text ?? 0), count);
    if (sum <= rate * WINDOW_SECONDS) return;
    // A refused request does not count, so that waiting is enough to be let in again.
    await redis.decr(current);
  } catch (cause) {
    throw new UnavailableError('redis', { cause });
  }
  metrics.rateLimitExceeded(bucket, applicationId);
  throw new DomainError('too_many_requests', { requestsPerSecond: rate });
}

/** Whether an address is this machine's own. */
export function isLoopback(ip: string): boolean {
  return LOOPBACK.check(ip, isIPv6(ip) ? 'ipv6' : 'ipv4');
}
