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

/** Makes the monthly partitions the changelog will need; without one no import succeeds. */
export async function ensureChangelogPartitions(fingerprint: Queryable): Promise<void> {
  await fingerprint.query('select fpindex_changelog_ensure_partitions()');
}
