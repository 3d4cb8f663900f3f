/** Collects figures and prints them in one table, beside the goals of spec/index-engine.md section 2. */

export interface Goal {
  readonly value: number;
  /** Whether figures should stay below the goal, or reach it. */
  readonly wants: 'below' | 'above';
}

interface Row {
  readonly name: string;
  readonly value: string;
  readonly unit: string;
  readonly goal: string;
  readonly verdict: string;
}

export const below = (value: number): Goal => ({ value, wants: 'below' });
export const above = (value: number): Goal => ({ value, wants: 'above' });

export class Report {
  readonly #rows: Row[] = [];

  /** Notes a figure, and prints it at once: a long run shows where it is. */
  note(name: string, value: number, unit: string, goal?: Goal): void {
    const isMet = goal && (goal.wants === 'below' ? value <= goal.value : value >= goal.value);
    const row = {
      name,
      value: digits(value),
      unit,
      goal: goal ? `${goal.wants === 'below' ? '≤' : '≥'} ${digits(goal.value)}` : '',
      verdict: isMet === undefined ? '' : isMet ? 'met' : 'missed',
    };
    this.#rows.push(row);
    process.stderr.write(`${name}: ${row.value} ${unit}\n`);
  }

  /** The median and the 99th percentile of times in milliseconds, noted in microseconds. */
  times(name: string, timesMs: readonly number[], goals: { p50?: Goal; p99?: Goal } = {}): number {
    const sorted = Float64Array.from(timesMs).sort();
    const at = (share: number): number =>
      (sorted[Math.floor((sorted.length - 1) * share)] ?? 0) * 1000;
    this.note(`${name}, p50`, at(0.5), 'µs', goals.p50);
    this.note(`${name}, p99`, at(0.99), 'µs', goals.p99);
    return at(0.5);
  }

  /** One Markdown table, as bench/RESULTS.md keeps it. */
  print(): void {
    console.log('| what | figure | | goal | |\n|---|---|---|---|---|');
    for (const { name, value, unit, goal, verdict } of this.#rows) {
      console.log(`| ${name} | ${value} | ${unit} | ${goal} | ${verdict} |`);
    }
  }
}

function digits(value: number): string {
  const places = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { maximumFractionDigits: places });
}
