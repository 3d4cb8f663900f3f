/** What the statistics pages read. Days are UTC days, as the tables have them. */
import type { Queryable } from '../db/queryable.ts';

/** Rows of a list of the most used; nobody reads further down. */
const TOP_MAX = 100;

export interface Totals {
  readonly date: string | null;
  readonly values: Readonly<Record<string, number>>;
}

/** From and to, both included, as `YYYY-MM-DD`. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

export interface GrowthDay {
  readonly date: string;
  readonly tracks: number | null;
  readonly fingerprints: number | null;
  readonly mbids: number | null;
  readonly submissions: number | null;
}

/** The daily numbers of the newest day there are. */
export async function readTotals(app: Queryable): Promise<Totals> {
  const { rows } = await app.query<{ date: string; name: string; value: number }>(
    `select date::text, name, value from stats
     where date = (select max(date) from stats) order by name`,
  );
  return {
    date: rows[0]?.date ?? null,
    values: Object.fromEntries(rows.map(({ name, value }) => [name, value])),
  };
}

/** How large everything was on each day; null where a number was not taken. */
export async function listGrowth(app: Queryable, { from, to }: DayRange): Promise<GrowthDay[]> {
  const { rows } = await app.query<GrowthDay>(
    `select date::text as date,
       max(value) filter (where name = 'track.all') as tracks,
       max(value) filter (where name = 'fingerprint.all') as fingerprints,
       max(value) filter (where name = 'mbid.all') as mbids,
       max(value) filter (where name = 'submission.all') as submissions
     from stats where date between $1 and $2 group by date order by date`,
    [from, to],
  );
  return rows;
}

/** Queries of lookups day by day, the days without any among them. */
export async function listLookupDays(
  app: Queryable,
  { from, to }: DayRange,
): Promise<{ date: string; hits: number; misses: number }[]> {
  const { rows } = await app.query<{ date: string; hits: number; misses: number }>(
    `select d::date::text as date, coalesce(sum(count_hits), 0)::float8 as hits,
       coalesce(sum(count_misses), 0)::float8 as misses
     from generate_series($1::date, $2::date, interval '1 day') d
     left join stats_lookups s on s.date = d::date
     group by d order by d`,
    [from, to],
  );
  return rows;
}

/** The applications that looked up most, busiest first. */
export async function listBusiestApplications(
  app: Queryable,
  { from, to }: DayRange,
): Promise<{ id: number; name: string; version: string | null; hits: number; misses: number }[]> {
  const { rows } = await app.query<{
    id: number;
    name: string;
    version: string | null;
    hits: number;
    misses: number;
  }>(
    `select a.id, a.name, a.version, s.hits, s.misses from (
       select application_id, sum(count_hits)::float8 as hits, sum(count_misses)::float8 as misses
       from stats_lookups where date between $1 and $2 group by application_id
     ) s join application a on a.id = s.application_id
     order by s.hits + s.misses desc, a.id limit ${TOP_MAX}`,
    [from, to],
  );
  return rows;
}

/** The programs that asked most, by what they call themselves. */
export async function listBusiestUserAgents(
  app: Queryable,
  { from, to }: DayRange,
): Promise<{ userAgent: string; addresses: number; requests: number }[]> {
  const { rows } = await app.query<{ userAgent: string; addresses: number; requests: number }>(
    `select user_agent as "userAgent", count(distinct ip)::int as addresses,
       sum(count)::float8 as requests
     from stats_user_agents where date between $1 and $2
     group by user_agent order by requests desc, user_agent limit ${TOP_MAX}`,
    [from, to],
  );
  return rows;
}

/** The accounts that submitted most, as the daily task counted them. */
export async function listTopAccounts(
  app: Queryable,
): Promise<{ id: number; name: string; submissions: number }[]> {
  const { rows } = await app.query<{ id: number; name: string; submissions: number }>(
    `select a.id, a.name, t.count as submissions
     from stats_top_accounts t join account a on a.id = t.account_id
     order by t.count desc, a.id limit ${TOP_MAX}`,
  );
  return rows;
}
