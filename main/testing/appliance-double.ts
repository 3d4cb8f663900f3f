/** An appliance for tests of what drives one: every step is the test's to finish. */
import type { ServiceName } from '../services/service.ts';
import type { ServiceStatus } from '../services/supervised.ts';
import { SERVICE_NAMES } from '../services/service.ts';
import type { DrivenAppliance } from '../appliance-life.ts';
import { resolveAppliance } from '../config.ts';

export class ApplianceDouble implements DrivenAppliance {
  readonly config = resolveAppliance({ dataDir: '/nowhere/data' });
  readonly started = Promise.withResolvers<undefined>();
  readonly stopped = Promise.withResolvers<void>();
  /** What happened to it, in order. */
  readonly log: string[] = [];
  readonly questions: object[] = [];
  answers: Record<string, unknown> = {};
  commandCode = 0;
  url = 'http://127.0.0.1:8380';
  /** Whether a stop is over at once. */
  stopsAtOnce = true;
  states: Partial<Record<ServiceName, ServiceStatus['state']>> = {};
  readonly #onChange: (status: ServiceStatus) => void;

  constructor(onChange: (status: ServiceStatus) => void) {
    this.#onChange = onChange;
  }

  async start(): Promise<undefined> {
    this.log.push('start');
    return await this.started.promise;
  }

  async stop(): Promise<void> {
    this.log.push('stop');
    this.started.reject(new Error('it was stopped'));
    this.started.promise.catch(() => undefined);
    if (!this.stopsAtOnce) await this.stopped.promise;
  }

  kill(): void {
    this.log.push('kill');
  }

  async restart(name: ServiceName): Promise<void> {
    this.log.push(`restart ${name}`);
  }

  async ask(question: object): Promise<unknown> {
    this.questions.push(question);
    return 'ask' in question ? this.answers[String(question.ask)] : undefined;
  }

  async runCommand(args: readonly string[]) {
    this.log.push(args.join(' '));
    return { exit: { code: this.commandCode, signal: null }, lines: ['the last line'] };
  }

  status(): readonly ServiceStatus[] {
    return SERVICE_NAMES.map((name) => this.#statusOf(name));
  }

  /** A service changes, as its supervisor would say. */
  change(name: ServiceName, state: ServiceStatus['state']): void {
    this.states[name] = state;
    this.#onChange(this.#statusOf(name));
  }

  /** Everything is up. */
  comeUp(): void {
    for (const name of SERVICE_NAMES) this.states[name] = name === 'migrations' ? 'done' : 'ready';
    this.started.resolve(undefined);
  }

  #statusOf(name: ServiceName): ServiceStatus {
    const state = this.states[name] ?? 'waiting';
    return {
      name,
      kind: name === 'server' ? 'user-facing' : 'supporting',
      state,
      since: '2026-01-01T00:00:00.000Z',
      pid: null,
      startMs: state === 'ready' ? 100 : undefined,
      deaths: 0,
      error: undefined,
      lastLines: [`${name} says so`],
    };
  }
}
