import type { Queryable } from '../db/queryable.ts';
import { generateApiKey } from './api-key.ts';

export interface Application {
  readonly id: number;
  readonly name: string;
  readonly version: string;
  readonly apikey: string;
  readonly active: boolean;
  readonly account_id: number;
  readonly created: Date;
}

export interface NewApplication {
  readonly account_id: number;
  readonly name: string;
  readonly version: string;
}

/** The id of the active application with this key. */
export async function findActiveApplicationId(
  app: Queryable,
  apikey: string,
): Promise<number | undefined> {
  const { rows } = await app.query<{ id: number }>({
    name: 'find-active-application-id',
    text: 'select id from application where apikey = $1 and active',
    values: [apikey],
  });
  return rows[0]?.id;
}

/** The ids of the active applications with these keys. */
export async function listActiveApplicationIds(
  app: Queryable,
  apikeys: readonly string[],
): Promise<number[]> {
  const { rows } = await app.query<{ id: number }>(
    'select id from application where apikey = any($1::text[]) and active',
    [apikeys],
  );
  return rows.map(({ id }) => id);
}

export async function isActiveApplication(app: Queryable, id: number): Promise<boolean> {
  const { rowCount } = await app.query({
    name: 'is-active-application',
    text: 'select from application where id = $1 and active',
    values: [id],
  });
  return rowCount === 1;
}

/** Inserts an application with a fresh key. */
export async function insertApplication(
  app: Queryable,
  application: NewApplication,
): Promise<Application> {
  const { rows } = await app.query<Application>(
    `insert into application (account_id, name, version, apikey)
     values ($1, $2, $3, $4)
     returning id, name, version, apikey, active, account_id, created`,
    [application.account_id, application.name, application.version, generateApiKey()],
  );
  const [row] = rows;
  if (!row) throw new Error('insert into application returned no row');
  return row;
}

/** All applications by id. */
export async function listApplications(app: Queryable): Promise<Application[]> {
  const { rows } = await app.query<Application>(
    `select id, name, version, apikey, active, account_id, created from application order by id`,
  );
  return rows;
}

/** Deactivates an application; false when there is none with this id. */
export async function disableApplication(app: Queryable, id: number): Promise<boolean> {
  const { rowCount } = await app.query('update application set active = false where id = $1', [id]);
  return rowCount === 1;
}

/** Gives an application a fresh key and returns it; `undefined` when there is none with this id. */
export async function rotateApplicationKey(
  app: Queryable,
  id: number,
): Promise<string | undefined> {
  const { rows } = await app.query<{ apikey: string }>(
    'update application set apikey = $2 where id = $1 returning apikey',
    [id, generateApiKey()],
  );
  return rows[0]?.apikey;
}

/**
 * Switches an application on or off and returns its id and state; `undefined` when there is none
 * with this id, or none of this account if one is named. An `active` of null leaves it unset,
 * which counts as off.
 */
export async function setApplicationActive(
  app: Queryable,
  { accountId, id }: { readonly id: number; readonly accountId: number | undefined },
  active: boolean | null,
): Promise<{ id: number; active: boolean | null } | undefined> {
  const { rows } = await app.query<{ id: number; active: boolean | null }>(
    `update application set active = $3
     where id = $1 and ($2::int is null or account_id = $2)
     returning id, active`,
    [id, accountId ?? null, active],
  );
  return rows[0];
}

/** Whether there is such an application, of this account if one is named. */
export async function hasApplication(
  app: Queryable,
  { accountId, id }: { readonly id: number; readonly accountId: number | undefined },
): Promise<boolean> {
  const { rowCount } = await app.query(
    'select from application where id = $1 and ($2::int is null or account_id = $2)',
    [id, accountId ?? null],
  );
  return rowCount === 1;
}
