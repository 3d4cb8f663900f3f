import { basename } from 'node:path';
import { z } from 'zod';
import { listBackups } from '../../backup/backup-folder.ts';
import { backupFolderOf, keepBackupsOf } from '../../backup/parts.ts';
import type { Context } from '../../context.ts';
import { JobError } from '../../jobs/job-error.ts';
import type { JobErrorReason } from '../../jobs/job-error.ts';
import { JOB_KINDS } from '../../jobs/job-kinds.ts';
import { changeJob, getJob, listJobLog, listJobs } from '../../jobs/job-queries.ts';
import { startJob } from '../../jobs/start-job.ts';
import { listTasks, reviveTasks } from '../../tasks/task-queries.ts';
import { AdminError } from './admin-error.ts';
import type { AdminErrorKind } from './admin-error.ts';
import { adminPart } from './admin-api.ts';
import type { AdminPart, Handlers } from './admin-api.ts';
import { jobsContract } from './contract/jobs.ts';
import { readCursor, toPage } from './cursor.ts';

/** Lines of a job's log in one answer; who wants more asks for what comes after the last. */
const LOG_LINES_MAX = 500;
/** Dead tasks shown; whoever has more has one problem, not hundreds. */
const DEAD_TASKS_MAX = 200;

const change = z.enum(['pause', 'resume', 'cancel', 'retry']);

const KIND_OF = {
  unknown_kind: 'bad_request',
  invalid_params: 'bad_request',
  not_found: 'not_found',
  not_changeable: 'conflict',
} as const satisfies Record<JobErrorReason, AdminErrorKind>;

/** Long operations: start, watch, steer. */
export function jobsPart({ config, databases, dataDir }: Context): AdminPart {
  const app = databases.app.pool;
  const handlers: Handlers<typeof jobsContract> = {
    'GET /jobs': async ({ query: { cursor, limit, state } }) => {
      const before = readCursor(z.int(), cursor);
      const rows = await listJobs(app, { limit: limit + 1, before, state });
      return toPage(rows, limit, ({ id }) => id);
    },
    'GET /jobs/:id': ({ params }) => refusing(() => getJob(app, readId(params.id))),
    'GET /jobs/:id/log': ({ params, query }) =>
      listJobLog(app, readId(params.id), { limit: LOG_LINES_MAX, after: query.after }),
    'GET /job-kinds': () =>
      Promise.resolve(Object.entries(JOB_KINDS).map(([kind, { about }]) => ({ kind, about }))),
    'POST /jobs': ({ account, body }) =>
      refusing(() =>
        startJob(app, JOB_KINDS, { ...body, ...(account && { createdBy: account.id }) }),
      ),
    'POST /jobs/:id/:change': ({ params }) => {
      const asked = change.safeParse(params.change);
      if (!asked.success) throw new AdminError('not_found', 'no such change of a job');
      return refusing(() => changeJob(app, readId(params.id), asked.data));
    },
    'GET /tasks/dead': () => listTasks(app, { limit: DEAD_TASKS_MAX, state: 'dead' }),
    'POST /tasks/:id/retry': async ({ params }) => {
      const { retried } = await reviveTasks(app, [readId(params.id)]);
      if (retried === 0) throw new AdminError('not_found', 'there is no such dead task');
    },
    'GET /backups': async () => {
      const folder = backupFolderOf(config.settings, dataDir);
      const backups = await listBackups(folder);
      return {
        folder,
        schedule: config.settings['backup.schedule'] ?? '',
        keep: keepBackupsOf(config.settings),
        backups: backups.map(({ created, databases: within, file, problem, rows, sizeBytes }) => ({
          name: basename(file),
          sizeBytes,
          databases: [...within],
          ...(created !== undefined && { created }),
          ...(rows !== undefined && { rows }),
          ...(problem !== undefined && { problem }),
        })),
      };
    },
  };
  return adminPart(jobsContract, handlers);
}

function readId(text: string): number {
  const id = z.coerce.number().int().positive().max(2_147_483_647).safeParse(text);
  if (!id.success) throw new AdminError('not_found', 'no such id');
  return id.data;
}

async function refusing<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    throw new AdminError(KIND_OF[error.reason], error.message, { cause: error });
  }
}
