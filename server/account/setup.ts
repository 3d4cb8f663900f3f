import type { Pool } from 'pg';
import { withTransaction } from '../db/databases.ts';
import { insertAccount } from './account-queries.ts';
import { hasAdminPassword } from './desktop-login.ts';
import type { SignedIn } from './session.ts';

/** The link is printed at a start and may be read the next day. */
export const SETUP_TOKEN_LIFE_MS = 7 * 24 * 3600 * 1000;

/**
 * Makes the first administrator who can sign in with a password; an administrator without one (the
 * desktop window made it) becomes that. `undefined` when there is one already.
 */
export async function makeFirstAdministrator(
  app: Pool,
  name: string,
  passwordHash: string,
): Promise<SignedIn | undefined> {
  return withTransaction(app, async (transaction) => {
    // Two setups at once must not both find nobody.
    await transaction.query(`select pg_advisory_xact_lock(hashtextextended('setup', 0))`);
    if (await hasAdminPassword(transaction)) return undefined;
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
