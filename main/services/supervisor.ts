import { systemClock } from '../clock.ts';
import type { Clock } from '../clock.ts';
import { ApplianceError, messageOf } from '../errors.ts';
import { SETTLED, Supervised, THERE } from './supervised.ts';
import type { ServiceStatus } from './supervised.ts';
import type { Service, ServiceName } from './service.ts';

/** A start that hangs says what it hangs on this often. */
const STILL_WAITING_MS = 10_000;

/** A service and what must be ready before it may start, each with the reason. */
export interface Planned {
  readonly service: Service;
  readonly needs: Readonly<Partial<Record<ServiceName, string>>>;
}

/** A service that a start still waits for, and why others wait for it. */
export interface StillWaiting {
  readonly name: ServiceName;
  readonly because: readonly string[];
}

export interface SupervisorEvents {
  /** A service entered another state. */
  readonly onChange?: (status: ServiceStatus) => void;
  /** The start takes long; it still waits for these. */
  readonly onStillWaiting?: (waits: readonly StillWaiting[]) => void;
}

/**
 * Starts the services as soon as what they need is ready, keeps them alive, and stops them in
 * reverse: those that users talk to first, then those that these needed.
 */
export class Supervisor {
  readonly #plan: readonly Planned[];
  readonly #supervised = new Map<ServiceName, Supervised>();
  readonly #events: SupervisorEvents;
  readonly #clock: Clock;
  #stopping: Promise<void> | undefined;

  /** `plan` is in the order in which services are shown; a service needs only earlier ones. */
  constructor(plan: readonly Planned[], events: SupervisorEvents = {}, clock: Clock = systemClock) {
    this.#plan = plan;
    this.#events = events;
    this.#clock = clock;
    for (const { needs, service } of plan) {
      for (const need of Object.keys(needs)) {
        if (!this.#supervised.has(need as ServiceName)) {
          throw new Error(`${service.name} needs ${need}, which does not come before it`);
        }
      }
      const onChange = (status: ServiceStatus): void => this.#events.onChange?.(status);
      this.#supervised.set(service.name, new Supervised(service, clock, onChange));
    }
  }

  status(): readonly ServiceStatus[] {
    return [...this.#supervised.values()].map((each) => each.status());
  }

  /**
   * Starts everything; resolves when every service is ready. Rejects as soon as one fails, and
   * leaves the others as they are: the caller stops, or shows what there is.
   */
  async start(): Promise<void> {
    for (const planned of this.#plan) this.#begin(planned);
    const over = new AbortController();
    const reporting = this.#reportWaiting(over.signal);
    try {
      await Promise.all(this.#plan.map(({ service }) => this.#whenReady(service.name)));
    } finally {
      over.abort();
      await reporting;
    }
  }

  /** Starts a service again: one that failed, or one that is to start afresh. */
  async restart(name: ServiceName): Promise<void> {
    const planned = this.#plan.find(({ service }) => service.name === name);
    if (!planned || this.#stopping) return;
    await this.#of(name).end();
    this.#begin(planned);
    await this.#whenReady(name);
  }

  /** Stops everything in order; resolves when no process is left. Safe to call more than once. */
  async stop(): Promise<void> {
    this.#stopping ??= this.#stopInOrder();
    await this.#stopping;
  }

  /** Ends everything at once; nothing is drained and nothing is written. */
  kill(): void {
    for (const each of this.#supervised.values()) each.kill();
  }

  #begin({ needs, service }: Planned): void {
    const supervised = this.#of(service.name);
    const needed = (Object.keys(needs) as ServiceName[]).map((name) => this.#of(name));
    supervised.begin(async (signal) => {
      // A first start must not go on without what it needs. A restart may: PostgreSQL having failed
      // for good is no reason to keep the server, which answers honestly without it, from returning.
      const enough = supervised.wasReady ? SETTLED : THERE;
      for (const need of needed) await need.until(enough, signal);
    });
  }

  async #whenReady(name: ServiceName): Promise<void> {
    const each = this.#of(name);
    await each.until(SETTLED);
    if (THERE.has(each.state)) return;
    if (each.error instanceof ApplianceError) throw each.error;
    const reason = each.error ? messageOf(each.error) : 'it was stopped';
    throw new ApplianceError(
      `${name} does not start: ${reason}`,
      each.error ? { cause: each.error } : {},
    );
  }

  async #reportWaiting(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#clock.sleep(STILL_WAITING_MS, signal);
      if (signal.aborted) return;
      // What waits for another does not hang by itself.
      const open = this.status().filter(({ state }) => !SETTLED.has(state) && state !== 'waiting');
      const waits = open.map(({ name }) => {
        const because = this.#plan.flatMap(({ needs }) => needs[name] ?? []);
        return { name, because };
      });
      this.#events.onStillWaiting?.(waits);
    }
  }

  async #stopInOrder(): Promise<void> {
    const all = [...this.#supervised.values()];
    const userFacing = all.filter(({ service }) => service.kind === 'user-facing');
    // Requests under way are answered while everything they use is still there.
    await Promise.all(userFacing.map((each) => each.end()));
    // None of the others uses another, so they stop side by side.
    await Promise.all(all.filter((each) => !userFacing.includes(each)).map((each) => each.end()));
  }

  #of(name: ServiceName): Supervised {
    const supervised = this.#supervised.get(name);
    if (!supervised) throw new Error(`there is no service ${name}`);
    return supervised;
  }
}
