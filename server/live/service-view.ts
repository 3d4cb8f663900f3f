import type { Probed, ProbedPart } from './probes.ts';
import { isRestartable } from './service-states.ts';
import type { ServiceName, SupervisedStatus } from './service-states.ts';

/**
 * How a part is, to people. `silent`: it is said to run and does not answer; `stopped` is on
 * purpose. Times and restarts are the supervisor's; without one they are not known.
 */
export interface ServiceView {
  readonly name: ServiceName | 'redis';
  readonly state: Exclude<SupervisedStatus['state'], 'done'> | 'silent';
  readonly since: string | null;
  readonly restarts: number | null;
  readonly error: string | null;
  readonly startMs: number | null;
  /** Somebody else runs it. */
  readonly isExternal: boolean;
  readonly canRestart: boolean;
}

const SHOWN = ['postgres', 'nats', 'index', 'server', 'redis'] as const;
type Shown = (typeof SHOWN)[number];

/** Every part that is in use, from what the supervisor says and from whether it answers. */
export function viewServices(
  known: readonly SupervisedStatus[] | undefined,
  probed: Probed,
): ServiceView[] {
  return SHOWN.flatMap((name) => {
    // Whoever reads this has been answered by the server.
    const answers = name === 'server' ? true : probed[name satisfies ProbedPart];
    if (answers === undefined) return [];
    const status = known?.find((each) => each.name === name);
    return [status ? supervised(status, answers) : unsupervised(name, answers)];
  });
}

function supervised(status: SupervisedStatus, answers: boolean): ServiceView {
  const { deaths, error, name, pid, since, startMs, state } = status;
  const isUp = state === 'ready' || state === 'done';
  return {
    name,
    state: isUp ? (answers ? 'ready' : 'silent') : state,
    since,
    restarts: deaths,
    error: error ?? null,
    startMs: startMs ?? null,
    isExternal: isUp && pid === null,
    canRestart: isRestartable(status),
  };
}

function unsupervised(name: Shown, answers: boolean): ServiceView {
  return {
    name,
    state: answers ? 'ready' : 'silent',
    since: null,
    restarts: null,
    error: null,
    startMs: null,
    isExternal: true,
    canRestart: false,
  };
}
