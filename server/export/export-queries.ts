import { setTimeout as delay } from 'node:timers/promises';
import type { Queryable } from '../db/queryable.ts';
import type { Day, Stream } from './public-layout.ts';

/** Rows taken at once; a fingerprint is some ten kilobytes of JSON. */
const FETCH_ROWS = 500;
const LOOK_EVERY_MS = 500;

/** The day of the oldest row that was submitted here; `undefined` when there is none. */
export async function findFirstDay(fingerprint: Queryable): Promise<Day | undefined> {
  const { rows } = await fingerprint.query<{ day: string | null }>(`
    select to_char(min(f.created), 'YYYY-MM-DD') as day
    from fingerprint f
    where exists (select from fingerprint_source s where s.fingerprint_id = f.id)`);
  return rows[0]?.day ?? undefined;
}

/**
 * Waits until no transaction is open that began before the end of a day: it may still commit rows
 * of that day, which would then be in no file.
 */
export async function untilDayIsOver(
  fingerprint: Queryable,
  day: Day,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const { rows } = await fingerprint.query<{ open: boolean }>(
      `select exists (
         select from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()
           and backend_xid is not null and xact_start < $1::date + 1
       ) as open`,
      [day],
    );
    if (rows[0]?.open !== true) return;
    // What ends the wait has a reason of its own.
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/**
 * Notes which row belongs into which file: in one pass, for the tables have no index on days. The
 * table lives as long as the transaction.
 */
export async function noteRows(
  fingerprint: Queryable,
  streams: readonly Stream[],
  from: Day,
  to: Day,
): Promise<void> {
  await fingerprint.query(
    'create temporary table export_row (stream smallint, day date, id integer) on commit drop',
  );
  for (const [number, { from: table, hasUpdated, isOwn }] of streams.entries()) {
    const days = hasUpdated
      ? 'select t.created::date as day union select t.updated::date'
      : 'select t.created::date as day';
    await fingerprint.query(
      `insert into export_row
       select $1, d.day, t.id from ${table} cross join lateral (${days}) d
       where d.day between $2::date and $3::date and (${isOwn})`,
      [number, from, to],
    );
  }
  await fingerprint.query('create index on export_row (stream, day, id)');
  await fingerprint.query('analyze export_row');
}

/** How many rows each day's files will hold. */
export async function countRows(fingerprint: Queryable): Promise<ReadonlyMap<string, number>> {
  const { rows } = await fingerprint.query<{ stream: number; day: string; count: string }>(
    `select stream, to_char(day, 'YYYY-MM-DD') as day, count(*) from export_row group by 1, 2`,
  );
  return new Map(rows.map(({ count, day, stream }) => [`${stream}/${day}`, Number(count)]));
}

export interface ExportedRow {
  /** The line, for all but a fingerprint without its vector. */
  readonly line: string;
  /** The packed vector, where the database holds no other. */
  readonly packed: Buffer | null;
}

/** The rows of one file in order, some hundred at a time. */
export async function* fetchRows(
  fingerprint: Queryable,
  stream: Stream,
  number: number,
  day: Day,
): AsyncGenerator<ExportedRow[]> {
  const isVector = stream.name === 'fingerprint';
  // The names in these statements are our own constants; what varies is a parameter.
  await fingerprint.query({
    text: `declare export_rows no scroll cursor for
      select json_strip_nulls(row_to_json(r))::text as line,
        ${isVector ? 'case when t.fingerprint is null then d.fingerprint end' : 'null::bytea'} as packed
      from export_row e
      join ${stream.from} on t.id = e.id
      ${isVector ? 'left join fingerprint_data d on d.fingerprint_id = t.id' : ''}
      cross join lateral (select ${stream.fields}) r
      where e.stream = ${number} and e.day = '${day}'
      order by e.id`,
  });
  for (;;) {
    const { rows } = await fingerprint.query<ExportedRow>(
      `fetch forward ${FETCH_ROWS} from export_rows`,
    );
    if (rows.length === 0) break;
    yield rows;
  }
  await fingerprint.query('close export_rows');
}
