import type { Metrics } from '../metrics.ts';

/** How far back it remembers. */
const PULSE_SECONDS = 120;
/** Paths of the public lookup; how long others take says nothing about it. */
const LOOKUPS: ReadonlySet<string> = new Set(['/lookup', '/v2/lookup']);
/** Latencies are kept by size class: the first ends here, and each is this much wider. */
const CLASS_FIRST_MS = 0.1;
const CLASS_GROWTH = 1.2;
/** The last one holds all above some 130 s. */
const CLASSES = 78;
const SECOND_MS = 1000;

interface Second {
  readonly at: number;
  lookups: number;
  searches: number;
  hits: number;
  failures: number;
  readonly classes: Uint16Array;
}

/** What happened in one second; `at` is its beginning in seconds since the epoch. */
export interface PulseSecond {
  readonly at: number;
  readonly lookups: number;
}

/** The last two minutes in short; shares and times are null when there was nothing to take them of. */
export interface PulseSummary {
  readonly perSecond: number;
  readonly hitRate: number | null;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly failures: number;
}

/** Lookups of the last two minutes, second by second, in a ring of fixed size. */
export class LookupPulse {
  readonly #ring: (Second | undefined)[] = Array.from({ length: PULSE_SECONDS });
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The same metrics, listened to. */
  listening(metrics: Metrics): Metrics {
    return {
      ...metrics,
      requestAnswered: (request, seconds) => {
        if (LOOKUPS.has(request)) this.#noteAnswer(seconds * SECOND_MS);
        metrics.requestAnswered(request, seconds);
      },
      requestFailed: (request, cause) => {
        if (LOOKUPS.has(request)) this.#second().failures += 1;
        metrics.requestFailed(request, cause);
      },
      lookupsAnswered: (searches, matches) => {
        const second = this.#second();
        second.searches += searches;
        second.hits += matches;
        metrics.lookupsAnswered(searches, matches);
      },
    };
  }

  /** Every second of the last two minutes that is over, oldest first. */
  seconds(): PulseSecond[] {
    const present = this.#secondNow();
    return Array.from({ length: PULSE_SECONDS }, (_, back) => {
      const at = present - PULSE_SECONDS + back;
      return { at, lookups: this.#at(at)?.lookups ?? 0 };
    });
  }

  /** The second that ended last. */
  last(): PulseSecond {
    const at = this.#secondNow() - 1;
    return { at, lookups: this.#at(at)?.lookups ?? 0 };
  }

  summary(): PulseSummary {
    const classes = new Float64Array(CLASSES);
    const sum = { lookups: 0, searches: 0, hits: 0, failures: 0 };
    const oldest = this.#secondNow() - PULSE_SECONDS;
    for (const second of this.#ring) {
      if (!second || second.at < oldest) continue;
      sum.lookups += second.lookups;
      sum.searches += second.searches;
      sum.hits += second.hits;
      sum.failures += second.failures;
      for (const [at, count] of second.classes.entries()) classes[at] = (classes[at] ?? 0) + count;
    }
    return {
      perSecond: sum.lookups / PULSE_SECONDS,
      hitRate: sum.searches === 0 ? null : sum.hits / sum.searches,
      p50Ms: quantile(classes, 0.5),
      p99Ms: quantile(classes, 0.99),
      failures: sum.failures,
    };
  }

  #noteAnswer(tookMs: number): void {
    const second = this.#second();
    second.lookups += 1;
    const at = classOf(tookMs);
    second.classes[at] = Math.min((second.classes[at] ?? 0) + 1, 0xffff);
  }

  #second(): Second {
    const at = this.#secondNow();
    const known = this.#at(at);
    if (known) return known;
    const second = {
      at,
      lookups: 0,
      searches: 0,
      hits: 0,
      failures: 0,
      classes: new Uint16Array(CLASSES),
    };
    this.#ring[at % PULSE_SECONDS] = second;
    return second;
  }

  #at(at: number): Second | undefined {
    const second = this.#ring[at % PULSE_SECONDS];
    return second?.at === at ? second : undefined;
  }

  #secondNow(): number {
    return Math.floor(this.#now() / SECOND_MS);
  }
}

function classOf(tookMs: number): number {
  if (tookMs <= CLASS_FIRST_MS) return 0;
  const at = Math.ceil(Math.log(tookMs / CLASS_FIRST_MS) / Math.log(CLASS_GROWTH));
  return Math.min(at, CLASSES - 1);
}

/** The upper end of the class that a share of all lies in or below. */
function quantile(classes: Float64Array, share: number): number | null {
  const total = classes.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let passed = 0;
  for (const [at, count] of classes.entries()) {
    passed += count;
    if (passed >= total * share) return CLASS_FIRST_MS * CLASS_GROWTH ** at;
  }
  return null;
}
