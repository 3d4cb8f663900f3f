/** How far back the rate looks: long enough to be steady, short enough to follow a change. */
const WINDOW_MS = 30_000;
/** Samples kept within the window; those between are not worth their place. */
const SAMPLE_EVERY_MS = 500;

interface Sample {
  readonly atMs: number;
  readonly done: number;
}

/**
 * How fast a counter moves now: over the last half minute, not since the beginning, so that a slow
 * start or a pause does not spoil the estimate for hours.
 */
export class ProgressRate {
  #samples: Sample[] = [];

  /** Takes note of how far it is at a time; times never go back. */
  note(done: number, atMs: number): void {
    const last = this.#samples.at(-1);
    // A counter that starts again, as after a resume, says nothing about what was before.
    if (last && done < last.done) this.#samples = [];
    const before = this.#samples.at(-2);
    if (before && atMs - before.atMs < SAMPLE_EVERY_MS) this.#samples.pop();
    this.#samples.push({ atMs, done });
    while ((this.#samples[1]?.atMs ?? atMs) <= atMs - WINDOW_MS) this.#samples.shift();
  }

  /** Units per second at a time, or `undefined` while nothing can be said. */
  perSecond(nowMs: number): number | undefined {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || nowMs - first.atMs < SAMPLE_EVERY_MS) return undefined;
    // Up to now, not to the last sample: what has stopped moving gets slower as one looks.
    return ((last.done - first.done) / (nowMs - first.atMs)) * 1000;
  }

  /** Seconds until `total` at this rate, or `undefined` while nobody can say. */
  secondsLeft(total: number | undefined, nowMs: number): number | undefined {
    const rate = this.perSecond(nowMs);
    const done = this.#samples.at(-1)?.done;
    if (rate === undefined || rate <= 0 || total === undefined || done === undefined) {
      return undefined;
    }
    return Math.max(0, (total - done) / rate);
  }
}
