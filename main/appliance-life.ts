import type { Appliance } from './appliance.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import type { RunCommand } from './compose.ts';
import { messageOf } from './errors.ts';
import type { Life } from './ipc/contract.ts';
import type { ServiceName } from './services/service.ts';
import type { ServiceStatus } from './services/supervised.ts';

/** A stop takes 5 s at most by itself; what takes longer hangs. */
const STOP_LIMIT_MS = 20_000;

/** The appliance as far as a shell drives it. */
export type DrivenAppliance = Pick<
  Appliance,
  'ask' | 'config' | 'kill' | 'restart' | 'runCommand' | 'start' | 'status' | 'stop' | 'url'
>;

export interface LifeOptions {
  /** Resolves the configuration afresh and claims the data folder, as `Appliance.open` does. */
  readonly open: (onChange: (status: ServiceStatus) => void) => Promise<DrivenAppliance>;
  readonly onChange: (life: Life) => void;
  readonly onServiceChange?: (status: ServiceStatus) => void;
  readonly clock?: Clock;
}

/**
 * One appliance after another on behalf of a window: brought up, taken down, brought up anew with
 * other settings. What it cannot do it shows as a state; `up` and `down` never reject.
 */
export class ApplianceLife {
  readonly #options: LifeOptions;
  readonly #clock: Clock;
  #appliance: DrivenAppliance | undefined;
  #phase: Life['phase'] = 'stopped';
  #error: string | undefined;
  #isWanted = false;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: LifeOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  get appliance(): DrivenAppliance | undefined {
    return this.#appliance;
  }

  get url(): string | undefined {
    return this.#phase === 'running' ? this.#appliance?.url : undefined;
  }

  state(): Life {
    const services = this.#appliance?.status() ?? [];
    const dataDir = this.#appliance?.config.data.root;
    return {
      phase: this.#phase,
      services: services.map((status) => ({
        name: status.name,
        state: status.state,
        lastLine: status.lastLines.at(-1) ?? '',
        ...(status.startMs !== undefined && { startMs: status.startMs }),
        ...(status.error !== undefined && { error: status.error }),
      })),
      ...(this.#error !== undefined && { error: this.#error }),
      ...(this.url !== undefined && { url: this.url }),
      ...(dataDir !== undefined && { dataDir }),
    };
  }

  /** Starts everything. Returns whether it runs; if not, `state` says why. */
  async up(): Promise<boolean> {
    this.#isWanted = true;
    return await this.#inTurn(() => this.#up());
  }

  /** Stops everything in order, and by force when that takes too long. */
  async down(): Promise<void> {
    this.#breakOffStart();
    await this.#inTurn(() => this.#down());
  }

  /**
   * Stops, does something while nothing runs, and starts again, also when that has failed: its error
   * is thrown then. Returns whether it runs.
   */
  async anew(meanwhile: () => Promise<void>): Promise<boolean> {
    this.#breakOffStart();
    return await this.#inTurn(async () => {
      await this.#down();
      try {
        await meanwhile();
      } finally {
        this.#isWanted = true;
        await this.#up();
      }
      return this.#phase === 'running';
    });
  }

  async restartService(name: ServiceName): Promise<void> {
    await this.#appliance?.restart(name);
  }

  /** Asks the running server; see server/shell-questions.ts. */
  async ask(question: object): Promise<unknown> {
    if (!this.#appliance) throw new Error('the appliance does not run');
    return await this.#appliance.ask(question);
  }

  readonly runCommand: RunCommand = async (args, signal) => {
    if (!this.#appliance) throw new Error('the appliance does not run');
    return await this.#appliance.runCommand(args, signal);
  };

  /** Ends every process at once: for the moment when nothing can be waited for. */
  kill(): void {
    this.#appliance?.kill();
  }

  /** A start that is no longer wanted is not waited for: it may hang. */
  #breakOffStart(): void {
    this.#isWanted = false;
    // Its end is waited for in turn, and errors of it are met there.
    if (this.#phase === 'starting') this.#appliance?.stop().catch(() => undefined);
  }

  async #up(): Promise<boolean> {
    if (this.#phase === 'running') return true;
    // What could not start is still there for its states to be shown; it goes before the next.
    await this.#down();
    this.#enter('starting');
    try {
      this.#appliance = await this.#options.open((status) => {
        this.#options.onServiceChange?.(status);
        this.#options.onChange(this.state());
      });
      this.#enter('starting');
      if (!this.#isWanted) throw new Error('it was stopped');
      await this.#appliance.start();
      this.#enter('running');
      return true;
    } catch (error) {
      this.#enter('failed', messageOf(error));
      return false;
    }
  }

  async #down(): Promise<void> {
    const appliance = this.#appliance;
    if (!appliance) return;
    this.#enter('stopping');
    const over = new AbortController();
    const tooLong = this.#clock.sleep(STOP_LIMIT_MS, over.signal).then(() => 'too long' as const);
    try {
      if ((await Promise.race([appliance.stop(), tooLong])) === 'too long') appliance.kill();
    } catch (error) {
      this.#error = messageOf(error);
      appliance.kill();
    } finally {
      over.abort();
    }
    this.#appliance = undefined;
    this.#enter('stopped');
  }

  #enter(phase: Life['phase'], error?: string): void {
    this.#phase = phase;
    this.#error = error;
    this.#options.onChange(this.state());
  }

  /** One thing after another: a stop in the middle of a start would find half of it. */
  async #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(act);
    this.#turn = turn.catch(() => undefined);
    return await turn;
  }
}
