import type { Queryable } from '../db/queryable.ts';
import { JobError } from './job-error.ts';
import type { JobKinds } from './job-kind.ts';
import { insertJob } from './job-queries.ts';
import type { JobRow } from './job-queries.ts';
import type { Json } from './job.ts';

/**
 * Queues a job, its parameters checked; whoever runs jobs is told by the database. Throws
 * `JobError` for a kind there is not and for parameters the kind does not take.
 */
export async function startJob(
  app: Queryable,
  kinds: JobKinds,
  job: { readonly kind: string; readonly params: unknown; readonly createdBy?: number },
): Promise<JobRow> {
  const kind = Object.hasOwn(kinds, job.kind) ? kinds[job.kind] : undefined;
  if (!kind) {
    const known = Object.keys(kinds).join(', ') || 'none';
    throw new JobError(
      'unknown_kind',
      `There is no kind of job "${job.kind}"; there are ${known}.`,
    );
  }
  let params: Json;
  try {
    params = kind.parse(job.params);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new JobError('invalid_params', `Parameters of ${job.kind}: ${said}`, { cause: error });
  }
  return insertJob(app, { kind: job.kind, params, createdBy: job.createdBy });
}
