import { generateApiKey } from '../application/api-key.ts';
import type { Queryable } from '../db/queryable.ts';

export interface Account {
  readonly id: number;
  readonly name: string;
  readonly apikey: string;
  readonly mbuser: string | null;
  readonly is_admin: boolean;
  readonly created: Date;
}

/** The id of the account with this key. */
export async function findAccountId(app: Queryable, apikey: string): Promise<number | undefined> {
  const { rows } = await app.query<{ id: number }>({
    name: 'find-account-id',
    text: 'select id from account where apikey = $1',
    values: [apikey],
  });
  return rows[0]?.id;
}

/** How an account came about, for those that nobody made by hand. */
export interface AccountOrigin {
  readonly lastlogin?: Date;
  readonly mbuser?: string;
  readonly ip?: string;
  readonly applicationId?: number;
  readonly applicationVersion?: string | undefined;
}

/** Inserts an account with a fresh key. */
export async function insertAccount(
  app: Queryable,
  name: string,
  origin: AccountOrigin = {},
): Promise<Account> {
  const { rows } = await app.query<Account>(
    `insert into account (name, apikey, lastlogin, mbuser, created_from, application_id,
       application_version)
     values ($1, $2, $3, $4, $5, $6, $7)
     returning id, name, apikey, mbuser, is_admin, created`,
    [
      name,
      generateApiKey(),
      origin.lastlogin ?? null,
      origin.mbuser ?? null,
      origin.ip ?? null,
      origin.applicationId ?? null,
      origin.applicationVersion ?? null,
    ],
  );
  const [row] = rows;
  if (!row) throw new Error('insert into account returned no row');
  return row;
}

/** The key of the account with this MusicBrainz name, in whatever case it is written. */
export async function findApiKeyByMusicBrainzName(
  app: Queryable,
  mbuser: string,
): Promise<string | undefined> {
  const { rows } = await app.query<{ apikey: string }>(
    'select apikey from account where lower(mbuser) = lower($1) order by id limit 1',
    [mbuser],
  );
  return rows[0]?.apikey;
}

/** All accounts by id. */
export async function listAccounts(app: Queryable): Promise<Account[]> {
  const { rows } = await app.query<Account>(
    'select id, name, apikey, mbuser, is_admin, created from account order by id',
  );
  return rows;
}

/** Gives an account a fresh key and returns it; `undefined` when there is none with this id. */
export async function rotateAccountKey(app: Queryable, id: number): Promise<string | undefined> {
  const { rows } = await app.query<{ apikey: string }>(
    'update account set apikey = $2 where id = $1 returning apikey',
    [id, generateApiKey()],
  );
  return rows[0]?.apikey;
}
