import { insertApplication } from '../../../application/application-queries.ts';
import type { Context } from '../../../context.ts';
import { DomainError } from '../../../errors.ts';
import type { ApiMethod } from '../../api-handler.ts';
import { requireCluster, requireInteger, requireText } from './internal-parameters.ts';

/** Width of the columns. */
const TEXT_LENGTH_MAX = 255;
const FOREIGN_KEY_VIOLATION = '23503';

/** `/v2/internal/create_application` (api-v2.md section 15). Name and version may be empty. */
export function createApplicationMethod(context: Context): ApiMethod {
  return async (parameters, request) => {
    await request.admit(undefined);
    requireCluster(context, parameters);
    const application = {
      account_id: requireInteger(parameters, 'account_id'),
      name: requireText(parameters, 'name').slice(0, TEXT_LENGTH_MAX),
      version: requireText(parameters, 'version').slice(0, TEXT_LENGTH_MAX),
    };
    try {
      const { apikey, id } = await insertApplication(context.databases.app.pool, application);
      return { id, api_key: apikey };
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === FOREIGN_KEY_VIOLATION) {
        throw new DomainError('missing_parameter', { parameter: 'account_id' }, { cause: error });
      }
      throw error;
    }
  };
}
