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

/** Inserts an account with a fresh key. */
export async function insertAccount(app: Queryable, name: string): Promise<Account> {
  const { rows } = await app.query<Account>(
    `insert into account (name, apikey) values ($1, $2)
     returning id, name, apikey, mbuser, is_admin, created`,
    [name, generateApiKey()],
  );
  const [row] = rows;
  if (!row) throw new Error('insert into account returned no row');
  return row;
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
