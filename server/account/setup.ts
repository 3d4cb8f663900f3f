/**
 * The first administrator of an appliance without a window: who holds the setup link becomes it. The
 * link carries a random token; `setting` keeps its SHA-256 and its end, so that the start of the
 * appliance and the command line make links that any server process takes.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { withTransaction } from '../db/databases.ts';
import type { Queryable } from '../db/queryable.ts';
import { insertAccount } from './account-queries.ts';
import { hasAdminPassword } from './desktop-login.ts';
import type { SignedIn } from './session.ts';

/** The link is printed at a start and may be read the next day. */
const TOKEN_LIFE_MS = 7 * 24 * 3600 * 1000;
const TOKEN_BYTES = 32;
const SETTING_KEY = 'setup_link';

/**
 * Makes the token of a new setup link, 43 characters, and forgets the one before. `undefined` when
 * an administrator can sign in with a password: there is nothing to set up.
 */
export async function issueSetupToken(app: Queryable, now: number): Promise<string | undefined> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const { rowCount } = await app.query(
    `insert into setting (key, value)
     select $1, $2 where not exists (
       select from account where is_admin and password_hash is not null
     )
     on conflict (key) do update set value = excluded.value`,
    [SETTING_KEY, { sha256: hashOf(token), expires: new Date(now + TOKEN_LIFE_MS) }],
  );
  return rowCount === 1 ? token : undefined;
}

/** Whether this is the token of the newest link, unused and in time. */
export async function isSetupToken(app: Queryable, token: string, now: number): Promise<boolean> {
  const { rowCount } = await app.query(
    `select from setting where key = $1 and value ->> 'sha256' = $2
       and (value ->> 'expires')::timestamptz > $3`,
    [SETTING_KEY, hashOf(token), new Date(now)],
  );
  return rowCount === 1;
}

/**
 * Makes the first administrator who can sign in with a password; an administrator without one (the
 * desktop window made it) becomes that. The link is used up. `undefined` when it was already, or
 * when there is such an administrator.
 */
export async function makeFirstAdministrator(
  app: Pool,
  { name, passwordHash, token }: { name: string; passwordHash: string; token: string },
): Promise<SignedIn | undefined> {
  return withTransaction(app, async (transaction) => {
    // Two setups at once must not both find nobody.
    await transaction.query(`select pg_advisory_xact_lock(hashtextextended('setup', 0))`);
    const { rowCount } = await transaction.query(
      `delete from setting where key = $1 and value ->> 'sha256' = $2`,
      [SETTING_KEY, hashOf(token)],
    );
    if (rowCount !== 1 || (await hasAdminPassword(transaction))) return undefined;
    const { rows } = await transaction.query<{ id: number; mbuser: string | null }>(
      'select id, mbuser from account where is_admin order by id limit 1',
    );
    const { id, mbuser } = rows[0] ?? (await insertAccount(transaction, name));
    await transaction.query(
      'update account set is_admin = true, name = $2, password_hash = $3 where id = $1',
      [id, name, passwordHash],
    );
    return { id, name, mbuser, access: 'admin', hasPassword: true };
  });
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
