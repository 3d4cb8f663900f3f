/**
 * The journal of moderation, in the fingerprint database: what each act changed, row by row. Triggers
 * write it while a setting of the transaction names the journal (migration 0007).
 */
import type { Pool } from 'pg';
import { withTransaction } from '../db/databases.ts';
import type { Queryable } from '../db/queryable.ts';
import { lockImports } from '../submission/import-queries.ts';
import { refusal } from './refusal.ts';

/** Changes of rows that one act may make; more is work for a migration, not for a moderator. */
export const ACT_CHANGES_MAX = 20_000;
/** Tracks kept with an act, by which its history is found. */
const ACT_TRACKS_MAX = 1_000;
/** An act waits for the imports under way, which are short, but not for ever. */
const LOCK_TIMEOUT_MS = 15_000;
const LOCK_NOT_AVAILABLE = '55P03';

/** A row as an act found it and left it; of an update only the columns that changed. */
export interface RowChange {
  readonly table: string;
  readonly id: number;
  /** Null when the act made the row. */
  readonly before: RowImage | null;
  /** Null when the act deleted the row. */
  readonly after: RowImage | null;
}

export type RowImage = Readonly<Record<string, unknown>>;

/** What is written about an act beside its changes. */
export interface JournalHeader {
  readonly actId: number;
  readonly kind: string;
  readonly accountId: number | null;
  readonly note: string;
  readonly act: unknown;
  readonly undoes: string | null;
}

/** What an act did, in numbers. */
export interface Recorded {
  readonly journalId: string;
  /** Changes by table; a row changed twice counts twice. */
  readonly counts: Readonly<Record<string, number>>;
  /** Ids of the tracks concerned, the first ACT_TRACKS_MAX of them. */
  readonly tracks: readonly number[];
}

/**
 * Runs work in a transaction of the fingerprint database under the import lock, so that no import
 * decides on what an act is changing, and no two acts see each other half done. Refuses with `busy`
 * when the lock does not come free.
 */
export async function withModerationLock<T>(
  fingerprint: Pool,
  work: (transaction: Queryable) => Promise<T>,
): Promise<T> {
  try {
    return await withTransaction(fingerprint, async (transaction) => {
      await transaction.query(`select set_config('lock_timeout', $1, true)`, [
        String(LOCK_TIMEOUT_MS),
      ]);
      await lockImports(transaction);
      return work(transaction);
    });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE)) {
      throw error;
    }
    throw refusal('busy', 'imports are keeping the database busy; try again in a moment');
  }
}

/**
 * Does work whose every change of a row is recorded under a new journal. Refuses with
 * `too_many_rows` above ACT_CHANGES_MAX and with `already_so` where nothing changed; the caller's
 * transaction must end then.
 */
export async function record(
  transaction: Queryable,
  header: JournalHeader,
  work: (journalId: string) => Promise<void>,
): Promise<Recorded> {
  const { accountId, act, actId, kind, note, undoes } = header;
  const { rows } = await transaction.query<{ id: string }>({
    name: 'open-moderation-journal',
    text: `
      with opened as (
        insert into moderation_journal (act_id, kind, account_id, note, act, undoes)
        values ($1, $2, $3, $4, $5, $6) returning id
      )
      select id, set_config('acoustid.moderation', id::text, true) from opened`,
    values: [actId, kind, accountId, note, JSON.stringify(act), undoes],
  });
  const journalId = rows[0]?.id;
  if (journalId === undefined) throw new Error('no journal was opened');
  await work(journalId);
  await transaction.query(`select set_config('acoustid.moderation', '', true)`);
  return { journalId, ...(await closeJournal(transaction, journalId)) };
}

async function closeJournal(
  transaction: Queryable,
  journalId: string,
): Promise<Omit<Recorded, 'journalId'>> {
  const counted = await transaction.query<{ table_name: string; count: number }>({
    name: 'count-moderation-changes',
    text: `
      select table_name, count(*) from moderation_change where journal_id = $1
      group by table_name order by table_name`,
    values: [journalId],
  });
  const counts = Object.fromEntries(
    counted.rows.map(({ count, table_name }) => [table_name, count]),
  );
  const total = counted.rows.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) throw refusal('already_so', 'there is nothing to change');
  if (total > ACT_CHANGES_MAX) {
    throw refusal(
      'too_many_rows',
      `the act would change ${total} rows, and at most ${ACT_CHANGES_MAX} go in one; divide it`,
    );
  }
  const tracks = await listTracksOfJournal(transaction, journalId);
  await transaction.query({
    name: 'close-moderation-journal',
    text: `update moderation_journal set counts = $2, tracks = $3 where id = $1`,
    values: [journalId, JSON.stringify(counts), tracks],
  });
  return { counts, tracks };
}

/** Tracks that were changed themselves, or whose fingerprints or links were. */
async function listTracksOfJournal(
  transaction: Queryable,
  journalId: string,
): Promise<readonly number[]> {
  const { rows } = await transaction.query<{ track_id: number }>({
    name: 'list-tracks-of-journal',
    text: `
      with change as (
        select table_name, row_id, before, after from moderation_change where journal_id = $1
      ), concerned as (
        select row_id as track_id from change where table_name = 'track'
        union select (before ->> 'track_id')::int from change
        union select (after ->> 'track_id')::int from change
        union select l.track_id from change join track_mbid l
          on table_name = 'track_mbid' and l.id = row_id
        union select l.track_id from change join track_meta l
          on table_name = 'track_meta' and l.id = row_id
      )
      select track_id from concerned where track_id is not null order by track_id limit $2`,
    values: [journalId, ACT_TRACKS_MAX],
  });
  return rows.map(({ track_id }) => track_id);
}

/** What became of each row that an act changed, from first to last; rows that ended as they began are left out. */
export async function listChanges(
  fingerprint: Queryable,
  journalId: string,
): Promise<readonly RowChange[]> {
  const { rows } = await fingerprint.query<{
    table_name: string;
    row_id: number;
    before: RowImage | null;
    after: RowImage | null;
  }>({
    name: 'list-moderation-changes',
    text: `
      select table_name, row_id, before, after from moderation_change
      where journal_id = $1 order by id`,
    values: [journalId],
  });
  const net = new Map<string, RowChange>();
  for (const { after, before, row_id: id, table_name: table } of rows) {
    const key = `${table} ${id}`;
    const earlier = net.get(key);
    net.set(key, earlier ? followedBy(earlier, before, after) : { table, id, before, after });
  }
  return [...net.values()].flatMap((change) => withoutSame(change) ?? []);
}

/** A change and the one after it, as one. */
function followedBy(first: RowChange, before: RowImage | null, after: RowImage | null): RowChange {
  // The columns of an update on top of what was known before; the earliest value counts.
  const earliest = first.before && before ? { ...before, ...first.before } : first.before;
  const latest = first.after && after ? { ...first.after, ...after } : after;
  return { ...first, before: earliest, after: latest };
}

function withoutSame(change: RowChange): RowChange | undefined {
  const { after, before } = change;
  if (!before && !after) return undefined;
  if (!before || !after) return change;
  const changed = Object.keys(after).filter(
    (column) => JSON.stringify(before[column]) !== JSON.stringify(after[column]),
  );
  if (changed.length === 0) return undefined;
  const only = (image: RowImage): RowImage =>
    Object.fromEntries(changed.map((column) => [column, image[column]]));
  return { ...change, before: only(before), after: only(after) };
}
