import { z } from 'zod';

/** Parts that the supervisor keeps; `migrations` is a step that is over when all is well. */
export const SERVICES = ['postgres', 'migrations', 'nats', 'index', 'server'] as const;
export type ServiceName = (typeof SERVICES)[number];

const SERVICE_STATES = [
  'waiting',
  'starting',
  'ready',
  'done',
  'restarting',
  'failed',
  'stopping',
  'stopped',
] as const;

const status = z.object({
  name: z.enum(SERVICES),
  state: z.enum(SERVICE_STATES),
  since: z.iso.datetime(),
  pid: z.int().nullable(),
  startMs: z.number().optional(),
  deaths: z.int().min(0),
  error: z.string().optional(),
});

/** How the supervisor says that a service is. */
export type SupervisedStatus = z.infer<typeof status>;

const message = z.object({ type: z.literal('services'), services: z.array(status) });

/** The private channel to the supervisor, as far as this needs it. */
export interface SupervisorChannel {
  send(message: object): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** What the supervisor last said of its services, and how to have one started afresh. */
export class ServiceStates {
  readonly #watchers = new Set<() => void>();
  #channel: SupervisorChannel | undefined;
  #known: readonly SupervisedStatus[] | undefined;

  /** Follows a supervisor from now on; without one, as with split roles, nothing is known. */
  follow(channel: SupervisorChannel): void {
    this.#channel = channel;
    channel.onMessage((said) => {
      const read = message.safeParse(said);
      if (!read.success) return;
      this.#known = read.data.services;
      for (const watcher of this.#watchers) watcher();
    });
  }

  /** In the order of their start; `undefined` without a supervisor. */
  get known(): readonly SupervisedStatus[] | undefined {
    return this.#known;
  }

  /** Asks the supervisor to start a service afresh; false when there is none that could. */
  restart(service: ServiceName): boolean {
    const known = this.#known?.find(({ name }) => name === service);
    if (!this.#channel || !known || !isRestartable(known)) return false;
    this.#channel.send({ type: 'restart', service });
    return true;
  }

  /** Calls back after every change; returns what ends that. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
}

/** Whether it is a process of the supervisor's, or was one until it died. */
export function isRestartable({ name, pid, state }: SupervisedStatus): boolean {
  return name !== 'migrations' && (pid !== null || state === 'failed' || state === 'restarting');
}
