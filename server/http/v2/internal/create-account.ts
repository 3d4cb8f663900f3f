import { insertAccount } from '../../../account/account-queries.ts';
import type { Context } from '../../../context.ts';
import type { ApiMethod } from '../../api-handler.ts';
import { requireCluster } from './internal-parameters.ts';

const NAME = 'External User';

/** `/v2/internal/create_account` (api-v2.md section 15). */
export function createAccountMethod(context: Context): ApiMethod {
  return async (parameters, request) => {
    await request.admit(undefined);
    requireCluster(context, parameters);
    const lastlogin = new Date(context.now());
    const { apikey, id } = await insertAccount(context.databases.app.pool, NAME, { lastlogin });
    return { id, api_key: apikey };
  };
}
