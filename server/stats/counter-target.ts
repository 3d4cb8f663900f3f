import type { Pool } from 'pg';
import type { Settings } from '../config/settings.ts';
import { withTransaction } from '../db/databases.ts';
import type { Queryable } from '../db/queryable.ts';
import { masterTarget } from './master-target.ts';
import {
  addDaysOfUserAgents,
  addHoursOfLookups,
  claimFlush,
  listKnownApplicationIds,
} from './stats-queries.ts';
import type { DayOfUserAgent, HourOfLookups } from './stats-queries.ts';

/**
 * Where flushed counts go. Adding under an id that was added before changes nothing. Both return
 * the applications that are known; counts of others are not kept.
 */
export interface CounterTarget {
  addLookups(flushId: string, hours: readonly HourOfLookups[]): Promise<ReadonlySet<number>>;
  addUserAgents(flushId: string, days: readonly DayOfUserAgent[]): Promise<ReadonlySet<number>>;
}

/** Our own database on the master, the master elsewhere. */
export function counterTargetOf(settings: Settings, app: Pool): CounterTarget {
  return settings['cluster.role'] === 'master' ? databaseTarget(app) : masterTarget(settings);
}

function databaseTarget(app: Pool): CounterTarget {
  return {
    addLookups: (flushId, hours) =>
      addOnce(app, { flushId, rows: hours, write: addHoursOfLookups }),
    addUserAgents: (flushId, days) =>
      addOnce(app, { flushId, rows: days, write: addDaysOfUserAgents }),
  };
}

/** The id of the flush and its counts in one transaction. */
async function addOnce<R extends { readonly applicationId: number }>(
  app: Pool,
  flush: {
    readonly flushId: string;
    readonly rows: readonly R[];
    readonly write: (app: Queryable, rows: readonly R[]) => Promise<void>;
  },
): Promise<ReadonlySet<number>> {
  const { flushId, rows, write } = flush;
  return withTransaction(app, async (client) => {
    const ids = new Set(rows.map(({ applicationId }) => applicationId));
    const known = await listKnownApplicationIds(client, [...ids]);
    if (await claimFlush(client, flushId)) {
      await write(
        client,
        rows.filter(({ applicationId }) => known.has(applicationId)),
      );
    }
    return known;
  });
}
