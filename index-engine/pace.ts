/** Above this a search is worth a thread's round trip of 50 to 90 µs. */
const SLOW_MS = 0.3;
/** Weight of the newest measurement. */
const SHARE = 0.1;

/** How long an index's searches take of late. */
export class Pace {
  #averageMs = 0;

  get isSlow(): boolean {
    return this.#averageMs > SLOW_MS;
  }

  note(milliseconds: number): void {
    this.#averageMs += SHARE * (milliseconds - this.#averageMs);
  }

  measure<T extends { readonly milliseconds: number }>(run: () => T): T {
    const outcome = run();
    this.note(outcome.milliseconds);
    return outcome;
  }
}
