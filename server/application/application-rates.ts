import { LRUCache } from 'lru-cache';
import type { Queryable } from '../db/queryable.ts';

const APPLICATIONS_MAX = 1000;
/** As long as a key is remembered: a changed limit holds within a minute. */
const TTL_MS = 60_000;
/** Largest id the column can hold; a larger one is nobody's. */
const ID_MAX = 2_147_483_647;

/** The requests per second that applications may make, where somebody has said so. */
export class ApplicationRates {
  readonly #app: Queryable;
  readonly #configured: Readonly<Record<string, number>>;
  readonly #known = new LRUCache<number, { readonly rate: number | undefined }>({
    max: APPLICATIONS_MAX,
    ttl: TTL_MS,
  });

  constructor(app: Queryable, configured: Readonly<Record<string, number>>) {
    this.#app = app;
    this.#configured = configured;
  }

  /** Forgets what was found, so that a change made in this process holds at once. */
  forget(): void {
    this.#known.clear();
  }

  /** The limit of one application: the configuration's, else its own row's, else `undefined`. */
  async find(id: number): Promise<number | undefined> {
    const configured = this.#configured[String(id)];
    if (configured !== undefined || id < 1 || id > ID_MAX) return configured;
    const known = this.#known.get(id);
    if (known) return known.rate;
    const { rows } = await this.#app.query<{ rate_limit: number | null }>({
      name: 'find-application-rate-limit',
      text: 'select rate_limit from application where id = $1',
      values: [id],
    });
    const rate = rows[0]?.rate_limit ?? undefined;
    this.#known.set(id, { rate });
    return rate;
  }
}
