/** What the pages show of applications, and change. An `accountId` leaves only those of that account. */
import type { Queryable } from '../db/queryable.ts';
import { generateApiKey } from './api-key.ts';

export interface ListedApplication {
  readonly id: number;
  readonly name: string;
  readonly version: string | null;
  readonly email: string | null;
  readonly website: string | null;
  readonly active: boolean;
  readonly account: { readonly id: number; readonly name: string } | null;
  readonly rateLimit: number | null;
  readonly created: Date;
  readonly lastLookup: Date | null;
  readonly days: LookupDay[];
}

interface LookupDay {
  readonly date: string;
  readonly hits: number;
  readonly misses: number;
}

/** Whose applications are meant: one account's, or all. */
interface Scope {
  readonly accountId: number | undefined;
}

export interface ApplicationFields {
  readonly name: string;
  readonly version: string;
  readonly email: string;
  readonly website: string | null;
}

export interface ApplicationChange extends Partial<{
  readonly [K in keyof ApplicationFields]: ApplicationFields[K] | undefined;
}> {
  readonly active?: boolean | undefined;
  readonly rateLimit?: number | null | undefined;
}

/** Where a page goes on: the sort keys of the last row. */
export type ApplicationPlace = readonly [name: string, id: number];

/** Days of the small chart, today included. */
const DAYS = 30;

/** Days without lookups count too: the chart has a place for each. */
const LISTED = `p.id, p.name, p.version, p.email, p.website, coalesce(p.active, false) as active,
  case when a.id is not null then jsonb_build_object('id', a.id, 'name', a.name) end as account,
  p.rate_limit as "rateLimit", p.created,
  (select max(l.hour) from stats_lookups l where l.application_id = p.id) as "lastLookup",
  (select jsonb_agg(jsonb_build_object('date', d.day, 'hits', coalesce(l.hits, 0),
      'misses', coalesce(l.misses, 0)) order by d.day)
    from (select (now() at time zone 'UTC')::date - back as day
      from generate_series(0, ${DAYS - 1}) back) d
    left join (select date, sum(count_hits)::int as hits, sum(count_misses)::int as misses
      from stats_lookups
      where application_id = p.id and hour >= now() - interval '${DAYS + 1} days'
      group by date) l on l.date = d.day) as days`;

/** A page of applications by name, from behind `after`; one row more than `limit`. */
export async function listApplicationPage(
  app: Queryable,
  {
    accountId,
    after,
    limit,
    search,
  }: Scope & {
    readonly after: ApplicationPlace | undefined;
    readonly limit: number;
    readonly search: string | undefined;
  },
): Promise<ListedApplication[]> {
  const [name = null, id = null] = after ?? [];
  const { rows } = await app.query<ListedApplication>(
    `select ${LISTED} from application p left join account a on a.id = p.account_id
     where ($1::int is null or p.account_id = $1)
       and ($2::text is null or (p.name, p.id) > ($2, $3))
       and ($4::text is null or strpos(lower(p.name), lower($4)) > 0 or p.id::text = $4)
     order by p.name, p.id limit $5 + 1`,
    [accountId ?? null, name, id, search || null, limit],
  );
  return rows;
}

/** One application as the list has it. */
export async function findListedApplication(
  app: Queryable,
  id: number,
  { accountId }: Scope,
): Promise<ListedApplication | undefined> {
  const { rows } = await app.query<ListedApplication>(
    `select ${LISTED} from application p left join account a on a.id = p.account_id
     where p.id = $1 and ($2::int is null or p.account_id = $2)`,
    [id, accountId ?? null],
  );
  return rows[0];
}

/** The key of an application. */
export async function findApplicationKey(
  app: Queryable,
  id: number,
  { accountId }: Scope,
): Promise<string | undefined> {
  const { rows } = await app.query<{ apikey: string }>(
    'select apikey from application where id = $1 and ($2::int is null or account_id = $2)',
    [id, accountId ?? null],
  );
  return rows[0]?.apikey;
}

/** The names of applications, by id. */
export async function listApplicationNames(
  app: Queryable,
  ids: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await app.query<{ id: number; name: string }>(
    'select id, name from application where id = any($1::int[])',
    [ids],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Inserts an application as its owner filled it in, with a fresh key. */
export async function registerApplication(
  app: Queryable,
  accountId: number,
  { email, name, version, website }: ApplicationFields,
): Promise<{ id: number; apikey: string }> {
  const { rows } = await app.query<{ id: number; apikey: string }>(
    `insert into application (account_id, name, version, email, website, apikey)
     values ($1, $2, $3, $4, $5, $6) returning id, apikey`,
    [accountId, name, version, email, website, generateApiKey()],
  );
  const [row] = rows;
  if (!row) throw new Error('insert into application returned no row');
  return row;
}

/** Changes what is given and leaves the rest; false when there is no such application. */
export async function changeApplication(
  app: Queryable,
  id: number,
  { accountId }: Scope,
  change: ApplicationChange,
): Promise<boolean> {
  const { active, email, name, rateLimit, version, website } = change;
  const { rowCount } = await app.query(
    `update application set name = coalesce($3, name), version = coalesce($4, version),
       email = coalesce($5, email), active = coalesce($6, active),
       website = case when $7 then $8 else website end,
       rate_limit = case when $9 then $10::int else rate_limit end
     where id = $1 and ($2::int is null or account_id = $2)`,
    [
      id,
      accountId ?? null,
      name ?? null,
      version ?? null,
      email ?? null,
      active ?? null,
      website !== undefined,
      website ?? null,
      rateLimit !== undefined,
      rateLimit ?? null,
    ],
  );
  return rowCount === 1;
}
