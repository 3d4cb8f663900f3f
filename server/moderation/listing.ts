/** The listing of acts, `moderation_act` of the app database: made from the journal, for people. */
import type { Pool } from 'pg';
import { withTransaction } from '../db/databases.ts';
import type { Queryable } from '../db/queryable.ts';
import type { ActKind } from './acts.ts';

/** Acts carried over in one transaction. */
const PUBLISH_MAX = 500;
const PAGE_MAX = 200;

/** The two databases an act is written to. */
export interface ModerationParts {
  readonly app: Pool;
  readonly fingerprint: Pool;
}

interface UnlistedAct {
  readonly id: string;
  readonly act_id: number;
  readonly kind: string;
  readonly account_id: number | null;
  readonly created: Date;
  readonly note: string;
  readonly payload: unknown;
  readonly undone_act_id: number | null;
}

/**
 * Lists what has been done and is not listed yet; called after each act, and by a task for what a
 * crash left between the two databases. Doing it twice changes nothing. Returns how many it listed.
 */
export async function publishActs({ app, fingerprint }: ModerationParts): Promise<number> {
  const { rows } = await fingerprint.query<UnlistedAct>({
    name: 'list-unlisted-acts',
    text: `
      select j.id, j.act_id, j.kind, j.account_id, j.created, j.note, u.act_id as undone_act_id,
        jsonb_build_object('act', j.act, 'counts', j.counts, 'tracks', to_jsonb(j.tracks),
          'undoes', u.act_id) as payload
      from moderation_journal j left join moderation_journal u on u.id = j.undoes
      where not j.listed
      order by j.act_id limit $1`,
    values: [PUBLISH_MAX],
  });
  if (rows.length === 0) return 0;
  await withTransaction(app, async (transaction) => {
    await insertActs(transaction, rows);
    await markUndone(
      transaction,
      rows.filter(({ undone_act_id }) => undone_act_id !== null),
    );
  });
  await fingerprint.query({
    name: 'mark-acts-listed',
    text: `update moderation_journal set listed = true where id = any($1::uuid[])`,
    values: [rows.map(({ id }) => id)],
  });
  return rows.length;
}

async function insertActs(app: Queryable, acts: readonly UnlistedAct[]): Promise<void> {
  await app.query({
    name: 'insert-moderation-acts',
    // An account may have been deleted since.
    text: `
      insert into moderation_act (id, kind, account_id, created, note, payload, journal_id)
      select n.id, n.kind, (select a.id from account a where a.id = n.account_id),
        n.created, n.note, n.payload::jsonb, n.journal_id
      from unnest($1::int[], $2::text[], $3::int[], $4::timestamptz[], $5::text[], $6::text[],
        $7::uuid[]) as n (id, kind, account_id, created, note, payload, journal_id)
      on conflict do nothing`,
    values: [
      acts.map(({ act_id }) => act_id),
      acts.map(({ kind }) => kind),
      acts.map(({ account_id }) => account_id),
      acts.map(({ created }) => created),
      acts.map(({ note }) => note),
      acts.map(({ payload }) => JSON.stringify(payload)),
      acts.map(({ id }) => id),
    ],
  });
}

async function markUndone(app: Queryable, undos: readonly UnlistedAct[]): Promise<void> {
  if (undos.length === 0) return;
  await app.query({
    name: 'mark-acts-undone',
    text: `
      update moderation_act a set undone_by = u.id
      from unnest($1::int[], $2::int[]) as u (id, undone_id)
      where a.id = u.undone_id and a.undone_by is distinct from u.id`,
    values: [undos.map(({ act_id }) => act_id), undos.map(({ undone_act_id }) => undone_act_id)],
  });
}

/**
 * A number for the next act. Taken in the app database, above every number the journal knows, which
 * may be ahead of a database that was restored.
 */
export async function nextActId(app: Queryable, journal: Queryable): Promise<number> {
  const { rows } = await journal.query<{ last: number }>(
    'select coalesce(max(act_id), 0) as last from moderation_journal',
  );
  const next = await app.query<{ id: number }>(
    `select setval('moderation_act_id_seq', greatest(nextval('moderation_act_id_seq'), $1 + 1)) as id`,
    [rows[0]?.last ?? 0],
  );
  const id = next.rows[0]?.id;
  if (id === undefined) throw new Error('no act id was allocated');
  return id;
}

/** An act as it is listed. */
export interface ListedAct {
  readonly id: number;
  readonly kind: ActKind;
  readonly account_id: number | null;
  readonly account_name: string | null;
  readonly created: Date;
  readonly note: string;
  /** What was asked for, as the moderation module takes it; of an undo `{"undo": id}`. */
  readonly act: unknown;
  readonly counts: Readonly<Record<string, number>>;
  readonly tracks: readonly number[];
  readonly undoes: number | null;
  readonly undone_by: number | null;
}

export interface ActFilters {
  readonly kinds?: readonly ActKind[] | undefined;
  readonly accountId?: number | undefined;
  /** Acts that concerned this track. */
  readonly trackId?: number | undefined;
  /** Only acts that were undone, or only those that were not. */
  readonly undone?: boolean | undefined;
  /** Only this one. */
  readonly id?: number | undefined;
  /** A part of the note, in letters of either case. */
  readonly noteText?: string | undefined;
}

export interface ActPage {
  readonly acts: readonly ListedAct[];
  /** Pass as `before` to read on; null at the end. */
  readonly next: number | null;
}

/** Acts by these filters, newest first, a page at a time. `limit` is at most PAGE_MAX. */
export async function listActs(
  app: Queryable,
  filters: ActFilters = {},
  page: { readonly before?: number | undefined; readonly limit?: number | undefined } = {},
): Promise<ActPage> {
  const limit = Math.min(Math.max(page.limit ?? PAGE_MAX, 1), PAGE_MAX);
  const { rows } = await app.query<ListedAct>({
    name: 'list-acts',
    text: `
      select m.id, m.kind, m.account_id, a.name as account_name, m.created, m.note,
        m.payload -> 'act' as act, m.payload -> 'counts' as counts,
        m.payload -> 'tracks' as tracks, (m.payload ->> 'undoes')::int as undoes, m.undone_by
      from moderation_act m left join account a on a.id = m.account_id
      where m.journal_id is not null
        and ($1::int is null or m.id < $1)
        and ($2::text[] is null or m.kind = any($2))
        and ($3::int is null or m.account_id = $3)
        and ($4::int is null or m.payload -> 'tracks' @> to_jsonb($4::int))
        and ($5::boolean is null or (m.undone_by is not null) = $5)
        and ($7::int is null or m.id = $7)
        and ($8::text is null or strpos(lower(m.note), lower($8)) > 0)
      order by m.id desc limit $6`,
    values: [
      page.before ?? null,
      filters.kinds ?? null,
      filters.accountId ?? null,
      filters.trackId ?? null,
      filters.undone ?? null,
      limit + 1,
      filters.id ?? null,
      filters.noteText ?? null,
    ],
  });
  const acts = rows.slice(0, limit);
  return { acts, next: rows.length > limit ? (acts.at(-1)?.id ?? null) : null };
}
