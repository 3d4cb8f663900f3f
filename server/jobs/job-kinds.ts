import { join } from 'node:path';
import { z } from 'zod';
import { exportOwnData } from '../export/export.ts';
import { rebuildIndex } from '../index/rebuild.ts';
import { BACKUP_JOB, VERIFY_BACKUP_JOB } from './backup-job.ts';
import { jobKind } from './job-kind.ts';
import type { JobKinds } from './job-kind.ts';

/** In the data folder. */
const EXPORT_FOLDER = 'export';

/**
 * Every long operation that can be started, by name. A restore is not among them: it replaces the
 * very tables in which it would be a job.
 */
export const JOB_KINDS: JobKinds = {
  backup: BACKUP_JOB,
  'verify-backup': VERIFY_BACKUP_JOB,
  export: jobKind({
    about: 'writes what was submitted here in the layout of the public data files',
    params: z.strictObject({ from: z.iso.date().optional(), to: z.iso.date().optional() }),
    run: async ({ databases, dataDir }, { from, to }, run) => {
      // Wherever else is a choice for the command line: whoever starts a job may be far away.
      const folder = join(dataDir, EXPORT_FOLDER);
      const options = {
        folder,
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
      };
      return { ...(await exportOwnData(databases.fingerprint.location, options, run)) };
    },
  }),
  'rebuild-index': jobKind({
    about: 'builds the index anew from the database, beside the one that serves',
    params: z.strictObject({}),
    run: async ({ databases, index, log }, _params, run) => {
      const parts = { pool: databases.fingerprint.pool, index, log };
      return { fingerprints: await rebuildIndex(parts, run) };
    },
  }),
};
