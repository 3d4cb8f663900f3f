import type { Pool } from 'pg';
import { z } from 'zod';
import {
  changeAccount,
  findAccountKey,
  findListedAccount,
  isMbuserTaken,
  listAccountPage,
  resetPassword,
} from '../../account/account-admin.ts';
import type { AccountRefusal, ListedAccount } from '../../account/account-admin.ts';
import { insertAccount, rotateAccountKey } from '../../account/account-queries.ts';
import { hashPassword } from '../../account/password.ts';
import { sessionIdOf } from '../../account/session.ts';
import type { Context } from '../../context.ts';
import { AdminError } from './admin-error.ts';
import type { AdminErrorKind } from './admin-error.ts';
import { adminPart } from './admin-api.ts';
import type { AdminPart, Asker, Handlers } from './admin-api.ts';
import { accountsContract } from './contract/accounts.ts';
import { readCursor, toPage } from './cursor.ts';
import { pathId } from './path-id.ts';
import { requireAccount } from './session-handlers.ts';

const cursorSchema = z.int();

const REFUSALS: Readonly<Record<AccountRefusal, readonly [AdminErrorKind, string]>> = {
  missing: ['not_found', 'there is no such account'],
  mbuser_taken: ['conflict', 'another account has this MusicBrainz name'],
  name_taken: ['conflict', 'another account signs in with this name'],
  last_admin: ['conflict', 'this is the last administrator who can sign in'],
};

/** Accounts and their keys. */
export function accountsPart(context: Context): AdminPart {
  const { apiKeys, databases, log } = context;
  const app = databases.app.pool;
  const rotate = async (id: number, by: Asker): Promise<{ apikey: string }> => {
    const apikey = await rotateAccountKey(app, id);
    apiKeys.forget();
    log.info({ account: id, by: by.account?.id }, 'user key replaced');
    return { apikey: orMissing(apikey) };
  };
  const handlers: Handlers<typeof accountsContract> = {
    'GET /accounts': async ({ query: { cursor, ...query } }) => {
      const before = readCursor(cursorSchema, cursor);
      const rows = await listAccountPage(app, {
        access: undefined,
        search: undefined,
        ...query,
        before,
      });
      return toPage(rows, query.limit, ({ id }) => id);
    },
    'GET /accounts/:id': ({ params }) => getAccount(app, pathId(params.id)),
    'POST /accounts': async ({ account, body }) => {
      const made = await createAccount(app, body);
      log.info({ account: made.id, by: account?.id }, 'account made');
      return made;
    },
    'PATCH /accounts/:id': async ({ account, body, params }) => {
      const id = pathId(params.id);
      refuse(await changeAccount(app, id, body));
      log.info({ account: id, by: account?.id, changed: Object.keys(body) }, 'account changed');
      return getAccount(app, id);
    },
    'PUT /accounts/:id/password': async ({ account, body, params, token }) => {
      const id = pathId(params.id);
      await getAccount(app, id);
      // Whoever changes their own stays signed in here.
      const keep = account?.id === id ? sessionIdOf(token) : undefined;
      refuse(await resetPassword(app, id, await hashPassword(body.password), keep));
      log.info({ account: id, by: account?.id }, 'password set');
    },
    'DELETE /accounts/:id/password': async ({ account, params }) => {
      const id = pathId(params.id);
      refuse(await resetPassword(app, id, null, undefined));
      log.info({ account: id, by: account?.id }, 'password removed');
    },
    'GET /accounts/:id/key': async ({ params }) => ({
      apikey: orMissing(await findAccountKey(app, pathId(params.id))),
    }),
    'POST /accounts/:id/key': (request) => rotate(pathId(request.params.id), request),
    'GET /account/key': async ({ account }) => ({
      apikey: orMissing(await findAccountKey(app, requireAccount(account).id)),
    }),
    'POST /account/key': (request) => rotate(requireAccount(request.account).id, request),
  };
  return adminPart(accountsContract, handlers);
}

async function createAccount(
  app: Pool,
  { isAdmin, mbuser, name }: { name: string; mbuser: string | null; isAdmin: boolean },
): Promise<ListedAccount & { apikey: string }> {
  try {
    const { apikey, id } = await insertAccount(app, name, { ...(mbuser !== null && { mbuser }) });
    if (isAdmin) refuse(await changeAccount(app, id, { isAdmin }));
    return { ...(await getAccount(app, id)), apikey };
  } catch (error) {
    if (isMbuserTaken(error)) refuse('mbuser_taken');
    throw error;
  }
}

async function getAccount(app: Pool, id: number): Promise<ListedAccount> {
  return orMissing(await findListedAccount(app, id));
}

function orMissing<T>(found: T | undefined): T {
  if (found === undefined) throw new AdminError(...REFUSALS.missing);
  return found;
}

function refuse(refusal: AccountRefusal | undefined): void {
  if (refusal !== undefined) throw new AdminError(...REFUSALS[refusal]);
}
