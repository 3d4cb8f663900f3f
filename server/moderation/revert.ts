/** Taking back what an act changed, exactly or not at all. */
import type { Queryable } from '../db/queryable.ts';
import { DomainError } from '../errors.ts';
import type { Conflict } from '../errors.ts';

/** Most conflicts that are named; one is enough to refuse. */
const CONFLICTS_MAX = 50;

interface Problem {
  readonly table_name: string;
  readonly row_id: number;
  readonly columns: string[] | null;
  readonly problem: string;
}

/**
 * Puts every row back that the journal `reverted` tells of, recording that under `journalId`. Throws
 * `act_conflict` where a row is not as the act left it, where something made since would go with it,
 * or where a track would end up half merged. The caller's transaction must end then.
 */
export async function revert(
  transaction: Queryable,
  reverted: string,
  journalId: string,
): Promise<void> {
  await transaction.query(`select set_config('acoustid.reverting', 'on', true)`);
  const { rows: problems } = await transaction.query<Problem>({
    name: 'revert-moderation',
    text: `
      select distinct on (table_name, row_id) table_name, row_id, columns, problem
      from revert_moderation($1) limit $2`,
    values: [reverted, CONFLICTS_MAX],
  });
  await transaction.query(`select set_config('acoustid.reverting', '', true)`);
  if (problems.length === 0) {
    problems.push(...(await listTakenAlong(transaction, reverted, journalId)));
    problems.push(...(await listHalfMerged(transaction, journalId)));
  }
  if (problems.length === 0) return;
  const acts = await listLaterActs(transaction, { reverted, journalId, problems });
  const conflicts = problems.slice(0, CONFLICTS_MAX).map((problem): Conflict => {
    const act = acts.get(keyOf(problem)) ?? null;
    return {
      table: problem.table_name,
      id: problem.row_id,
      columns: problem.columns ?? [],
      act,
      text: textOf(problem, act),
    };
  });
  throw new DomainError('act_conflict', { conflicts });
}

/** Rows that went, or lost their redirect, because they hang on a row that the act had made. */
async function listTakenAlong(
  transaction: Queryable,
  reverted: string,
  journalId: string,
): Promise<Problem[]> {
  const { rows } = await transaction.query<Problem>({
    name: 'list-taken-along',
    text: `
      select distinct table_name, row_id, null::text[] as columns, 'depends' as problem
      from moderation_change c
      where journal_id = $2 and not exists (
        select from moderation_change o
        where o.journal_id = $1 and o.table_name = c.table_name and o.row_id = c.row_id
      )
      limit $3`,
    values: [reverted, journalId, CONFLICTS_MAX],
  });
  return rows;
}

/**
 * Tracks that would be merged and yet lead further, be led to, or keep something of their own, and
 * merged tracks that would get something back. None of it shows in the rows that the act touched.
 */
async function listHalfMerged(transaction: Queryable, journalId: string): Promise<Problem[]> {
  const { rows } = await transaction.query<Problem>({
    name: 'list-half-merged',
    text: `
      with change as (
        select table_name, row_id, before, after from moderation_change where journal_id = $1
      ), merged as (
        select t.id, t.new_id from change join track t on table_name = 'track' and t.id = row_id
        where t.new_id is not null and before -> 'new_id' = 'null'
      ), half (id, problem) as (
        select m.id, 'leads to a track that has been merged itself'
          from merged m join track t on t.id = m.new_id where t.new_id is not null
        union select m.id, 'has got a track merged into it since'
          from merged m where exists (select from track t where t.new_id = m.id)
        union select m.id, 'has got fingerprints or links since' from merged m
          where exists (select from fingerprint where track_id = m.id)
            or exists (select from track_mbid where track_id = m.id)
            or exists (select from track_puid where track_id = m.id)
            or exists (select from track_meta where track_id = m.id)
            or exists (select from track_foreignid where track_id = m.id)
        union select t.id, 'has been merged since' from change
          join track t on t.id = (after ->> 'track_id')::int
          where t.new_id is not null
      )
      select 'track' as table_name, id as row_id, null::text[] as columns, problem
      from half order by id limit $2`,
    values: [journalId, CONFLICTS_MAX],
  });
  return rows;
}

interface LaterQuery {
  readonly reverted: string;
  readonly journalId: string;
  readonly problems: readonly Problem[];
}

/** The latest act after the reverted one that changed each of these rows. */
async function listLaterActs(
  transaction: Queryable,
  { journalId, problems, reverted }: LaterQuery,
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await transaction.query<Problem & { act_id: number }>({
    name: 'list-later-acts',
    text: `
      select p.table_name, p.row_id, max(j.act_id) as act_id
      from unnest($1::text[], $2::int[]) as p (table_name, row_id)
      join moderation_change c on c.table_name = p.table_name and c.row_id = p.row_id
      join moderation_journal j on j.id = c.journal_id
      where j.id <> $4
        and c.id > (select max(id) from moderation_change where journal_id = $3)
      group by p.table_name, p.row_id`,
    values: [
      problems.map(({ table_name }) => table_name),
      problems.map(({ row_id }) => row_id),
      reverted,
      journalId,
    ],
  });
  return new Map(rows.map((row) => [keyOf(row), row.act_id]));
}

function keyOf({ row_id, table_name }: Pick<Problem, 'table_name' | 'row_id'>): string {
  return `${table_name} ${row_id}`;
}

function textOf({ columns, problem, row_id, table_name }: Problem, act: number | null): string {
  const row = `${table_name} ${row_id}`;
  const by = act === null ? '' : ` by act ${act}`;
  switch (problem) {
    case 'changed':
      return `${row} has been changed since${by}: ${(columns ?? []).join(', ')}`;
    case 'deleted':
      return `${row} has been deleted since${by}`;
    case 'made':
      return `${row} has been made again since${by}`;
    case 'depends':
      return `${row} has come to hang on what the act made${by}`;
    default:
      return `${row}: ${problem}${by}`;
  }
}
