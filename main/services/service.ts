/** The parts of the appliance, in the order in which they are shown coming up. */
export const SERVICE_NAMES = ['postgres', 'migrations', 'nats', 'index', 'server'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/**
 * - `user-facing`: answers requests; stopped first, and given time to drain.
 * - `supporting`: used by user-facing ones; stopped when all of those are gone.
 * - `step`: runs once at the start and ends.
 */
export type ServiceKind = 'user-facing' | 'supporting' | 'step';

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  /** Why it never ran, when it could not be started at all. */
  readonly error?: Error;
}

export interface Started {
  /** `null` when there is no process of ours: an external service, a finished step. */
  readonly pid: number | null;
  /** Resolves when the process is gone, however it ended; never rejects. */
  readonly exited: Promise<Exit>;
}

/** One part of the appliance. The supervisor decides when; the service knows how. */
export interface Service {
  readonly name: ServiceName;
  readonly kind: ServiceKind;
  /**
   * Starts it and resolves once it is ready for use (a step: once it is done). Rejects with
   * `ApplianceError` when only a person can help, with any other error when trying again may.
   * Leaves nothing running when it rejects. Called again after a death.
   */
  start(signal: AbortSignal): Promise<Started>;
  /** Asks it to take no new work and to finish what it began; resolves when its process is gone. */
  drain?(): Promise<void>;
  /** Ends it in its orderly way; resolves when its process is gone. */
  stop(): Promise<void>;
  /** Ends it at once. */
  kill(): void;
  /** Its last log lines, oldest first. */
  lastLines(): readonly string[];
}

/** For parts that are not our processes and so cannot be seen dying. */
export const neverExits: Promise<Exit> = new Promise(() => undefined);

/** How an end reads in a log or an error: `exit code 3`, `signal SIGKILL`. */
export function describeExit(exit: Exit): string {
  if (exit.error) return exit.error.message;
  return exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`;
}
