import { z } from 'zod';
import type { SignedIn } from '../../account/session.ts';
import {
  changeApplication,
  findApplicationKey,
  findListedApplication,
  listApplicationPage,
  registerApplication,
} from '../../application/application-admin.ts';
import type { ApplicationChange } from '../../application/application-admin.ts';
import { rotateApplicationKey } from '../../application/application-queries.ts';
import type { Context } from '../../context.ts';
import { AdminError } from './admin-error.ts';
import { adminPart } from './admin-api.ts';
import type { AdminPart, Handlers } from './admin-api.ts';
import { applicationsContract } from './contract/applications.ts';
import { readCursor, toPage } from './cursor.ts';
import { pathId } from './path-id.ts';
import { requireAccount } from './session-handlers.ts';

const cursorSchema = z.tuple([z.string(), z.int()]);

type Account = SignedIn | undefined;

/** Programs that use the service: their owners see their own, an administrator all. */
export function applicationsPart(context: Context): AdminPart {
  const { apiKeys, applicationRates, databases, log } = context;
  const app = databases.app.pool;
  const get = async (id: number, account: Account) =>
    orMissing(await findListedApplication(app, id, scopeOf(account)));
  const handlers: Handlers<typeof applicationsContract> = {
    'GET /applications': async ({ account, query: { cursor, limit, search, ...query } }) => {
      const rows = await listApplicationPage(app, {
        accountId: scopeOf(account).accountId ?? query.account,
        after: readCursor(cursorSchema, cursor),
        limit,
        search,
      });
      return toPage(rows, limit, ({ id, name }) => [name, id]);
    },
    'GET /applications/:id': ({ account, params }) => get(pathId(params.id), account),
    'POST /applications': async ({ account, body }) => {
      const owner = requireAccount(account);
      const { apikey, id } = await registerApplication(app, owner.id, body);
      log.info({ application: id, by: owner.id }, 'application made');
      return { ...(await get(id, account)), apikey };
    },
    'PATCH /applications/:id': async ({ account, body, params }) => {
      const id = pathId(params.id);
      const owned = scopeOf(account);
      if (owned.accountId !== undefined) refuseAdministratorsChange(body);
      if (!(await changeApplication(app, id, owned, body))) orMissing(undefined);
      apiKeys.forget();
      applicationRates.forget();
      log.info(
        { application: id, by: account?.id, changed: Object.keys(body) },
        'application changed',
      );
      return get(id, account);
    },
    'GET /applications/:id/key': async ({ account, params }) => ({
      apikey: orMissing(await findApplicationKey(app, pathId(params.id), scopeOf(account))),
    }),
    'POST /applications/:id/key': async ({ account, params }) => {
      const { id } = await get(pathId(params.id), account);
      const apikey = orMissing(await rotateApplicationKey(app, id));
      apiKeys.forget();
      log.info({ application: id, by: account?.id }, 'application key replaced');
      return { apikey };
    },
  };
  return adminPart(applicationsContract, handlers);
}

/** An administrator sees all; what is another's does not exist for anybody else. */
function scopeOf(account: Account): { readonly accountId: number | undefined } {
  const { access, id } = requireAccount(account);
  return { accountId: access === 'admin' ? undefined : id };
}

/** What was switched off or limited was so for a reason its owner may not share. */
function refuseAdministratorsChange({ active, rateLimit }: ApplicationChange): void {
  if (active === true || rateLimit !== undefined) {
    throw new AdminError('forbidden', 'only an administrator may change this');
  }
}

function orMissing<T>(found: T | undefined): T {
  if (found === undefined) throw new AdminError('not_found', 'there is no such application');
  return found;
}
