/**
 * Carries counts from the counter store to where they are kept, each exactly once.
 *
 *   1. rename   `lookups:1f` becomes `flushing:lookups:1f:<id>`; new counts begin a hash of their own
 *   2. add      the counts go to the database, the id with them in one transaction
 *   3. forget   the renamed hash is deleted
 *
 * A process may die after any step. The set `flushing:lookups:1f` names the flushes under way, so
 * the next one finds what is left and repeats it; the id tells the database what it has already.
 * As upstream, a field that was carried over stays at 0 until the next flush.
 */
import { randomUUID } from 'node:crypto';
import type { Context } from '../context.ts';
import { UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Redis } from '../redis.ts';
import { readLookupField, readUserAgentField } from './counter-fields.ts';
import { counterTargetOf } from './counter-target.ts';
import type { CounterTarget } from './counter-target.ts';

/** Counter hashes are spread over so many partitions; -1 is the hash without one, as of old. */
export const PARTITION_MIN = -1;
export const PARTITION_MAX = 255;
const PARTITIONS = Array.from(
  { length: PARTITION_MAX - PARTITION_MIN + 1 },
  (_each, at) => at + PARTITION_MIN,
);

/** Names of the counters in the store. */
export type CounterName = 'lookups' | 'ua';

export interface FlushParts {
  readonly redis: Redis;
  readonly target: CounterTarget;
  readonly log: Log;
}

/** What a flush needs, of a process's context. */
export function flushPartsOf(
  context: Pick<Context, 'config' | 'databases' | 'log' | 'redis'>,
): FlushParts {
  const { config, databases, log, redis } = context;
  return { redis, log, target: counterTargetOf(config.settings, databases.app.pool) };
}

/** Flushes one partition of a counter, and first whatever an earlier flush of it left. */
export async function flushCounters(
  parts: FlushParts,
  name: CounterName,
  partition: number,
): Promise<void> {
  const { redis } = parts;
  const key = keyOf(name, partition);
  for (const id of await fromRedis(redis.smembers(flushingKey(key)))) {
    await finishFlush(parts, name, { key, id });
  }
  const id = randomUUID();
  if (await beginFlush(redis, key, id)) await finishFlush(parts, name, { key, id });
}

/** Flushes what there is of both counters. */
export async function flushAllCounters(parts: FlushParts): Promise<void> {
  for (const name of ['lookups', 'ua'] as const) {
    for (const partition of await listPartitions(parts.redis, name)) {
      await flushCounters(parts, name, partition);
    }
  }
}

/** Ids of all flushes under way: the database must not forget these. */
export async function listFlushIds(redis: Redis): Promise<string[]> {
  const keys = (['lookups', 'ua'] as const).flatMap((name) =>
    PARTITIONS.map((partition) => flushingKey(keyOf(name, partition))),
  );
  const ids = await fromRedis(Promise.all(keys.map((key) => redis.smembers(key))));
  return ids.flat();
}

/** Partitions of a counter that hold something, or that a flush was begun of. */
export async function listPartitions(redis: Redis, name: CounterName): Promise<number[]> {
  // Sent together, and so one round trip.
  const present = await fromRedis(
    Promise.all(
      PARTITIONS.map((partition) => {
        const key = keyOf(name, partition);
        return redis.exists(key, flushingKey(key));
      }),
    ),
  );
  return PARTITIONS.filter((_partition, at) => (present[at] ?? 0) > 0);
}

function keyOf(name: CounterName, partition: number): string {
  return partition < 0 ? name : `${name}:${partition.toString(16).padStart(2, '0')}`;
}

/** Set of the ids of flushes under way. */
function flushingKey(key: string): string {
  return `flushing:${key}`;
}

/** Puts the hash aside under the id, both at once. False when there is no hash. */
async function beginFlush(redis: Redis, key: string, id: string): Promise<boolean> {
  if ((await fromRedis(redis.exists(key))) === 0) return false;
  const flushing = flushingKey(key);
  const results = await fromRedis(
    redis.multi().sadd(flushing, id).rename(key, `${flushing}:${id}`).exec(),
  );
  // Another flush may have taken the hash since: then the id stands for nothing, and is forgotten.
  const error = results?.[1]?.[0];
  return !error;
}

async function finishFlush(
  { log, redis, target }: FlushParts,
  name: CounterName,
  { id, key }: { readonly id: string; readonly key: string },
): Promise<void> {
  const flushing = flushingKey(key);
  const aside = `${flushing}:${id}`;
  const fields = Object.entries(await fromRedis(redis.hgetall(aside)));
  const counted = fields.filter(([, value]) => value !== '0');
  const kept =
    name === 'lookups'
      ? await carry(counted, readLookupField, (hours) => target.addLookups(id, hours))
      : await carry(counted, readUserAgentField, (days) => target.addUserAgents(id, days));
  if (kept.length < counted.length) {
    const dropped = counted.length - kept.length;
    log.warn({ key, dropped }, 'counts of unknown applications were dropped');
  }
  const end = redis.multi();
  for (const field of kept) end.hincrby(key, field, 0);
  await fromRedis(end.del(aside).srem(flushing, id).exec());
}

/** Adds what fields count; returns those that were kept. */
async function carry<R extends { readonly applicationId: number }>(
  fields: readonly (readonly [string, string])[],
  read: (field: string, value: string) => R | undefined,
  add: (rows: readonly R[]) => Promise<ReadonlySet<number>>,
): Promise<string[]> {
  const readable = fields.flatMap(([field, value]) => {
    const row = read(field, value);
    return row === undefined ? [] : [{ field, row }];
  });
  if (readable.length === 0) return [];
  const known = await add(readable.map(({ row }) => row));
  return readable.filter(({ row }) => known.has(row.applicationId)).map(({ field }) => field);
}

/** What Redis says, or that it is missing; it has no other reason to refuse these commands. */
async function fromRedis<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    throw new UnavailableError('redis', { cause });
  }
}
