import { hasApplication, setApplicationActive } from '../../../application/application-queries.ts';
import type { Context } from '../../../context.ts';
import { DomainError } from '../../../errors.ts';
import type { ApiMethod } from '../../api-handler.ts';
import type { Parameters } from '../../params.ts';
import { requireCluster } from './internal-parameters.ts';

const ID_MAX = 2_147_483_647;
const FALSE_WORDS = new Set(['', '0', 'false', 'no', 'off']);

/** `/v2/internal/update_application_status` (api-v2.md section 15). */
export function updateApplicationStatusMethod(context: Context): ApiMethod {
  return async (parameters, request) => {
    const { pool } = context.databases.app;
    const application = {
      id: readId(parameters, 'application_id') ?? 0,
      accountId: readId(parameters, 'account_id'),
    };
    if (!(await hasApplication(pool, application)))
      throw new DomainError('unknown_application', {});
    await request.admit(application.id);
    requireCluster(context, parameters);
    const updated = await setApplicationActive(pool, application, readActive(parameters));
    if (!updated) throw new DomainError('unknown_application', {});
    return { id: updated.id, active: updated.active };
  };
}

/** An id; a number that is none names nobody, as against no number at all. */
function readId(parameters: Parameters, name: string): number | undefined {
  const id = parameters.getInteger(name);
  return id === undefined || (id >= 0 && id <= ID_MAX) ? id : 0;
}

/** Upstream takes every text that is not empty for true, `0` too; left out is null there and here. */
function readActive(parameters: Parameters): boolean | null {
  const text = parameters.get('active');
  return text === undefined ? null : !FALSE_WORDS.has(text.trim().toLowerCase());
}
