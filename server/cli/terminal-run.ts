import type { JobProgress, JobRun } from '../jobs/job.ts';
import { ProgressRate } from '../jobs/progress-rate.ts';
import { CommandError } from './output.ts';

/** How often the line on a terminal changes, and how often a line is logged elsewhere. */
const SHOW_EVERY_MS = 200;
const LOG_EVERY_MS = 10_000;
const CLEAR_LINE = '\r\u001B[K';

/** What a command writes its progress on: standard error, so that the result stands alone. */
export interface Terminal {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/**
 * Runs a long operation for a command: progress in one line on a terminal, as lines now and then
 * elsewhere. Ctrl-C and SIGTERM end it as a cancelled job ends; it throws `CommandError` then, saying
 * `stopped`.
 */
export async function runOnTerminal<T>(
  terminal: Terminal,
  operation: (run: JobRun) => Promise<T>,
  stopped = 'Stopped. Nothing that was there has changed.',
): Promise<T> {
  const stop = new AbortController();
  const reason = new CommandError(stopped);
  const onSignal = (): void => stop.abort(reason);
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const progress = new ProgressLine(terminal);
  try {
    return await operation({
      signal: stop.signal,
      saved: undefined,
      report: (reported) => progress.show(reported),
      log: (line) => progress.log(line),
      save: () => Promise.resolve(),
    });
  } finally {
    progress.clear();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

/** The progress line of a terminal, or lines in its place. */
export class ProgressLine {
  readonly #terminal: Terminal;
  readonly #now: () => number;
  readonly #rate = new ProgressRate();
  #shownAt = -Infinity;

  constructor(terminal: Terminal, now: () => number = Date.now) {
    this.#terminal = terminal;
    this.#now = now;
    if (terminal.isTTY !== true) this.#shownAt = now();
  }

  show(progress: JobProgress): void {
    const now = this.#now();
    this.#rate.note(progress.done, now);
    const isTerminal = this.#terminal.isTTY === true;
    if (now - this.#shownAt < (isTerminal ? SHOW_EVERY_MS : LOG_EVERY_MS)) return;
    this.#shownAt = now;
    const line = progressText(progress, this.#rate, now);
    const width = Math.max(20, (this.#terminal.columns ?? 80) - 1);
    this.#terminal.write(isTerminal ? CLEAR_LINE + line.slice(0, width) : `${line}\n`);
  }

  log(line: string): void {
    this.clear();
    this.#terminal.write(`${line}\n`);
  }

  clear(): void {
    if (this.#terminal.isTTY === true) this.#terminal.write(CLEAR_LINE);
  }
}

/** `41 % of 1,200 rows, 300/s, 2 s left: app/public.account`. */
function progressText(progress: JobProgress, rate: ProgressRate, nowMs: number): string {
  const { current, done, total, unit } = progress;
  const share =
    total === undefined || total === 0
      ? `${whole(done)} ${unit}`
      : `${Math.floor((100 * done) / total)} % of ${whole(total)} ${unit}`;
  const perSecond = rate.perSecond(nowMs);
  const left = rate.secondsLeft(total, nowMs);
  return [
    share,
    ...(perSecond === undefined ? [] : [`${whole(perSecond)}/s`]),
    ...(left === undefined ? [] : [`${duration(left)} left`]),
  ]
    .join(', ')
    .concat(current === undefined ? '' : `: ${current}`);
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.ceil(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
