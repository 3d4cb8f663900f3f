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
