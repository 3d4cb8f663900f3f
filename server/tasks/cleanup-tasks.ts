import { z } from 'zod';
import type { Context } from '../context.ts';
import { deleteOldJobs } from '../jobs/job-run-queries.ts';
import { listFlushIds } from '../stats/flush-counters.ts';
import { deleteOldFlushes } from '../stats/stats-queries.ts';
import {
  deleteDeadTasks,
  deleteExpiredSessions,
  deleteHandledSubmissions,
  deleteOldUserAgents,
  deleteOrphanedMetas,
  deleteUnreferencedTracks,
} from './cleanup-queries.ts';
import { taskKind } from './task-kind.ts';
import type { TaskKind, TaskKinds } from './task-kind.ts';

const HANDLED_SUBMISSION_DAYS = 30;
/** An orphan may be about to be referred to; nobody is in a hurry. */
const ORPHANED_META_DAYS = 1;
const UNREFERENCED_TRACK_DAYS = 30;
/** They hold addresses of people. */
const USER_AGENT_DAYS = 90;
const WORK_DAYS = 90;
/** Longer than any flush takes; those under way are spared however old. */
const FLUSH_DAYS = 1;
/** Longer than another node is away and still has counts of before. */
const FOREIGN_FLUSH_DAYS = 30;

/** Rows deleted in one statement, and statements of one run. */
const BATCH_ROWS = 1000;
const BATCHES_MAX = 100;

/** Tasks that delete what is too old (data-model.md, "Life of data"). */
export const CLEANUP_TASKS: TaskKinds = {
  delete_handled_submissions: cleanup('submissions imported long ago', ({ ingest }) =>
    deleteHandledSubmissions(ingest.pool, HANDLED_SUBMISSION_DAYS, BATCH_ROWS),
  ),
  delete_orphaned_metas: cleanup('metadata that no track has', ({ fingerprint }) =>
    deleteOrphanedMetas(fingerprint.pool, ORPHANED_META_DAYS, BATCH_ROWS),
  ),
  delete_unreferenced_tracks: cleanup('disabled tracks without references', ({ fingerprint }) =>
    deleteUnreferencedTracks(fingerprint.pool, UNREFERENCED_TRACK_DAYS, BATCH_ROWS),
  ),
  delete_old_user_agents: cleanup('old statistics of user agents', ({ app }) =>
    deleteOldUserAgents(app.pool, USER_AGENT_DAYS, BATCH_ROWS),
  ),
  delete_expired_sessions: cleanup('sessions that have expired', ({ app }) =>
    deleteExpiredSessions(app.pool, BATCH_ROWS),
  ),
  delete_old_work: cleanup(
    'jobs, dead tasks and notes of flushes of long ago',
    async ({ app }, redis) => {
      const jobs = await deleteOldJobs(app.pool, WORK_DAYS, BATCH_ROWS);
      const tasks = await deleteDeadTasks(app.pool, WORK_DAYS, BATCH_ROWS);
      const age = {
        days: FLUSH_DAYS,
        foreignDays: FOREIGN_FLUSH_DAYS,
        except: await listFlushIds(redis),
      };
      return Math.max(jobs, tasks, await deleteOldFlushes(app.pool, age, BATCH_ROWS));
    },
  ),
};

/** Deletes batch after batch until one is not full, the run has done its share, or it is stopped. */
function cleanup(
  what: string,
  deleteBatch: (databases: Context['databases'], redis: Context['redis']) => Promise<number>,
): TaskKind {
  return taskKind({
    about: `deletes ${what}`,
    args: z.strictObject({}),
    run: async ({ databases, log, redis }, _args, signal) => {
      for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
        signal.throwIfAborted();
        const deleted = await deleteBatch(databases, redis);
        if (deleted > 0) log.info({ what, deleted }, 'cleaned up');
        if (deleted < BATCH_ROWS) return;
      }
    },
  });
}
