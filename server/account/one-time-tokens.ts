import { createHash } from 'node:crypto';

/** Tokens good at one time; whoever asks for more pushes out the oldest. */
const TOKENS_MAX = 8;

/** Tokens that were announced and not used yet, by their SHA-256: the tokens are kept nowhere. */
export class OneTimeTokens {
  readonly #expiryOfHash = new Map<string, number>();
  readonly #lifeMs: number;
  readonly #now: () => number;

  constructor(lifeMs: number, now: () => number) {
    this.#lifeMs = lifeMs;
    this.#now = now;
  }

  /** Takes the SHA-256 (64 hexadecimal digits) of a token that is to be good once from now on. */
  announce(tokenHash: string): void {
    this.#forgetExpired();
    const [oldest] = this.#expiryOfHash.keys();
    if (this.#expiryOfHash.size >= TOKENS_MAX && oldest !== undefined) {
      this.#expiryOfHash.delete(oldest);
    }
    this.#expiryOfHash.set(tokenHash, this.#now() + this.#lifeMs);
  }

  /** Whether this token was announced and is used for the first time, in time. */
  redeem(token: string): boolean {
    this.#forgetExpired();
    return this.#expiryOfHash.delete(createHash('sha256').update(token).digest('hex'));
  }

  #forgetExpired(): void {
    for (const [hash, expiry] of this.#expiryOfHash) {
      if (expiry <= this.#now()) this.#expiryOfHash.delete(hash);
    }
  }
}
