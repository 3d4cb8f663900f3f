import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { DATABASE_NAMES } from '../config/settings.ts';
import type { Databases } from '../db/databases.ts';
import type { IndexClient } from '../index/client.ts';
import type { Redis } from '../redis.ts';
import { Remembered } from './remembered.ts';

/** What answers later than this does not answer, to people. */
const ANSWER_LIMIT_MS = 2000;
/** Probes are not worth more than one every so often, however many ask. */
const FRESH_MS = 1500;

export type ProbedPart = 'postgres' | 'nats' | 'index' | 'redis';

/** Whether each part answers; `undefined` for one that is not used. */
export type Probed = Readonly<Record<ProbedPart, boolean | undefined>>;

export interface ProbedParts {
  readonly databases: Databases;
  readonly index: IndexClient;
  /** `undefined` for the one inside this process, which is there as long as we are. */
  readonly redis: Redis | undefined;
  readonly nats: Promise<NatsConnection>;
  readonly now: () => number;
}

/** Asks every part whether it answers: a process that runs may still not do its work. */
export function probesOf({ databases, index, nats, now, redis }: ProbedParts): Remembered<Probed> {
  const askPostgres = (): Promise<unknown> =>
    Promise.all(DATABASE_NAMES.map((name) => databases[name].pool.query('select 1')));
  return new Remembered(FRESH_MS, now, async () => {
    const [postgres, natsAnswers, indexAnswers, redisAnswers] = await Promise.all([
      answers(askPostgres),
      answers(async () => (await nats).rtt()),
      answers(() => index.findInfo()),
      redis && answers(() => redis.ping()),
    ]);
    return { postgres, nats: natsAnswers, index: indexAnswers, redis: redisAnswers };
  });
}

async function answers(ask: () => Promise<unknown>): Promise<boolean> {
  const over = new AbortController();
  // Whatever the reason is: that it does not answer is all that is asked.
  const asked = ask().then(
    () => true,
    () => false,
  );
  const late = delay(ANSWER_LIMIT_MS, false, { signal: over.signal }).catch(() => false);
  const outcome = await Promise.race([asked, late]);
  over.abort();
  return outcome;
}
