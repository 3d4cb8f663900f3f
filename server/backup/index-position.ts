/**
 * What a restore owes to the index, which is at some position of the changelog of the databases
 * that were. The numbers of the restored changelog go on from where the backup was made, so they
 * would come to mean other fingerprints than the index has: the restored changelog therefore
 * begins beyond every number ever given out here, and says that all before it is gone. An index that
 * was not made from the restored fingerprints is then out of its reach, and is built anew from them
 * (server/index/updater.ts), before anything is imported.
 */
import type { DatabaseLocation } from '../db/databases.ts';
import type { Queryable } from '../db/queryable.ts';
import { connectTo } from './connection.ts';

/** More than could be imported between the reading of a position and the swap. */
const POSITIONS_BETWEEN = 1_000_000;

export interface ChangelogMove {
  /** Whether the index that is there was made from all the fingerprints of the backup, and more. */
  readonly indexHasAll: boolean;
}

/** Moves the changelog of a restored database beyond that of the one it takes the place of. */
export async function moveChangelog(
  live: DatabaseLocation,
  restored: DatabaseLocation,
): Promise<ChangelogMove> {
  await using old = await connectTo(live);
  await using fresh = await connectTo(restored);
  const indexHasAll = await isSameChangelog(old, fresh);
  const position = Math.max(await newestOf(old), await newestOf(fresh)) + POSITIONS_BETWEEN;
  await fresh.query(`select setval('fpindex_changelog_id_seq', $1)`, [position]);
  await fresh.query(
    `insert into fpindex_meta (singleton, last_deleted_id, last_deleted_created, last_deleted_xid)
     values (true, $1, clock_timestamp(), pg_current_xact_id())
     on conflict (singleton) do update set
       last_deleted_id = excluded.last_deleted_id,
       last_deleted_created = excluded.last_deleted_created,
       last_deleted_xid = excluded.last_deleted_xid`,
    [position],
  );
  return { indexHasAll };
}

/** The last number given out, also where retention dropped the rows. */
async function newestOf(database: Queryable): Promise<number> {
  const { rows } = await database.query<{ newest: string }>(`
    select greatest(s.last_value, m.last_deleted_id)::text as newest
    from fpindex_changelog_id_seq s left join fpindex_meta m on m.singleton`);
  return Number(rows[0]?.newest ?? 0);
}

/** Whether the changelog of the backup is the beginning of the one that is there. */
async function isSameChangelog(live: Queryable, restored: Queryable): Promise<boolean> {
  const newest = await restored.query<{ id: string; created: string }>(
    'select id::text, created::text from fpindex_changelog order by id desc limit 1',
  );
  const [row] = newest.rows;
  if (!row) return false;
  const { rowCount } = await live.query(
    'select from fpindex_changelog where id = $1 and created = $2',
    [row.id, row.created],
  );
  return rowCount === 1;
}

/**
 * Deletes an index, so that lookups answer that it is missing until it is built, rather than that
 * nothing matches. Throws when the engine does not answer.
 */
export async function deleteIndex({ name, url }: { name: string; url: string }): Promise<void> {
  const response = await fetch(new URL(`/${encodeURIComponent(name)}`, url), { method: 'DELETE' });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`the index engine answered ${response.status}`);
}
