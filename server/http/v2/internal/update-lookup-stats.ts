import type { Context } from '../../../context.ts';
import { addLookups } from '../../../stats/stats-queries.ts';
import type { ApiMethod } from '../../api-handler.ts';
import { addCounts } from './add-counts.ts';
import { requireDate, requireInteger, requireMaster } from './internal-parameters.ts';

/** `/v2/internal/update_lookup_stats`: a member of the cluster hands over its counts of an hour. */
export function updateLookupStatsMethod(context: Context): ApiMethod {
  return async (parameters, request) => {
    await request.admit(parameters.getInteger('application_id'));
    requireMaster(context, parameters);
    const count = requireInteger(parameters, 'count');
    const isHit = parameters.get('type') === 'hit';
    await addCounts(context, parameters, (app) =>
      addLookups(app, {
        applicationId: requireInteger(parameters, 'application_id'),
        date: requireDate(parameters, 'date'),
        hour: requireInteger(parameters, 'hour'),
        hits: isHit ? count : 0,
        misses: isHit ? 0 : count,
      }),
    );
    return {};
  };
}
