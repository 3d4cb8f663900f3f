/** What administrators do with accounts. */
import type { Pool } from 'pg';
import { withTransaction } from '../db/databases.ts';
import type { Queryable } from '../db/queryable.ts';
import type { SignedInAccess } from './session.ts';

export interface ListedAccount {
  readonly id: number;
  readonly name: string;
  readonly mbuser: string | null;
  readonly access: SignedInAccess;
  readonly anonymous: boolean;
  readonly hasPassword: boolean;
  readonly created: Date;
  readonly lastLogin: Date | null;
  readonly submissions: number;
  readonly applications: number;
}

export interface AccountChange {
  readonly name?: string | undefined;
  readonly mbuser?: string | null | undefined;
  readonly isAdmin?: boolean | undefined;
}

/** Why an account was not changed. */
export type AccountRefusal = 'missing' | 'mbuser_taken' | 'name_taken' | 'last_admin';

const ACCESS = `case when a.is_admin then 'admin' when a.mbuser is not null then 'moderator' else 'user' end`;

const LISTED = `a.id, a.name, a.mbuser, a.anonymous, a.created, a.lastlogin as "lastLogin",
  a.submission_count as submissions, a.password_hash is not null as "hasPassword",
  ${ACCESS} as access,
  (select count(*)::int from application p where p.account_id = a.id) as applications`;

const UNIQUE_VIOLATION = '23505';

/** A page of accounts, newest first, that begins below `before`; one row more than `limit`. */
export async function listAccountPage(
  app: Queryable,
  {
    access,
    before,
    limit,
    search,
  }: {
    readonly access: SignedInAccess | undefined;
    readonly before: number | undefined;
    readonly limit: number;
    readonly search: string | undefined;
  },
): Promise<ListedAccount[]> {
  const { rows } = await app.query<ListedAccount>(
    `select ${LISTED} from account a
     where ($1::int is null or a.id < $1)
       and ($2::text is null or strpos(lower(a.name), lower($2)) > 0
         or strpos(lower(a.mbuser), lower($2)) > 0 or a.id::text = $2)
       and ($3::text is null or ${ACCESS} = $3)
     order by a.id desc limit $4 + 1`,
    [before ?? null, search || null, access ?? null, limit],
  );
  return rows;
}

/** One account as the list has it. */
export async function findListedAccount(
  app: Queryable,
  id: number,
): Promise<ListedAccount | undefined> {
  const { rows } = await app.query<ListedAccount>(
    `select ${LISTED} from account a where a.id = $1`,
    [id],
  );
  return rows[0];
}

export async function findAccountKey(app: Queryable, id: number): Promise<string | undefined> {
  const { rows } = await app.query<{ apikey: string }>('select apikey from account where id = $1', [
    id,
  ]);
  return rows[0]?.apikey;
}

/**
 * Changes name, MusicBrainz name or rights. Refuses what would lock everybody out, and two people
 * who would sign in with one name.
 */
export async function changeAccount(
  app: Pool,
  id: number,
  change: AccountChange,
): Promise<AccountRefusal | undefined> {
  try {
    return await withAccounts(app, async (transaction) => {
      const known = await findListedAccount(transaction, id);
      if (!known) return 'missing';
      const {
        isAdmin = known.access === 'admin',
        mbuser = known.mbuser,
        name = known.name,
      } = change;
      if (known.access === 'admin' && !isAdmin && (await isLastAdmin(transaction, id))) {
        return 'last_admin';
      }
      if (known.hasPassword && (await isNameTaken(transaction, id, name))) return 'name_taken';
      await transaction.query(
        'update account set name = $2, mbuser = $3, is_admin = $4 where id = $1',
        [id, name, mbuser, isAdmin],
      );
      return undefined;
    });
  } catch (error) {
    if (isMbuserTaken(error)) return 'mbuser_taken';
    throw error;
  }
}

/** Sets a password, or takes it away, and ends the sessions of the account but that of `keepHash`. */
export async function resetPassword(
  app: Pool,
  id: number,
  passwordHash: string | null,
  keepSession: string | undefined,
): Promise<AccountRefusal | undefined> {
  return withAccounts(app, async (transaction) => {
    const known = await findListedAccount(transaction, id);
    if (!known) return 'missing';
    const isLast = known.access === 'admin' && (await isLastAdmin(transaction, id));
    if (passwordHash === null && isLast) return 'last_admin';
    if (passwordHash !== null && (await isNameTaken(transaction, id, known.name))) {
      return 'name_taken';
    }
    await transaction.query(
      `with gone as (
         delete from session where account_id = $1 and encode(token_hash, 'hex') is distinct from $3
       )
       update account set password_hash = $2 where id = $1`,
      [id, passwordHash, keepSession ?? null],
    );
    return undefined;
  });
}

/** Whether an error says that somebody else has the MusicBrainz name. */
export function isMbuserTaken(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === UNIQUE_VIOLATION &&
    'constraint' in error &&
    error.constraint === 'account_mbuser_key'
  );
}

/** One change at a time: two administrators must not take each other's rights at once. */
async function withAccounts<T>(app: Pool, act: (transaction: Queryable) => Promise<T>): Promise<T> {
  return withTransaction(app, async (transaction) => {
    await transaction.query(`select pg_advisory_xact_lock(hashtextextended('accounts', 0))`);
    return act(transaction);
  });
}

/** Whether without this account nobody could administrate, or nobody sign in to do so. */
async function isLastAdmin(app: Queryable, id: number): Promise<boolean> {
  const { rows } = await app.query<{ others: boolean }>(
    `select exists (
       select from account b where b.is_admin and b.id <> a.id
         and (a.password_hash is null or b.password_hash is not null)
     ) as others from account a where a.id = $1`,
    [id],
  );
  return rows[0]?.others !== true;
}

/** Whether another account signs in with this name, in whatever case it is written. */
async function isNameTaken(app: Queryable, id: number, name: string): Promise<boolean> {
  const { rowCount } = await app.query(
    `select from account where lower(name) = lower($2) and id <> $1 and password_hash is not null
     limit 1`,
    [id, name],
  );
  return rowCount === 1;
}
