/**
 * Submissions as administrators see them. What is not imported yet lies in `submission`; what has
 * become of the others in `submission_result`, for ever. Texts are built by the filters, so that the
 * planner knows which of them there are; they have no names for that reason.
 */
import type { Queryable } from '../db/queryable.ts';
import type { SubmittedMeta } from './submission.ts';

/** Submissions put back into the queue in one statement. */
const RETRIED_MAX = 1_000;

export const SUBMISSION_STATES = ['pending', 'imported', 'skipped', 'parked'] as const;
export type SubmissionState = (typeof SUBMISSION_STATES)[number];

export interface ListedSubmission {
  readonly id: number;
  readonly state: SubmissionState;
  readonly verdict: string | null;
  readonly created: Date;
  readonly handled_at: Date | null;
  readonly account_id: number | null;
  readonly application_id: number | null;
  readonly application_version: string | null;
  readonly mbid: string | null;
  readonly puid: string | null;
  readonly foreignid: string | null;
  readonly fingerprint_id: number | null;
  readonly meta_id: number | null;
  readonly attempts: number;
  readonly error: string | null;
}

export interface SubmissionFilters {
  readonly state?: SubmissionState | undefined;
  readonly verdict?: string | undefined;
  readonly accountId?: number | undefined;
  readonly applicationId?: number | undefined;
  readonly mbid?: string | undefined;
  readonly id?: number | undefined;
}

/** Off the queue and yet not handled: it failed too often. */
const IS_PARKED = 'not exists (select from pending_submission p where p.id = s.id)';

const UNHANDLED = `
  select s.id, case when ${IS_PARKED} then 'parked' else 'pending' end as state,
    null::text as verdict, s.created, s.handled_at, s.account_id, s.application_id,
    s.application_version, s.mbid, s.puid, s.foreignid, null::int as fingerprint_id,
    null::int as meta_id, s.attempts::int as attempts, s.error
  from submission s where not s.handled`;

const HANDLED = `
  select s.submission_id as id,
    case when s.verdict like 'skipped:%' then 'skipped' else 'imported' end as state,
    s.verdict, s.created, s.handled_at, s.account_id, s.application_id, s.application_version,
    s.mbid, s.puid, s.foreignid, s.fingerprint_id, s.meta_id, 0 as attempts, null::text as error
  from submission_result s where true`;

/** Submissions by these filters below the id `before`, newest first. */
export async function listSubmissions(
  ingest: Queryable,
  filters: SubmissionFilters,
  page: { readonly before: number | undefined; readonly limit: number },
): Promise<ListedSubmission[]> {
  const values: unknown[] = [page.limit];
  const conditions = conditionsOf({ ...filters, before: page.before }, values);
  const branches = branchesOf(filters).map(
    ({ id, text }) => `(${text}${conditions(id)} order by ${id} desc limit $1)`,
  );
  const { rows } = await ingest.query<ListedSubmission>(
    `select * from (${branches.join(' union all ')}) listed order by id desc limit $1`,
    values,
  );
  return rows;
}

/** The parts of the union that can have what is asked for. */
function branchesOf({ state, verdict }: SubmissionFilters): { id: string; text: string }[] {
  const unhandled = { id: 's.id', text: UNHANDLED };
  const handled = { id: 's.submission_id', text: HANDLED };
  switch (state) {
    case 'pending':
      return [{ ...unhandled, text: `${UNHANDLED} and not (${IS_PARKED})` }];
    case 'parked':
      return [{ ...unhandled, text: `${UNHANDLED} and ${IS_PARKED}` }];
    case 'imported':
      return [{ ...handled, text: `${HANDLED} and coalesce(s.verdict, '') not like 'skipped:%'` }];
    case 'skipped':
      return [{ ...handled, text: `${HANDLED} and s.verdict like 'skipped:%'` }];
    case undefined:
      return verdict === undefined ? [unhandled, handled] : [handled];
  }
}

/** Adds the values of the filters; returns their conditions by the name of the id. */
function conditionsOf(
  filters: SubmissionFilters & { readonly before: number | undefined },
  values: unknown[],
): (id: string) => string {
  const places: [column: string, operator: string, place: number][] = [];
  const add = (column: string, value: unknown, operator = '='): void => {
    if (value === undefined) return;
    values.push(value);
    places.push([column, operator, values.length]);
  };
  add('id', filters.before, '<');
  add('id', filters.id);
  add('s.account_id', filters.accountId);
  add('s.application_id', filters.applicationId);
  add('s.mbid', filters.mbid);
  add('s.verdict', filters.verdict);
  return (id) =>
    places
      .map(([column, operator, at]) => ` and ${column === 'id' ? id : column} ${operator} $${at}`)
      .join('');
}

/** What is known about a submission only as long as its own row is kept. */
export interface SubmissionDetail {
  readonly length: number;
  readonly bitrate: number | null;
  readonly format: string | null;
  readonly meta: SubmittedMeta | null;
  readonly hash_count: number;
}

/** Details of a submission; undefined once its row has been cleaned up. */
export async function findSubmissionDetail(
  ingest: Queryable,
  id: number,
): Promise<SubmissionDetail | undefined> {
  const { rows } = await ingest.query<SubmissionDetail>({
    name: 'find-submission-detail',
    text: `
      select length::int, bitrate::int, format, meta, cardinality(fingerprint) as hash_count
      from submission where id = $1`,
    values: [id],
  });
  return rows[0];
}

/** How many wait and how many are parked, each counted no further than `max`. */
export async function countUnhandled(
  ingest: Queryable,
  max: number,
): Promise<{ readonly pending: number; readonly parked: number }> {
  const { rows } = await ingest.query<{ pending: number; parked: number }>({
    name: 'count-unhandled-submissions',
    text: `
      select
        (select count(*)::int from (select from pending_submission limit $1) p) as pending,
        (select count(*)::int from (
          select from submission s where not s.handled and ${IS_PARKED} limit $1
        ) p) as parked`,
    values: [max],
  });
  return rows[0] ?? { pending: 0, parked: 0 };
}

/**
 * Puts parked submissions back into the queue, with all their attempts before them: one, or the
 * oldest RETRIED_MAX. Returns their ids.
 */
export async function retryParked(ingest: Queryable, id?: number): Promise<number[]> {
  const { rows } = await ingest.query<{ id: number }>({
    name: 'retry-parked-submissions',
    text: `
      with parked as (
        select s.id from submission s
        where not s.handled and ${IS_PARKED} and ($1::int is null or s.id = $1)
        order by s.created, s.id limit ${RETRIED_MAX} for update
      ), renewed as (
        update submission s set attempts = 0 from parked where s.id = parked.id
      )
      insert into pending_submission (id) select id from parked
      on conflict (id) do nothing returning id`,
    values: [id ?? null],
  });
  return rows.map((row) => row.id).sort((a, b) => a - b);
}
