import { z } from 'zod';
import type { Context } from '../context.ts';
import { withTransaction } from '../db/databases.ts';
import { carrySubmissionCounts } from '../stats/account-submissions.ts';
import { recordDailyStatistics } from '../stats/daily-statistics.ts';
import { recordDiskSize } from '../live/disk-forecast.ts';
import { measureDisk } from '../live/disk-usage.ts';
import {
  flushCounters,
  flushPartsOf,
  listPartitions,
  PARTITION_MAX,
  PARTITION_MIN,
} from '../stats/flush-counters.ts';
import type { CounterName } from '../stats/flush-counters.ts';
import { localHourOf } from '../stats/lookup-counters.ts';
import { taskKind } from './task-kind.ts';
import type { TaskKind, TaskKinds } from './task-kind.ts';

const NOTHING = z.strictObject({});
const PARTITION = z.strictObject({ partition: z.int().min(PARTITION_MIN).max(PARTITION_MAX) });
/** Counting every track takes minutes where there are many. */
const REFRESH_TIMEOUT_MS = 30 * 60_000;

/** Tasks that fill the tables of the statistics; upstream's names where it has them. */
export const STATISTICS_TASKS: TaskKinds = {
  update_stats: taskKind({
    about: 'counts everything for the statistics of the day',
    args: NOTHING,
    run: async ({ databases, dataDir, metrics, now }, _args, signal) => {
      await carrySubmissionCounts(databases.ingest.pool, databases.app.pool, signal);
      const { day } = localHourOf(now());
      const statistics = await recordDailyStatistics(databases, day, signal);
      const { usedBytes } = await measureDisk(dataDir, now());
      await recordDiskSize(databases.app.pool, { date: day, usedBytes });
      for (const [name, value] of Object.entries(statistics)) {
        metrics.statisticRecorded(name, value);
      }
    },
  }),
  update_lookup_stats: flushOne('lookups', 'carries counted lookups to the database'),
  update_all_lookup_stats: flushAll('lookups', 'update_lookup_stats'),
  update_user_agent_stats: flushOne('ua', 'carries counted user agents to the database'),
  update_all_user_agent_stats: flushAll('ua', 'update_user_agent_stats'),
  update_top_accounts: taskKind({
    about: 'counts submissions per account and lists those with most',
    args: NOTHING,
    run: ({ databases }, _args, signal) =>
      carrySubmissionCounts(databases.ingest.pool, databases.app.pool, signal),
  }),
  refresh_track_stats: taskKind({
    about: 'refreshes the counts per track',
    args: NOTHING,
    run: ({ databases }) =>
      withTransaction(databases.fingerprint.pool, async (transaction) => {
        await transaction.query(`set local statement_timeout = ${REFRESH_TIMEOUT_MS}`);
        await transaction.query('refresh materialized view concurrently track_stats');
      }),
  }),
};

function flushOne(name: CounterName, about: string): TaskKind {
  return taskKind({
    about,
    args: PARTITION,
    run: (context, { partition }) => flushCounters(flushPartsOf(context), name, partition),
  });
}

/** NOTE: only for partitions that hold something; 257 tasks a minute would do nothing mostly. */
function flushAll(name: CounterName, task: string): TaskKind {
  return taskKind({
    about: `queues ${task} for each partition that holds something`,
    args: NOTHING,
    run: async ({ redis, tasks }: Context) => {
      const partitions = await listPartitions(redis, name);
      await tasks.enqueue(partitions.map((partition) => ({ name: task, args: { partition } })));
    },
  });
}
