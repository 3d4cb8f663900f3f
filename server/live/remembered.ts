/** A value that is dear to find out: found out once for all who ask within a time. */
export class Remembered<T> {
  readonly #freshMs: number;
  readonly #now: () => number;
  readonly #find: () => Promise<T>;
  #value: { readonly is: T; readonly atMs: number } | undefined;
  #finding: Promise<T> | undefined;

  constructor(freshMs: number, now: () => number, find: () => Promise<T>) {
    this.#freshMs = freshMs;
    this.#now = now;
    this.#find = find;
  }

  /** The value, at most as old as its time; rejects as finding it out does. */
  async get(): Promise<T> {
    const known = this.#value;
    if (known && this.#now() - known.atMs < this.#freshMs) return known.is;
    this.#finding ??= this.#findOut();
    return this.#finding;
  }

  /** Finds out anew when it is asked for next. */
  forget(): void {
    this.#value = undefined;
  }

  async #findOut(): Promise<T> {
    try {
      const is = await this.#find();
      this.#value = { is, atMs: this.#now() };
      return is;
    } finally {
      this.#finding = undefined;
    }
  }
}
