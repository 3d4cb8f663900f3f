import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import type { ElectronParts } from './electron-parts.ts';
import { messageOf } from './errors.ts';
import type { Log } from './log.ts';

const LOOK_EVERY_MS = 30_000;
/** After a sleep clocks have jumped and connections are gone; it may take this long to be as before. */
const WAKE_LIMIT_MS = 15_000;
const WAKE_LOOKS_MAX = 4;

export interface PowerOptions {
  readonly electron: Pick<ElectronParts, 'powerMonitor' | 'powerSaveBlocker'>;
  /** How many jobs run; rejects when nobody can say. */
  readonly runningJobs: () => Promise<number>;
  /** Whether the person wants the machine awake for them. */
  readonly keepAwake: () => boolean;
  /** Whether the server answers a request. */
  readonly isWell: () => Promise<boolean>;
  readonly restartServer: () => Promise<void>;
  readonly quit: () => void;
  readonly log: () => Pick<Log, 'error' | 'info' | 'warn'> | undefined;
  readonly clock?: Clock;
}

/** Sleep, waking and the end of the system's session; keeps the machine awake for jobs if asked to. */
export class Power {
  readonly #options: PowerOptions;
  readonly #clock: Clock;
  readonly #over = new AbortController();
  #blocker: number | undefined;

  constructor(options: PowerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    const { electron, log, quit } = options;
    electron.powerMonitor.on('suspend', () => log()?.info({}, 'the machine goes to sleep'));
    electron.powerMonitor.on('resume', () => {
      this.afterSleep().catch((error: unknown) =>
        log()?.error({ error: messageOf(error) }, 'not looked after the sleep'),
      );
    });
    electron.powerMonitor.on('shutdown', quit);
  }

  /** Looks every half minute whether the machine must stay awake, until `stop`. */
  async watch(): Promise<void> {
    while (!this.#over.signal.aborted) {
      await this.look();
      await this.#clock.sleep(LOOK_EVERY_MS, this.#over.signal);
    }
  }

  /** Holds the machine awake while jobs run and the person wants that; lets go else. */
  async look(): Promise<void> {
    const { electron, keepAwake, runningJobs } = this.#options;
    // Whoever cannot say how many jobs run runs none.
    const isNeeded = keepAwake() && (await runningJobs().catch(() => 0)) > 0;
    if (isNeeded && this.#blocker === undefined && !this.#over.signal.aborted) {
      // The screen may go dark; only the machine is to go on.
      this.#blocker = electron.powerSaveBlocker.start('prevent-app-suspension');
    } else if (!isNeeded) {
      this.#letGo();
    }
  }

  /** A server that does not answer again by itself is started anew. */
  async afterSleep(): Promise<void> {
    const { isWell, log, restartServer } = this.#options;
    for (let look = 0; look < WAKE_LOOKS_MAX; look++) {
      if (await isWell()) {
        log()?.info({}, 'the machine woke up, all is well');
        return;
      }
      await this.#clock.sleep(WAKE_LIMIT_MS / WAKE_LOOKS_MAX, this.#over.signal);
      if (this.#over.signal.aborted) return;
    }
    log()?.warn({}, 'the server does not answer after the sleep and is started anew');
    await restartServer();
  }

  stop(): void {
    this.#over.abort();
    this.#letGo();
  }

  #letGo(): void {
    if (this.#blocker !== undefined) this.#options.electron.powerSaveBlocker.stop(this.#blocker);
    this.#blocker = undefined;
  }
}
