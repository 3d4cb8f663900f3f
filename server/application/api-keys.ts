import { LRUCache } from 'lru-cache';
import { findAccountId } from '../account/account-queries.ts';
import type { Queryable } from '../db/queryable.ts';
import { DomainError } from '../errors.ts';
import { findActiveApplicationId, isActiveApplication } from './application-queries.ts';
import { DEMO_APPLICATION_ID, isDemoKey } from './demo-key.ts';

/** Upstream's own figures (api-v2.md section 5); clients count on a new key within a minute. */
const KEYS_MAX = 1000;
const KEY_TTL_MS = 60_000;
/** No key is longer than its column; a longer one needs no look-up and no place in the cache. */
const KEY_LENGTH_MAX = 40;

type Find = (app: Queryable, apikey: string) => Promise<number | undefined>;
/** What the demo key is made from; without a secret there is none. */
export interface DemoKeys {
  readonly demoSecret: string | undefined;
  readonly now: () => number;
}

type Cache = LRUCache<string, { readonly id: number | undefined }>;

/**
 * Resolves application and account keys through one cache per kind. Misses are cached too, so
 * that a client with a wrong key costs one query a minute.
 */
export class ApiKeys {
  readonly #app: Queryable;
  readonly #demo: DemoKeys;
  readonly #applications: Cache = createCache();
  readonly #accounts: Cache = createCache();

  constructor(app: Queryable, demo: DemoKeys) {
    this.#app = app;
    this.#demo = demo;
  }

  /** The application that `client` names; throws `invalid_apikey`. */
  async requireApplication(apikey: string): Promise<number> {
    const find: Find = async (app, key) =>
      (await findActiveApplicationId(app, key)) ?? this.#findDemo(key);
    const id = await this.#resolve(this.#applications, find, apikey);
    if (id === undefined) throw new DomainError('invalid_apikey', {});
    return id;
  }

  /** The account that `user` names; throws `invalid_user_apikey`. */
  async requireAccount(apikey: string): Promise<number> {
    const id = await this.#resolve(this.#accounts, findAccountId, apikey);
    if (id === undefined) throw new DomainError('invalid_user_apikey', {});
    return id;
  }

  /** Forgets what was found, so that a change made in this process holds at once. */
  forget(): void {
    this.#applications.clear();
    this.#accounts.clear();
  }

  /** The demo application counts like any other: it must be there and be active. */
  async #findDemo(apikey: string): Promise<number | undefined> {
    const { demoSecret, now } = this.#demo;
    if (demoSecret === undefined || !isDemoKey(demoSecret, apikey, now())) return undefined;
    const isActive = await isActiveApplication(this.#app, DEMO_APPLICATION_ID);
    return isActive ? DEMO_APPLICATION_ID : undefined;
  }

  async #resolve(cache: Cache, find: Find, apikey: string): Promise<number | undefined> {
    // PostgreSQL takes no NUL in text, and no key has one.
    if (apikey.length > KEY_LENGTH_MAX || apikey.includes('\0')) return undefined;
    const cached = cache.get(apikey);
    if (cached) return cached.id;
    const id = await find(this.#app, apikey);
    cache.set(apikey, { id });
    return id;
  }
}

function createCache(): Cache {
  return new LRUCache({ max: KEYS_MAX, ttl: KEY_TTL_MS });
}
