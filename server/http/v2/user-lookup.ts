import { findAccountId } from '../../account/account-queries.ts';
import type { Context } from '../../context.ts';
import { DomainError } from '../../errors.ts';
import type { ApiMethod } from '../api-handler.ts';

/** `/v2/user/lookup`: whether a user key is good now, past every cache (api-v2.md section 14). */
export function userLookupMethod({ databases }: Context): ApiMethod {
  return async (parameters, request) => {
    const apikey = parameters.require('user');
    await request.admit(undefined);
    const id = apikey.includes('\0')
      ? undefined // PostgreSQL takes no NUL in text, and no key has one.
      : await findAccountId(databases.app.pool, apikey);
    if (id === undefined) throw new DomainError('invalid_user_apikey', {});
    return { user: { apikey } };
  };
}
