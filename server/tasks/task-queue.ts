import type { Pool } from 'pg';
import type { Queryable } from '../db/queryable.ts';
import type { Json } from '../jobs/job.ts';
import type { Metrics } from '../metrics.ts';
import type { Doorbell } from './doorbell.ts';
import type { TaskKinds } from './task-kind.ts';
import { insertTasks } from './task-queries.ts';

export interface TaskRequest {
  readonly name: string;
  readonly args?: unknown;
  /** Seconds from now before which it is not run. */
  readonly delaySeconds?: number;
}

/** A task that cannot be asked for: there is no such kind, or it takes other arguments. */
class TaskError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TaskError';
  }
}

export interface TaskQueueParts {
  readonly app: Pool;
  readonly doorbell: Doorbell;
  readonly kinds: TaskKinds;
  readonly metrics: Pick<Metrics, 'tasksEnqueued'>;
}

/** Where work for the background is left. */
export class TaskQueue {
  readonly doorbell: Doorbell;
  readonly kinds: TaskKinds;
  readonly #parts: TaskQueueParts;
  /** Called when an announcement got lost and this process works; set by the worker. */
  onMissed: () => void = () => undefined;

  constructor(parts: TaskQueueParts) {
    this.#parts = parts;
    this.doorbell = parts.doorbell;
    this.kinds = parts.kinds;
  }

  /**
   * Queues tasks and rings for a worker. What waits already is not queued again. Returns how many
   * are new; throws `TaskError`, and queues none, if one cannot be asked for.
   */
  async enqueue(requests: readonly TaskRequest[]): Promise<number> {
    const ids = await this.insert(this.#parts.app, requests);
    this.ring(ids);
    return ids.length;
  }

  /** As `enqueue`, in the transaction of the caller, who rings after its commit. */
  async insert(app: Queryable, requests: readonly TaskRequest[]): Promise<number[]> {
    const tasks = requests.map((request) => ({
      name: request.name,
      args: checkTask(this.kinds, request),
      delaySeconds: request.delaySeconds ?? 0,
    }));
    if (tasks.length === 0) return [];
    for (const { name } of tasks) this.#parts.metrics.tasksEnqueued(name, 1);
    return insertTasks(app, tasks);
  }

  ring(ids: readonly number[]): void {
    // One bell for a batch: a worker that hears it takes all it can, and others sweep.
    this.doorbell.announce(ids.slice(0, 1), () => this.onMissed());
  }
}

/** The checked arguments of a task; throws `TaskError` if it cannot be asked for. */
export function checkTask(kinds: TaskKinds, { name, args = {} }: TaskRequest): Json {
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (!kind) {
    const known = Object.keys(kinds).join(', ');
    throw new TaskError(`There is no task "${name}"; there are ${known}.`);
  }
  try {
    return kind.parse(args);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new TaskError(`Arguments of ${name}: ${said}`, { cause: error });
  }
}
