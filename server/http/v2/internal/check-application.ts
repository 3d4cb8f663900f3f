import type { Context } from '../../../context.ts';
import type { ApiMethod } from '../../api-handler.ts';
import { requireCluster } from './internal-parameters.ts';

/** `/v2/internal/check_application`: the id behind an application key (api-v2.md section 15). */
export function checkApplicationMethod(context: Context): ApiMethod {
  return async (parameters, request) => {
    await request.admit(undefined);
    requireCluster(context, parameters);
    const id = await context.apiKeys.requireApplication(parameters.get('api_key') ?? '');
    return { id };
  };
}
