import { z } from 'zod';
import { manageFpindexChangelog } from '../index/changelog-retention.ts';
import { hasOpenJob } from '../jobs/job-queries.ts';
import { JOB_KINDS } from '../jobs/job-kinds.ts';
import { startJob } from '../jobs/start-job.ts';
import { publishActs } from '../moderation/listing.ts';
import { refreshSuspicions } from '../suspicion/compute.ts';
import { CLEANUP_TASKS } from './cleanup-tasks.ts';
import { mergeMissingMbid } from './merge-missing-mbid.ts';
import { STATISTICS_TASKS } from './statistics-tasks.ts';
import { taskKind } from './task-kind.ts';
import type { TaskKinds } from './task-kind.ts';

/** Steps of one run; what is left waits for the next. */
const SUSPICION_STEPS_MAX = 20;

/** Every task there is, by name. */
export const TASK_KINDS: TaskKinds = {
  ...STATISTICS_TASKS,
  ...CLEANUP_TASKS,
  merge_missing_mbid: taskKind({
    about: 'looks into a linked MBID that MusicBrainz does not know',
    args: z.strictObject({ mbid: z.guid().toLowerCase() }),
    run: (context, { mbid }) => mergeMissingMbid(context, mbid),
  }),
  manage_fpindex_changelog: taskKind({
    about: 'makes the partitions of the changelog to come and drops old ones',
    args: z.strictObject({}),
    run: async ({ databases, log }) => {
      await manageFpindexChangelog(databases.fingerprint, log);
    },
  }),
  refresh_suspicions: taskKind({
    about: 'looks for suspicious links in what is new',
    args: z.strictObject({}),
    run: async ({ databases }, _args, signal) => {
      const { fingerprint, musicbrainz } = databases;
      const parts = { fingerprint: fingerprint.pool, musicbrainz: musicbrainz.pool };
      for (let step = 0; step < SUSPICION_STEPS_MAX; step += 1) {
        const done = await refreshSuspicions(parts, { signal });
        if (!done.some(({ more }) => more)) return;
      }
    },
  }),
  list_moderation_acts: taskKind({
    about: 'lists acts of moderation that were done while the app database was lost',
    args: z.strictObject({}),
    run: async ({ databases: { app, fingerprint } }, _args, signal) => {
      const parts = { app: app.pool, fingerprint: fingerprint.pool };
      while (!signal.aborted && (await publishActs(parts)) > 0);
    },
  }),
  start_backup: taskKind({
    about: 'starts the scheduled backup, unless one is under way',
    args: z.strictObject({}),
    run: async ({ config, databases }) => {
      const { pool } = databases.app;
      if (await hasOpenJob(pool, 'backup')) return;
      const params = { verify: config.settings['backup.verify'], prune: true };
      await startJob(pool, JOB_KINDS, { kind: 'backup', params });
    },
  }),
};
