/**
 * What is deleted because it is too old to be of use (data-model.md, "Life of data"). Each deletes
 * one batch and says how many rows that were.
 */
import type { Pool } from 'pg';
import { withTransaction } from '../db/databases.ts';
import type { Queryable } from '../db/queryable.ts';
import { lockImports } from '../submission/import-queries.ts';

/** Searching a large table for what nobody refers to may read all of it. */
const STATEMENT_TIMEOUT_MS = 30 * 60_000;

/** Submissions handled more than `days` ago; their results stay. */
export async function deleteHandledSubmissions(
  ingest: Queryable,
  days: number,
  limit: number,
): Promise<number> {
  const { rowCount } = await ingest.query(
    `delete from submission where id in (
       select id from submission
       where handled and handled_at < now() - make_interval(days => $1)
       order by handled_at limit $2)`,
    [days, limit],
  );
  return rowCount ?? 0;
}

/** Metadata that no track has, nor would have if an act were undone, and that is older than `days`. */
export async function deleteOrphanedMetas(
  fingerprint: Pool,
  days: number,
  limit: number,
): Promise<number> {
  const isUnreferenced = `not exists (select from track_meta l where l.meta_id = m.id)
        and not exists (
          select from moderation_change c
          where c.before ? 'meta_id' and c.before ->> 'meta_id' = m.id::text
        )`;
  return deleteUnreferenced(fingerprint, {
    find: `
      select m.id from meta m
      where m.created < now() - make_interval(days => $1)
        and ${isUnreferenced}
      limit $2`,
    remove: `
      delete from meta m where m.id = any($1)
        and ${isUnreferenced}`,
    values: [days, limit],
  });
}

/**
 * Disabled tracks that nothing refers to and that were disabled more than `days` ago. Merged ones
 * stay: their ids are answered with the track they became.
 */
export async function deleteUnreferencedTracks(
  fingerprint: Pool,
  days: number,
  limit: number,
): Promise<number> {
  const isUnreferenced = [
    ['fingerprint', 'track_id'],
    ['track_mbid', 'track_id'],
    ['track_puid', 'track_id'],
    ['track_meta', 'track_id'],
    ['track_foreignid', 'track_id'],
    ['track', 'new_id'],
  ]
    .map(([table, column]) => `not exists (select from ${table} l where l.${column} = t.id)`)
    .join(' and ');
  return deleteUnreferenced(fingerprint, {
    find: `
      select t.id from track t
      where t.disabled and t.new_id is null
        and coalesce(t.updated, t.created) < now() - make_interval(days => $1)
        and ${isUnreferenced}
      limit $2`,
    remove: `
      delete from track t
      where t.id = any($1) and t.disabled and t.new_id is null and ${isUnreferenced}`,
    values: [days, limit],
  });
}

/**
 * The long search goes without the import lock. Under it is looked again: an import that refers to
 * such a row in between would otherwise lose its link to the delete that cascades.
 */
async function deleteUnreferenced(
  fingerprint: Pool,
  sql: { readonly find: string; readonly remove: string; readonly values: readonly number[] },
): Promise<number> {
  const found = await withTransaction(fingerprint, async (client) => {
    await client.query(`set local statement_timeout = ${STATEMENT_TIMEOUT_MS}`);
    const { rows } = await client.query<{ id: number }>(sql.find, [...sql.values]);
    return rows.map(({ id }) => id);
  });
  if (found.length === 0) return 0;
  return withTransaction(fingerprint, async (client) => {
    await lockImports(client);
    const { rowCount } = await client.query(sql.remove, [found]);
    return rowCount ?? 0;
  });
}

/** Who asked with what, from days more than `days` back. */
export async function deleteOldUserAgents(
  app: Queryable,
  days: number,
  limit: number,
): Promise<number> {
  const { rowCount } = await app.query(
    `delete from stats_user_agents where id in (
       select id from stats_user_agents where date < current_date - $1::int order by date limit $2)`,
    [days, limit],
  );
  return rowCount ?? 0;
}

export async function deleteExpiredSessions(app: Queryable, limit: number): Promise<number> {
  const { rowCount } = await app.query(
    `delete from session where token_hash in (
       select token_hash from session where expires < now() order by expires limit $1)`,
    [limit],
  );
  return rowCount ?? 0;
}

/** Tasks that failed more than `days` ago and that nobody retried. */
export async function deleteDeadTasks(
  app: Queryable,
  days: number,
  limit: number,
): Promise<number> {
  const { rowCount } = await app.query(
    `delete from task where id in (
       select id from task where state = 'dead' and started < now() - make_interval(days => $1)
       order by id limit $2)`,
    [days, limit],
  );
  return rowCount ?? 0;
}
