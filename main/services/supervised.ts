import type { Clock } from '../clock.ts';
import { ApplianceError, messageOf } from '../errors.ts';
import { afterDeath, noDeaths } from './backoff.ts';
import { describeExit } from './service.ts';
import type { Exit, Service, ServiceKind, ServiceName } from './service.ts';

/**
 * - `waiting`: for a service that it needs; `restarting`: for the end of its back-off;
 * - `done`: a step that is through; `failed`: it died too often, or only a person can help.
 */
export type ServiceState =
  | 'waiting'
  | 'starting'
  | 'ready'
  | 'done'
  | 'restarting'
  | 'failed'
  | 'stopping'
  | 'stopped';

/** How one service is, for people and programs. */
export interface ServiceStatus {
  readonly name: ServiceName;
  readonly kind: ServiceKind;
  readonly state: ServiceState;
  /** When it came into this state, ISO 8601. */
  readonly since: string;
  readonly pid: number | null;
  /** How long the last start took until ready. */
  readonly startMs: number | undefined;
  readonly deaths: number;
  /** Why it died or failed the last time, on one line. */
  readonly error: string | undefined;
  readonly lastLines: readonly string[];
}

/** States in which a service does for others what it is there for. */
export const THERE: ReadonlySet<ServiceState> = new Set(['ready', 'done']);
/** States that nothing leaves without a death, a stop or a person. */
export const SETTLED: ReadonlySet<ServiceState> = new Set([...THERE, 'failed', 'stopped']);

/** One service under supervision: its state, its deaths, its restarts. */
export class Supervised {
  readonly service: Service;
  readonly #clock: Clock;
  readonly #onChange: (status: ServiceStatus) => void;
  #state: ServiceState = 'stopped';
  #since = new Date();
  #pid: number | null = null;
  #startMs: number | undefined;
  #deaths = 0;
  #error: Error | undefined;
  #wasReady = false;
  #life: { readonly over: AbortController; readonly ended: Promise<void> } | undefined;
  readonly #watchers = new Set<() => void>();

  constructor(service: Service, clock: Clock, onChange: (status: ServiceStatus) => void) {
    this.service = service;
    this.#clock = clock;
    this.#onChange = onChange;
  }

  get state(): ServiceState {
    return this.#state;
  }

  /** Whether it ever was ready: its next start is a restart. */
  get wasReady(): boolean {
    return this.#wasReady;
  }

  /** Why it failed, for whoever waited for it. */
  get error(): Error | undefined {
    return this.#error;
  }

  status(): ServiceStatus {
    return {
      name: this.service.name,
      kind: this.service.kind,
      state: this.#state,
      since: this.#since.toISOString(),
      pid: this.#pid,
      startMs: this.#startMs,
      deaths: this.#deaths,
      error: this.#error && messageOf(this.#error),
      lastLines: this.service.lastLines(),
    };
  }

  /**
   * Begins its life: waits for what it needs, starts it, and starts it again when it dies, until it
   * is stopped or fails. `until` tells how far that is.
   */
  begin(whenNeedsAreThere: (signal: AbortSignal) => Promise<void>): void {
    if (this.#life) return;
    const over = new AbortController();
    const ended = this.#live(whenNeedsAreThere, over.signal).finally(() => {
      this.#life = undefined;
    });
    this.#life = { over, ended };
  }

  /** Resolves when it is in one of the states, or when the signal aborts. */
  async until(states: ReadonlySet<ServiceState>, signal?: AbortSignal): Promise<void> {
    for (;;) {
      if (states.has(this.#state) || signal?.aborted === true) return;
      await new Promise<void>((resolve) => {
        this.#watchers.add(resolve);
        signal?.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  /** Ends its life; resolves when its process is gone. */
  async end(): Promise<void> {
    const life = this.#life;
    if (life) {
      const wasReady = this.#state === 'ready';
      this.#enter('stopping');
      life.over.abort(new Error('it is being stopped'));
      if (wasReady) {
        await this.service.drain?.();
        await this.service.stop();
      }
      await life.ended;
    }
    // What failed stays so in the report: a stop does not mend it.
    if (this.#state !== 'failed') this.#enter('stopped');
  }

  kill(): void {
    this.#life?.over.abort(new Error('it is being killed'));
    this.service.kill();
  }

  async #live(
    whenNeedsAreThere: (signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    let record = noDeaths;
    for (;;) {
      const death = await this.#liveOnce(whenNeedsAreThere, signal);
      if (death === undefined || signal.aborted) return;
      this.#pid = null;
      this.#deaths += 1;
      this.#error = death;
      const next = afterDeath(record, this.#clock.now());
      // No retry mends what the service itself says that only a person can.
      if (next.decision === 'give-up' || death instanceof ApplianceError) {
        this.#enter('failed');
        return;
      }
      record = next.record;
      this.#enter('restarting');
      await this.#clock.sleep(next.delayMs, signal);
      if (signal.aborted) return;
    }
  }

  /** One start and the life that follows; gives the cause of death, or nothing when all is well. */
  async #liveOnce(
    whenNeedsAreThere: (signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ): Promise<Error | undefined> {
    try {
      this.#enter('waiting');
      await whenNeedsAreThere(signal);
      signal.throwIfAborted();
      this.#enter('starting');
      const begun = this.#clock.now();
      const started = await this.service.start(signal);
      this.#startMs = this.#clock.now() - begun;
      this.#pid = started.pid;
      this.#error = undefined;
      if (this.service.kind === 'step') {
        this.#enter('done');
        return undefined;
      }
      if (signal.aborted) {
        // The stop came between its last look at the signal and ready.
        await this.service.stop();
        return undefined;
      }
      this.#wasReady = true;
      this.#enter('ready');
      return deathOf(await started.exited);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  #enter(state: ServiceState): void {
    if (this.#state === state) return;
    // A life that is being ended has nothing more to report of its own.
    if (this.#state === 'stopping' && state !== 'stopped') return;
    this.#state = state;
    this.#since = new Date();
    if (state === 'stopped') this.#pid = null;
    for (const wake of this.#watchers) wake();
    this.#watchers.clear();
    this.#onChange(this.status());
  }
}

function deathOf(exit: Exit): Error {
  return new Error(`it ended by itself (${describeExit(exit)})`);
}
