import { isIP } from 'node:net';
import type { Context } from '../../../context.ts';
import { DomainError } from '../../../errors.ts';
import { addUserAgents } from '../../../stats/stats-queries.ts';
import type { ApiMethod } from '../../api-handler.ts';
import { addCounts } from './add-counts.ts';
import { requireDate, requireInteger, requireMaster, requireText } from './internal-parameters.ts';

/** Width of the column. */
const USER_AGENT_LENGTH_MAX = 1000;

/** `/v2/internal/update_user_agent_stats`: as `update_lookup_stats`, for who asked with what. */
export function updateUserAgentStatsMethod(context: Context): ApiMethod {
  return async (parameters, request) => {
    await request.admit(parameters.getInteger('application_id'));
    requireMaster(context, parameters);
    const ip = requireText(parameters, 'ip');
    if (isIP(ip) === 0 || ip.includes('%')) {
      throw new DomainError('missing_parameter', { parameter: 'ip' });
    }
    await addCounts(context, parameters, (app) =>
      addUserAgents(app, {
        applicationId: requireInteger(parameters, 'application_id'),
        date: requireDate(parameters, 'date'),
        userAgent: requireText(parameters, 'user_agent').slice(0, USER_AGENT_LENGTH_MAX),
        ip,
        count: requireInteger(parameters, 'count'),
      }),
    );
    return {};
  };
}
