/**
 * The daily statistics: upstream's names (behaviours.md section 7) and the data model's four. One
 * row per name and day; taking them again on the same day replaces that day's.
 */
import type { Pool, PoolClient } from 'pg';
import { withTransaction } from '../db/databases.ts';
import type { Databases } from '../db/databases.ts';

/** Counting whole tables takes minutes where these are large. */
const STATEMENT_TIMEOUT_MS = 30 * 60_000;
/** `track.10mbids` counts those with ten or more. */
const LINKS_MAX = 10;
const VALUE_MAX = 2_147_483_647;

export type Statistics = Readonly<Record<string, number>>;

/** Counts everything and stores it under a day, `YYYY-MM-DD`. */
export async function recordDailyStatistics(
  databases: Databases,
  date: string,
  signal: AbortSignal,
): Promise<Statistics> {
  const statistics: Record<string, number> = {};
  for (const [pool, text] of [
    [databases.app.pool, APP],
    [databases.ingest.pool, INGEST],
    [databases.fingerprint.pool, FINGERPRINT],
  ] as const) {
    signal.throwIfAborted();
    Object.assign(statistics, await countIn(pool, text));
  }
  signal.throwIfAborted();
  Object.assign(statistics, await countLinks(databases.fingerprint.pool));
  await insertStatistics(databases.app.pool, date, statistics);
  return statistics;
}

/** The values of the newest day there is, by name. */
export async function findCurrentStatistics(app: Pool): Promise<Statistics> {
  const { rows } = await app.query<{ name: string; value: number }>({
    name: 'find-current-statistics',
    text: 'select name, value from stats where date = (select max(date) from stats)',
  });
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

const APP = `
  select
    (select count(*) from account) as "account.all",
    (select count(*) from account where mbuser is not null) as "account.musicbrainz",
    (select count(distinct account_id) from account_openid) as "account.openid",
    (select count(*) from application) as "application.all",
    (select coalesce(sum(submission_count), 0)::int8 from account) as "submission.all",
    (select coalesce(sum(count_hits::int8 + count_misses), 0)::int8 from stats_lookups)
      as "lookup.count"`;

const INGEST = `
  select
    (select count(*) from submission where not handled) as "submission.unhandled",
    (select count(*) from submission_result) as "submission.count"`;

const FINGERPRINT = `
  select
    (select count(distinct account_id) from source) as "account.active",
    (select count(*) from format) as "format.all",
    f.n as "fingerprint.all", f.n as "fingerprint.count",
    l.links as "track_mbid.all", l.mbids as "mbid.all",
    t.n as "track.all", t.standing as "track.count"
  from
    (select count(*) as n from fingerprint) f,
    (select count(*) as links, count(distinct mbid) as mbids from track_mbid) l,
    (select count(*) as n, count(*) filter (where new_id is null and not disabled) as standing
     from track) t`;

/** Enabled links per track and per MBID; those left over have none. */
const LINKS = `
  select 'track' as side, least(n, ${LINKS_MAX})::int as links, count(*) as count
  from (select count(*) as n from track_mbid where not disabled group by track_id) t group by 2
  union all
  select 'mbid', least(n, ${LINKS_MAX})::int, count(*)
  from (select count(*) as n from track_mbid where not disabled group by mbid) m group by 2
  union all
  select 'track', 0, count(*) from track t
  where not exists (select from track_mbid l where l.track_id = t.id and not l.disabled)`;

async function countIn(pool: Pool, text: string): Promise<Statistics> {
  const rows = await withPatience(pool, async (client) => {
    const result = await client.query<Record<string, number>>(text);
    return result.rows;
  });
  return rows[0] ?? {};
}

async function countLinks(pool: Pool): Promise<Statistics> {
  const statistics: Record<string, number> = {};
  for (let links = 0; links <= LINKS_MAX; links += 1) {
    statistics[`track.${links}mbids`] = 0;
    statistics[`mbid.${links}tracks`] = 0;
  }
  const rows = await withPatience(pool, async (client) => {
    const result = await client.query<{ side: string; links: number; count: number }>(LINKS);
    return result.rows;
  });
  for (const { count, links, side } of rows) {
    statistics[side === 'track' ? `track.${links}mbids` : `mbid.${links}tracks`] = count;
  }
  return statistics;
}

function withPatience<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  return withTransaction(pool, async (client) => {
    await client.query(`set local statement_timeout = ${STATEMENT_TIMEOUT_MS}`);
    return work(client);
  });
}

async function insertStatistics(app: Pool, date: string, statistics: Statistics): Promise<void> {
  await app.query(
    `insert into stats (name, value, date)
     select s.name, s.value, $3::date from unnest($1::text[], $2::int[]) as s (name, value)
     order by s.name
     on conflict (name, date) do update set value = excluded.value`,
    [
      Object.keys(statistics),
      Object.values(statistics).map((value) => Math.min(value, VALUE_MAX)),
      date,
    ],
  );
}
