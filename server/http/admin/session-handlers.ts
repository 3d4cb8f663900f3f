import { hasAdminPassword } from '../../account/desktop-login.ts';
import { LoginThrottle } from '../../account/login-throttle.ts';
import { hashPassword, verifyPassword } from '../../account/password.ts';
import {
  closeListedSession,
  closeSession,
  findLogin,
  listSessions,
  openSession,
  sessionIdOf,
  setPassword,
} from '../../account/session.ts';
import type { SignedIn } from '../../account/session.ts';
import { isSetupToken, makeFirstAdministrator } from '../../account/setup.ts';
import type { Context } from '../../context.ts';
import { AdminError } from './admin-error.ts';
import { adminPart } from './admin-api.ts';
import type { AdminPart, Asker, Handlers } from './admin-api.ts';
import { sessionContract } from './contract/session.ts';

/** Signing in and out, and the first administrator. */
export function sessionPart(context: Context): AdminPart {
  const { databases, log, now } = context;
  const app = databases.app.pool;
  const throttle = new LoginThrottle(now);
  const open = async (asker: Asker, account: SignedIn): Promise<SignedIn> => {
    const { ip, userAgent } = asker.caller;
    asker.setSession(await openSession(app, account.id, { ip, now: now(), userAgent }));
    return account;
  };
  const handlers: Handlers<typeof sessionContract> = {
    'GET /session': async ({ account }) => ({
      account: account ?? null,
      needsSetup: !(await hasAdminPassword(app)),
    }),

    'POST /session': async (request) => {
      const { name, password } = request.body;
      const { ip } = request.caller;
      if (!throttle.admit(ip, name)) {
        throw new AdminError('too_many_attempts', 'too many attempts; wait a few minutes');
      }
      const login = await findLogin(app, name);
      const isGood = await verifyPassword(password, login?.passwordHash);
      if (!login || !isGood) {
        log.warn({ ip }, 'sign-in refused');
        throw new AdminError('wrong_password', 'name or password is wrong');
      }
      throttle.succeeded(ip, name);
      log.info({ account: login.account.id, ip }, 'signed in');
      return open(request, login.account);
    },

    'DELETE /session': async ({ setSession, token }) => {
      if (token !== '') await closeSession(app, token);
      setSession(undefined);
    },

    'POST /setup': async (request) => open(request, await setUp(context, request.body)),

    'PUT /session/password': async ({ account, body, caller, token }) => {
      const { id, name } = requireAccount(account);
      if (!throttle.admit(caller.ip, name)) {
        throw new AdminError('too_many_attempts', 'too many attempts; wait a few minutes');
      }
      if (account?.hasPassword === true) {
        const login = await findLogin(app, name);
        if (!(await verifyPassword(body.current, login?.passwordHash))) {
          throw new AdminError('wrong_password', 'the current password is wrong');
        }
      }
      throttle.succeeded(caller.ip, name);
      await setPassword(app, id, await hashPassword(body.password), token);
    },

    'GET /sessions': async ({ account, token }) => {
      const sessions = await listSessions(app, requireAccount(account).id);
      const own = sessionIdOf(token);
      return sessions.map((session) => ({ ...session, isThis: session.id === own }));
    },

    'DELETE /sessions/:id': async ({ account, params }) => {
      if (!(await closeListedSession(app, requireAccount(account).id, params.id))) {
        throw new AdminError('not_found', 'there is no such session');
      }
    },
  };
  return adminPart(sessionContract, handlers);
}

/** The administrator that a setup link makes. */
async function setUp(
  { databases, now }: Context,
  { name, password, token }: { name: string; password: string; token: string },
): Promise<SignedIn> {
  const app = databases.app.pool;
  // Before the hash, which is dear: anybody may ask this.
  if (!(await isSetupToken(app, token, now()))) {
    throw new AdminError('forbidden', 'this setup link was used or is too old');
  }
  const passwordHash = await hashPassword(password);
  const account = await makeFirstAdministrator(app, { name, passwordHash, token });
  if (!account) throw new AdminError('conflict', 'there is an administrator already');
  return account;
}

/** The account of an endpoint that only those signed in may call. */
export function requireAccount(account: SignedIn | undefined): SignedIn {
  if (!account) throw new AdminError('not_signed_in', 'sign in first');
  return account;
}
