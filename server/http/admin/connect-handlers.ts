import { listApplicationNames } from '../../application/application-admin.ts';
import { clientOf } from '../../application/recent-requests.ts';
import type { Context } from '../../context.ts';
import { AdminError } from './admin-error.ts';
import { adminPart } from './admin-api.ts';
import type { AdminPart, Handlers } from './admin-api.ts';
import { connectContract } from './contract/connect.ts';

/** What arrived from clients lately. */
export function connectPart({ databases, recentRequests }: Context): AdminPart {
  const handlers: Handlers<typeof connectContract> = {
    'GET /connect/requests': async ({ account, caller, query }) => {
      if (!caller.isLocal && account?.access !== 'admin') {
        throw new AdminError('forbidden', 'only on this machine, and for administrators');
      }
      const requests = recentRequests.list(query.limit);
      const ids = new Set(requests.flatMap(({ applicationId }) => applicationId ?? []));
      const names = await listApplicationNames(databases.app.pool, [...ids]);
      return requests.map(({ applicationId, ...request }) => ({
        ...request,
        client: clientOf(request.userAgent),
        application: names.get(applicationId ?? 0) ?? null,
      }));
    },
  };
  return adminPart(connectContract, handlers);
}
