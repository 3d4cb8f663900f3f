import type { Queryable } from '../db/queryable.ts';
import { JobError } from './job-error.ts';
import { changeJob, listJobs } from './job-queries.ts';
import type { JobState } from './job-queries.ts';

/** Open jobs are a handful; what is beyond this waits for the next call. */
const JOBS_MAX = 1000;

const STATES = {
  pause: ['running', 'queued'],
  resume: ['paused'],
} as const satisfies Record<string, readonly JobState[]>;

/**
 * Pauses every job that runs or waits, or resumes every one that is paused. Returns how many were
 * asked; one that ended in the meantime needs nothing.
 */
export async function changeAllJobs(app: Queryable, change: 'pause' | 'resume'): Promise<number> {
  let count = 0;
  for (const state of STATES[change]) {
    for (const { id } of await listJobs(app, { state, limit: JOBS_MAX })) {
      try {
        await changeJob(app, id, change);
        count += 1;
      } catch (error) {
        if (!(error instanceof JobError)) throw error;
      }
    }
  }
  return count;
}
