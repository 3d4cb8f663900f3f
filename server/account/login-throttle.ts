import { LRUCache } from 'lru-cache';

/** Wrong passwords for one name, or from one address, within the window. */
const ATTEMPTS_PER_NAME = 10;
const ATTEMPTS_PER_ADDRESS = 50;
const WINDOW_MS = 15 * 60 * 1000;
/** Names and addresses remembered; the name is whatever somebody types. */
const REMEMBERED_MAX = 10_000;

/** Slows down guessing: counts attempts by name and by address, and forgets those that succeeded. */
export class LoginThrottle {
  readonly #attempts: LRUCache<string, number>;

  constructor(now: () => number) {
    this.#attempts = new LRUCache({
      max: REMEMBERED_MAX,
      ttl: WINDOW_MS,
      ttlResolution: 0,
      // The first attempt of a window begins it; later ones do not prolong it.
      noUpdateTTL: true,
      perf: { now },
    });
  }

  /** Counts an attempt; false when it may not even be tried. */
  admit(ip: string, name: string): boolean {
    const byName = this.#count(`name:${name.toLowerCase()}`);
    const byAddress = this.#count(`ip:${ip}`);
    return byName <= ATTEMPTS_PER_NAME && byAddress <= ATTEMPTS_PER_ADDRESS;
  }

  /** Forgets the attempts of somebody who got it right. */
  succeeded(ip: string, name: string): void {
    this.#attempts.delete(`name:${name.toLowerCase()}`);
    this.#attempts.delete(`ip:${ip}`);
  }

  #count(key: string): number {
    const count = (this.#attempts.get(key) ?? 0) + 1;
    this.#attempts.set(key, count);
    return count;
  }
}
