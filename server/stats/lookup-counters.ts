import { crc32 } from 'node:zlib';
import { isUnavailable } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Redis } from '../redis.ts';

/** Hashes that the fields are spread over, as upstream, so that each stays small. */
const PARTITIONS = 256;
/** Fields of one hash; user agents and addresses are the client's choice and must not fill us up. */
const FIELDS_MAX = 1024;
/** Length of the column the flush writes to. */
const USER_AGENT_LENGTH_MAX = 1000;

/** What one lookup request counts as. */
export interface CountedLookup {
  readonly applicationId: number;
  readonly userAgent: string | undefined;
  readonly ip: string;
  /** Queries with and without a result; one in all unless the request was a batch. */
  readonly hits: number;
  readonly misses: number;
}

interface Parts {
  readonly redis: Redis;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly now: () => number;
}

/**
 * Counts lookups where the statistics tasks collect them: `lookups:<00..ff>` and `ua:<00..ff>`
 * (behaviours.md section 6). Counting never holds up or fails a request: failures are logged.
 */
export class LookupCounters {
  readonly #parts: Parts;
  readonly #writing = new Set<Promise<void>>();
  #counted = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Requests whose counts have been written, or were tried to. */
  get counted(): number {
    return this.#counted;
  }

  count(lookup: CountedLookup): void {
    const { log, metrics } = this.#parts;
    metrics.lookupsAnswered(lookup.hits + lookup.misses, lookup.hits);
    const writing = this.#write(lookup)
      .catch((error: unknown) => {
        const level = isUnavailable(error) ? 'warn' : 'error';
        log[level]({ err: error }, 'lookup not counted');
      })
      .finally(() => {
        this.#counted += 1;
        this.#writing.delete(writing);
      });
    this.#writing.add(writing);
  }

  /** Resolves when everything counted so far is in the store, or has failed to get there. */
  async settle(): Promise<void> {
    await Promise.all(this.#writing);
  }

  async #write({ applicationId, hits, ip, misses, userAgent }: CountedLookup): Promise<void> {
    const { day, hour } = localHourOf(this.#parts.now());
    const agent = quote((userAgent ?? '').slice(0, USER_AGENT_LENGTH_MAX));
    const lookups = `${day}:${hour}:${applicationId}`;
    await Promise.all([
      this.#add('ua', `${day}:${applicationId}:${agent}:${quote(ip)}`, 1),
      this.#add('lookups', `${lookups}:hit`, hits),
      this.#add('lookups', `${lookups}:miss`, misses),
    ]);
  }

  async #add(name: string, field: string, count: number): Promise<void> {
    if (count === 0) return;
    const { redis } = this.#parts;
    const partition = crc32(field) % PARTITIONS;
    const key = `${name}:${partition.toString(16).padStart(2, '0')}`;
    const total = await redis.hincrby(key, field, count);
    // Only a field that is new can be one too many.
    if (total === count && (await redis.hlen(key)) > FIELDS_MAX) await redis.hdel(key, field);
  }
}

/** The day and hour in the server's local time, which is upstream's; the hour is not padded. */
export function localHourOf(nowMs: number): { day: string; hour: number } {
  const date = new Date(nowMs);
  const padded = (value: number): string => String(value).padStart(2, '0');
  const day = [date.getFullYear(), padded(date.getMonth() + 1), padded(date.getDate())].join('-');
  return { day, hour: date.getHours() };
}

/** Percent-encodes as Python's `urllib.parse.quote`: all but letters, digits, `_.-~` and `/`. */
function quote(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll('%2F', '/')
    .replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
