import { listActiveApplicationIds } from '../../../application/application-queries.ts';
import type { Context } from '../../../context.ts';
import { DomainError } from '../../../errors.ts';
import { listLookupDays } from '../../../stats/stats-queries.ts';
import type { ApiMethod } from '../../api-handler.ts';
import { readDate, requireCluster } from './internal-parameters.ts';

const DAYS_FALLBACK = 30;
/** A century; no statistics are older, and a date column has an end. */
const DAYS_MAX = 36_500;
const CLIENTS_MAX = 1000;

/** `/v2/internal/lookup_stats`: lookups a day of some applications together (api-v2.md section 15). */
export function lookupStatsMethod(context: Context): ApiMethod {
  return async (parameters, request) => {
    const { pool } = context.databases.app;
    const apikeys = parameters.getAll('client').filter((key) => key !== '' && !key.includes('\0'));
    if (apikeys.length > CLIENTS_MAX) throw new DomainError('request_too_large', {});
    const applicationIds = await listActiveApplicationIds(pool, apikeys);
    if (applicationIds.length === 0) throw new DomainError('invalid_apikey', {});
    const from = readDate(parameters, 'from');
    const to = readDate(parameters, 'to');
    const days = parameters.getInteger('days') ?? DAYS_FALLBACK;
    await request.admit(undefined);
    requireCluster(context, parameters);
    const rows = await listLookupDays(pool, applicationIds, {
      from,
      to,
      days: Math.max(-DAYS_MAX, Math.min(days, DAYS_MAX)),
    });
    return {
      stats: rows.map(({ date, hits, misses }) => ({
        date,
        count_hits: hits,
        count_nohits: misses,
        count: hits + misses,
      })),
    };
  };
}
