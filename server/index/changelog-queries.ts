import type { Queryable } from '../db/queryable.ts';

/** One entry of the changelog; `query` is null when the fingerprint is gone. */
export interface ChangelogEntry {
  readonly id: number;
  readonly fingerprint_id: number;
  readonly query: readonly number[] | null;
}

/** Entries after `position` in order, which is the order of their commits. */
export async function listChangelog(
  fingerprint: Queryable,
  position: number,
  limit: number,
): Promise<ChangelogEntry[]> {
  const { rows } = await fingerprint.query<ChangelogEntry>({
    name: 'list-changelog',
    text: `
      select id, fingerprint_id, query from fpindex_changelog
      where id > $1 order by id limit $2`,
    values: [position, limit],
  });
  return rows;
}

/** What the changelog can tell: everything after `trimmed` (0: everything), up to `newest`. */
export interface ChangelogReach {
  readonly trimmed: number;
  readonly newest: number;
}

/** How far back the changelog reaches, and how far it has come. */
export async function readChangelogReach(fingerprint: Queryable): Promise<ChangelogReach> {
  const { rows } = await fingerprint.query<ChangelogReach>({
    name: 'read-changelog-reach',
    text: `
      select coalesce(m.last_deleted_id, 0) as trimmed,
        greatest(m.last_deleted_id, (select max(id) from fpindex_changelog), 0) as newest
      from (values (true)) as one (singleton) left join fpindex_meta m using (singleton)`,
  });
  return rows[0] ?? { trimmed: 0, newest: 0 };
}

/** Whether a reader at this position can be brought up to date by the changelog alone. */
export function isWithinReach(position: number, { newest, trimmed }: ChangelogReach): boolean {
  // Beyond the newest: the database was set back to an earlier state than the reader has seen.
  return position >= trimmed && position <= newest;
}

/** Makes the monthly partitions the changelog will need; without one no import succeeds. */
export async function ensureChangelogPartitions(fingerprint: Queryable): Promise<void> {
  await fingerprint.query('select fpindex_changelog_ensure_partitions()');
}
