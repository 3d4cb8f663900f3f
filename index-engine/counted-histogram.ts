/**
 * A Prometheus histogram that is fed with counts per bucket instead of one value at a time: a search
 * reads hundreds of lists, the kernel has counted them by bucket already, and noting each by itself
 * would take longer than the search. Without labels.
 */
export class CountedHistogram {
  readonly #name: string;
  readonly #help: string;
  readonly #bounds: readonly number[];
  /** Not cumulative; the last is for values above all bounds. */
  readonly #counts: number[];
  #sum = 0;

  constructor(name: string, help: string, bounds: readonly number[]) {
    this.#name = name;
    this.#help = help;
    this.#bounds = bounds;
    this.#counts = [0, ...bounds.map(() => 0)];
  }

  /** Adds how many values fell under each bound, the last above all of them, and their sum. */
  add(counts: readonly number[], sum: number): void {
    for (let i = 0; i < this.#counts.length; i++) {
      this.#counts[i] = (this.#counts[i] ?? 0) + (counts[i] ?? 0);
    }
    this.#sum += sum;
  }

  /** The exposition text, each bucket holding all below it. */
  text(): string {
    let total = 0;
    const buckets = [...this.#bounds, '+Inf'].map((bound, i) => {
      total += this.#counts[i] ?? 0;
      return `${this.#name}_bucket{le="${bound}"} ${total}`;
    });
    return [
      `# HELP ${this.#name} ${this.#help}`,
      `# TYPE ${this.#name} histogram`,
      ...buckets,
      `${this.#name}_sum ${this.#sum}`,
      `${this.#name}_count ${total}`,
      '',
    ].join('\n');
  }
}
