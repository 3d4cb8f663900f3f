/**
 * The desktop window signs in without a password: the shell, whose child this process is, makes a
 * one-time token and hands over its SHA-256 by the private channel; the token itself then comes by
 * HTTP and becomes a session. See docs/desktop.md, "Signing the window in".
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { withTransaction } from '../db/databases.ts';
import type { Queryable } from '../db/queryable.ts';
import { insertAccount } from './account-queries.ts';

/** A token is used within the second; a machine that just woke up may take its time. */
export const DESKTOP_TOKEN_LIFE_MS = 60_000;
const SESSION_LIFE_MS = 30 * 24 * 3600 * 1000;
const SESSION_TOKEN_BYTES = 32;

const ADMINISTRATOR = 'Administrator';
/** What the session of the window is known by; there is one at a time. */
const DESKTOP_AGENT = 'acoustid-appliance desktop';

/** A session just opened; the token is for the cookie, and stored nowhere. */
export interface OpenedSession {
  readonly token: string;
  readonly accountId: number;
  readonly expires: Date;
}

/**
 * Opens the window's session for the first administrator, who is made when there is none. Takes the
 * place of the session of an earlier start.
 */
export async function openDesktopSession(app: Pool, now: number): Promise<OpenedSession> {
  const token = randomBytes(SESSION_TOKEN_BYTES).toString('base64url');
  const expires = new Date(now + SESSION_LIFE_MS);
  const tokenHash = createHash('sha256').update(token).digest();
  return await withTransaction(app, async (transaction) => {
    // Two windows that sign in at once must not both find no administrator.
    await transaction.query(`select pg_advisory_xact_lock(hashtextextended('desktop_login', 0))`);
    const accountId = (await findAdministrator(transaction)) ?? (await makeOne(transaction));
    await transaction.query(
      `with gone as (delete from session where user_agent = $4 or expires < now())
       insert into session (token_hash, account_id, expires, user_agent, ip)
       values ($1, $2, $3, $4, '127.0.0.1')`,
      [tokenHash, accountId, expires, DESKTOP_AGENT],
    );
    return { token, accountId, expires };
  });
}

/** Whether some administrator can sign in with a password: the condition for listening to others. */
export async function hasAdminPassword(app: Queryable): Promise<boolean> {
  const { rows } = await app.query<{ found: boolean }>(
    'select exists (select from account where is_admin and password_hash is not null) as found',
  );
  return rows[0]?.found === true;
}

async function findAdministrator(app: Queryable): Promise<number | undefined> {
  const { rows } = await app.query<{ id: number }>(
    'select id from account where is_admin order by id limit 1',
  );
  return rows[0]?.id;
}

async function makeOne(app: Queryable): Promise<number> {
  const { id } = await insertAccount(app, ADMINISTRATOR);
  await app.query('update account set is_admin = true where id = $1', [id]);
  return id;
}
