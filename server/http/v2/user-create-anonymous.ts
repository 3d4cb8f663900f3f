import { insertAccount } from '../../account/account-queries.ts';
import type { Context } from '../../context.ts';
import type { ApiMethod } from '../api-handler.ts';
import { readClientVersion } from './text-parameters.ts';

const NAME = 'Anonymous';

/** `/v2/user/create_anonymous` (api-v2.md section 14). */
export function userCreateAnonymousMethod({ apiKeys, databases, now }: Context): ApiMethod {
  return async (parameters, request) => {
    const applicationId = await apiKeys.requireApplication(parameters.require('client'));
    const applicationVersion = readClientVersion(parameters);
    await request.admit(applicationId);
    const { apikey } = await insertAccount(databases.app.pool, NAME, {
      lastlogin: new Date(now()),
      ip: request.ip,
      applicationId,
      applicationVersion,
    });
    return { user: { apikey } };
  };
}
