import { z } from 'zod';
import { rebuildIndex } from '../index/rebuild.ts';
import { BACKUP_JOB } from './backup-job.ts';
import { jobKind } from './job-kind.ts';
import type { JobKinds } from './job-kind.ts';

/**
 * Every long operation that can be started, by name. A restore is not among them: it replaces the
 * very tables in which it would be a job.
 */
export const JOB_KINDS: JobKinds = {
  backup: BACKUP_JOB,
  'rebuild-index': jobKind({
    about: 'builds the index anew from the database, beside the one that serves',
    params: z.strictObject({}),
    run: async ({ databases, index, log }, _params, run) => {
      const parts = { pool: databases.fingerprint.pool, index, log };
      return { fingerprints: await rebuildIndex(parts, run) };
    },
  }),
};
