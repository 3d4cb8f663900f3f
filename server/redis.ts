import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import RedisMock from 'ioredis-mock';
import type { Log } from './log.ts';

const CONNECT_TIMEOUT_MS = 2000;
/** A counter that takes longer than this is worth less than the request that waits for it. */
const COMMAND_TIMEOUT_MS = 1000;
const RECONNECT_MS_MAX = 5000;
/** How often the embedded store drops what has expired. */
const SWEEP_MS = 5000;

export type { Redis };

/**
 * The store of counters, rate limits and small caches: a real Redis by its URL, else one inside
 * this process. Both speak the same commands; the embedded one forgets everything at the end.
 */
export function openRedis(url: string | undefined, log: Log): Redis {
  return url === undefined ? openEmbedded() : connect(url, log);
}

function connect(url: string, log: Log): Redis {
  const redis = new Redis(url, {
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    maxRetriesPerRequest: 1,
    // Commands issued together travel together, so callers need no pipelines of their own.
    enableAutoPipelining: true,
    retryStrategy: (attempt) => Math.min(attempt * 100, RECONNECT_MS_MAX),
  });
  redis.on('error', (error) => log.warn({ err: error }, 'redis connection failed'));
  return redis;
}

/**
 * NOTE: the embedded store shares its data between instances of one host name, so each has its own;
 * and it drops an expired key only when somebody asks for it, so a sweep asks for them all.
 */
function openEmbedded(): Redis {
  const redis = new RedisMock({ host: randomUUID() });
  const due = new Map<string, number>();
  const expire = redis.expire.bind(redis);
  redis.expire = async (key: string | Buffer, seconds: number | string): Promise<number> => {
    due.delete(String(key));
    due.set(String(key), Date.now() + Number(seconds) * 1000);
    return expire(key, seconds);
  };
  const sweep = setInterval(() => void dropExpired(redis, due), SWEEP_MS).unref();
  redis.once('end', () => clearInterval(sweep));
  return redis;
}

async function dropExpired(redis: Redis, due: Map<string, number>): Promise<void> {
  const now = Date.now();
  for (const [key, expiresMs] of due) {
    if (expiresMs >= now) continue;
    due.delete(key);
    await redis.exists(key);
  }
}
