import type { Queryable } from '../db/queryable.ts';

/** Who changes links, and why: what a row of `track_mbid_change` says. */
export interface ChangeBy {
  readonly accountId: number | null;
  readonly note: string;
}

/**
 * Disables an MBID on every track that has it, with a row of history for each, also where it is
 * disabled already: upstream's disable_mbid (behaviours.md section 4). Returns the ids of the links.
 * Runs inside the caller's transaction, under the import lock.
 */
export async function disableMbid(
  transaction: Queryable,
  mbid: string,
  by: ChangeBy,
): Promise<readonly number[]> {
  const { rows } = await transaction.query<{ id: number }>({
    name: 'disable-mbid',
    text: `update track_mbid set disabled = true, updated = now() where mbid = $1 returning id`,
    values: [mbid],
  });
  const ids = rows.map(({ id }) => id).sort((a, b) => a - b);
  await insertChanges(transaction, ids, true, by);
  return ids;
}

/** Writes that these links were switched off or on. */
export async function insertChanges(
  transaction: Queryable,
  linkIds: readonly number[],
  disabled: boolean,
  { accountId, note }: ChangeBy,
): Promise<void> {
  if (linkIds.length === 0) return;
  await transaction.query({
    name: 'insert-track-mbid-changes',
    text: `
      insert into track_mbid_change (track_mbid_id, account_id, disabled, note)
      select id, $2, $3, $4 from unnest($1::int[]) with ordinality as n (id, at) order by at`,
    values: [linkIds, accountId, disabled, note],
  });
}
