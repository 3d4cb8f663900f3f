import type { Context } from '../../context.ts';
import {
  listBusiestApplications,
  listBusiestUserAgents,
  listGrowth,
  listLookupDays,
  listTopAccounts,
  readTotals,
} from '../../stats/report-queries.ts';
import type { DayRange } from '../../stats/report-queries.ts';
import { AdminError } from './admin-error.ts';
import { adminPart } from './admin-api.ts';
import type { AdminPart, Handlers } from './admin-api.ts';
import { statisticsContract } from './contract/statistics.ts';

/** Ten years and some; more points than a chart has pixels. */
const DAYS_MAX = 4000;
const DAY_MS = 24 * 3600 * 1000;

/** What happened, day by day. */
export function statisticsPart({ databases }: Context): AdminPart {
  const app = databases.app.pool;
  const handlers: Handlers<typeof statisticsContract> = {
    'GET /statistics/totals': () => readTotals(app),
    'GET /statistics/growth': ({ query }) => listGrowth(app, bounded(query)),
    'GET /statistics/lookups': ({ query }) => listLookupDays(app, bounded(query)),
    'GET /statistics/applications': ({ query }) => listBusiestApplications(app, bounded(query)),
    'GET /statistics/user-agents': ({ query }) => listBusiestUserAgents(app, bounded(query)),
    'GET /statistics/accounts': () => listTopAccounts(app),
  };
  return adminPart(statisticsContract, handlers);
}

function bounded(range: DayRange): DayRange {
  const days = (Date.parse(range.to) - Date.parse(range.from)) / DAY_MS;
  if (days > DAYS_MAX) throw new AdminError('bad_request', `at most ${DAYS_MAX} days at a time`);
  return range;
}
