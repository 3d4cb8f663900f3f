import type { Pool } from 'pg';
import { insertAccount } from '../account/account-queries.ts';
import { withTransaction } from '../db/databases.ts';
import type { Queryable } from '../db/queryable.ts';
import { insertApplication } from './application-queries.ts';

/** The keys a fresh appliance starts with, so that a tagger can be pointed at it at once. */
export interface FirstKeys {
  /** Whether this call made them. */
  readonly created: boolean;
  readonly application: { readonly id: number; readonly apikey: string };
  readonly account: { readonly id: number; readonly apikey: string };
}

const SETTING_KEY = 'first_keys';
const ACCOUNT_NAME = 'Local user';
const APPLICATION_NAME = 'Local applications';
const APPLICATION_VERSION = '1';

interface KeysRow {
  readonly application_id: number;
  readonly application_apikey: string;
  readonly account_id: number;
  readonly account_apikey: string;
}

/**
 * Makes an account and an application for local use once in an appliance's life, or returns those
 * made then, with the keys they have now. `undefined` when they were made and have since been
 * deleted: they are not made again against somebody's will.
 */
export async function ensureFirstKeys(app: Pool): Promise<FirstKeys | undefined> {
  return withTransaction(app, async (transaction) => {
    // Two processes that start at once must not both find nothing.
    await transaction.query(`select pg_advisory_xact_lock(hashtextextended('first_keys', 0))`);
    const made = await transaction.query('select from setting where key = $1', [SETTING_KEY]);
    if (made.rowCount !== 0) return findFirstKeys(transaction);
    const account = await insertAccount(transaction, ACCOUNT_NAME);
    const application = await insertApplication(transaction, {
      account_id: account.id,
      name: APPLICATION_NAME,
      version: APPLICATION_VERSION,
    });
    const value = { account_id: account.id, application_id: application.id };
    await transaction.query('insert into setting (key, value) values ($1, $2)', [
      SETTING_KEY,
      value,
    ]);
    return {
      created: true,
      application: { id: application.id, apikey: application.apikey },
      account: { id: account.id, apikey: account.apikey },
    };
  });
}

async function findFirstKeys(app: Queryable): Promise<FirstKeys | undefined> {
  const { rows } = await app.query<KeysRow>(
    `select p.id as application_id, p.apikey as application_apikey,
       a.id as account_id, a.apikey as account_apikey
     from setting s
     join application p on p.id = (s.value ->> 'application_id')::int
     join account a on a.id = (s.value ->> 'account_id')::int
     where s.key = $1`,
    [SETTING_KEY],
  );
  const [row] = rows;
  return (
    row && {
      created: false,
      application: { id: row.application_id, apikey: row.application_apikey },
      account: { id: row.account_id, apikey: row.account_apikey },
    }
  );
}
