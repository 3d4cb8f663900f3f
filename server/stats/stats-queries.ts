import type { Queryable } from '../db/queryable.ts';
import { DomainError } from '../errors.ts';

const FOREIGN_KEY_VIOLATION = '23503';
const HOUR_MAX = 23;

/** Lookups of one application in one hour of a day, UTC. */
export interface HourOfLookups {
  readonly applicationId: number;
  readonly date: string;
  readonly hour: number;
  readonly hits: number;
  readonly misses: number;
}

/** Requests of one application with one user agent from one address on a day. */
export interface DayOfUserAgent {
  readonly applicationId: number;
  readonly date: string;
  readonly userAgent: string;
  readonly ip: string;
  readonly count: number;
}

export interface LookupDay {
  readonly date: string;
  readonly hits: number;
  readonly misses: number;
}

/**
 * Adds lookups to an hour. Negative counts correct earlier ones, down to nothing; an hour that no
 * day has counts as the nearest. Throws `unknown_application`.
 */
export async function addLookups(app: Queryable, lookups: HourOfLookups): Promise<void> {
  const { applicationId, date, hits, hour, misses } = lookups;
  await orUnknownApplication(
    app.query({
      name: 'add-lookups',
      text: `
        insert into stats_lookups as s (hour, application_id, count_hits, count_misses)
        values (($1::date + make_interval(hours => $2)) at time zone 'UTC', $3,
          greatest($4::int, 0), greatest($5::int, 0))
        on conflict (hour, application_id) do update set
          count_hits = greatest(least(s.count_hits::int8 + $4::int, 2147483647), 0),
          count_misses = greatest(least(s.count_misses::int8 + $5::int, 2147483647), 0)`,
      values: [date, Math.max(0, Math.min(hour, HOUR_MAX)), applicationId, hits, misses],
    }),
  );
}

/** Adds requests to a user agent's day, as `addLookups`. Throws `unknown_application`. */
export async function addUserAgents(app: Queryable, day: DayOfUserAgent): Promise<void> {
  await orUnknownApplication(
    app.query({
      name: 'add-user-agents',
      text: `
        insert into stats_user_agents as s (date, application_id, user_agent, ip, count)
        values ($1, $2, $3, $4, greatest($5::int, 0))
        on conflict (date, application_id, user_agent, ip) do update set
          count = greatest(least(s.count::int8 + $5::int, 2147483647), 0)`,
      values: [day.date, day.applicationId, day.userAgent, day.ip, day.count],
    }),
  );
}

/** Adds many hours at once, of known applications; counts are not negative. */
export async function addHoursOfLookups(
  app: Queryable,
  hours: readonly HourOfLookups[],
): Promise<void> {
  await app.query({
    name: 'add-hours-of-lookups',
    text: `
      insert into stats_lookups as s (hour, application_id, count_hits, count_misses)
      select (l.date + make_interval(hours => least(l.hour, ${HOUR_MAX}))) at time zone 'UTC' as hour,
        l.application_id, least(sum(l.hits), 2147483647),
        least(sum(l.misses), 2147483647)
      from unnest($1::date[], $2::int[], $3::int[], $4::int8[], $5::int8[])
        as l (date, hour, application_id, hits, misses)
      group by 1, 2 order by 1, 2
      on conflict (hour, application_id) do update set
        count_hits = least(s.count_hits::int8 + excluded.count_hits, 2147483647),
        count_misses = least(s.count_misses::int8 + excluded.count_misses, 2147483647)`,
    values: [
      hours.map(({ date }) => date),
      hours.map(({ hour }) => hour),
      hours.map(({ applicationId }) => applicationId),
      hours.map(({ hits }) => hits),
      hours.map(({ misses }) => misses),
    ],
  });
}

/** Adds many days of user agents at once, of known applications; counts are not negative. */
export async function addDaysOfUserAgents(
  app: Queryable,
  days: readonly DayOfUserAgent[],
): Promise<void> {
  await app.query({
    name: 'add-days-of-user-agents',
    text: `
      insert into stats_user_agents as s (date, application_id, user_agent, ip, count)
      select u.date, u.application_id, u.user_agent, u.ip,
        least(sum(u.count), 2147483647)
      from unnest($1::date[], $2::int[], $3::text[], $4::inet[], $5::int8[])
        as u (date, application_id, user_agent, ip, count)
      group by 1, 2, 3, 4 order by 1, 2, 3, 4
      on conflict (date, application_id, user_agent, ip) do update set
        count = least(s.count::int8 + excluded.count, 2147483647)`,
    values: [
      days.map(({ date }) => date),
      days.map(({ applicationId }) => applicationId),
      days.map(({ userAgent }) => userAgent),
      days.map(({ ip }) => ip),
      days.map(({ count }) => count),
    ],
  });
}

/** Which of these applications there are, active or not. */
export async function listKnownApplicationIds(
  app: Queryable,
  ids: readonly number[],
): Promise<ReadonlySet<number>> {
  const { rows } = await app.query<{ id: number }>({
    name: 'list-known-application-ids',
    // Kept from being deleted until the counts that refer to it are in.
    text: 'select id from application where id = any($1::int[]) order by id for key share',
    values: [ids],
  });
  return new Set(rows.map(({ id }) => id));
}

/** Notes that the counts of this flush are in; false when they were already. */
export async function claimFlush(app: Queryable, flushId: string): Promise<boolean> {
  const { rowCount } = await app.query({
    name: 'claim-flush',
    text: 'insert into counter_flush (id) values ($1) on conflict (id) do nothing',
    values: [flushId],
  });
  return rowCount === 1;
}

/**
 * Forgets flushes of our own after `days` and those of other nodes after `foreignDays`, except ours
 * that are under way; `limit` at most.
 */
export async function deleteOldFlushes(
  app: Queryable,
  age: { readonly days: number; readonly foreignDays: number; readonly except: readonly string[] },
  limit: number,
): Promise<number> {
  const { rowCount } = await app.query(
    // The ids of other nodes end in a number of their own.
    `delete from counter_flush where id in (
       select id from counter_flush
       where created < now() - make_interval(
           days => case when position(':' in id) > 0 then $2::int else $1::int end)
         and created < now() - make_interval(days => $1)
         and id <> all($3)
       order by created limit $4)`,
    [age.days, age.foreignDays, age.except, limit],
  );
  return rowCount ?? 0;
}

/**
 * Lookups a day of these applications together: up to and with `to`, else before today; from and
 * with `from`, else after the day `days` ago. Days without lookups are left out; in no order, as upstream.
 */
export async function listLookupDays(
  app: Queryable,
  applicationIds: readonly number[],
  window: {
    readonly from: string | undefined;
    readonly to: string | undefined;
    readonly days: number;
  },
): Promise<LookupDay[]> {
  const { rows } = await app.query<LookupDay>({
    name: 'list-lookup-days',
    text: `
      select date::text as date, sum(count_hits)::int8::float8 as hits,
        sum(count_misses)::int8::float8 as misses
      from stats_lookups
      where application_id = any($1::int[])
        and date <= coalesce($2::date, current_date - 1)
        and date >= coalesce($3::date, current_date - $4::int + 1)
      group by date`,
    values: [applicationIds, window.to ?? null, window.from ?? null, window.days],
  });
  return rows;
}

async function orUnknownApplication(written: Promise<unknown>): Promise<void> {
  try {
    await written;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === FOREIGN_KEY_VIOLATION) {
      throw new DomainError('unknown_application', {}, { cause: error });
    }
    throw error;
  }
}
