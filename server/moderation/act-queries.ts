/** What the log of acts is read with beside its list. */
import type { Queryable } from '../db/queryable.ts';

/** Accounts offered as a filter; more moderators than this are looked for by name elsewhere. */
const ACTORS_MAX = 200;

/** Accounts that have acted, by name. */
export async function listActors(app: Queryable): Promise<{ id: number; name: string }[]> {
  const { rows } = await app.query<{ id: number; name: string }>({
    name: 'list-actors',
    // Steps from account to account along the index, however many acts each has done.
    text: `
      with recursive actor (id) as (
        select min(account_id) from moderation_act
        union all
        select (select min(m.account_id) from moderation_act m where m.account_id > actor.id)
        from actor where actor.id is not null
      )
      select a.id, a.name from actor join account a on a.id = actor.id
      order by lower(a.name), a.id limit $1`,
    values: [ACTORS_MAX],
  });
  return rows;
}

/** Gids of tracks by id, in the order of the ids; those that are gone are left out. */
export async function listTrackNames(
  fingerprint: Queryable,
  ids: readonly number[],
): Promise<{ id: number; gid: string }[]> {
  const { rows } = await fingerprint.query<{ id: number; gid: string }>({
    name: 'list-track-names',
    text: 'select id, gid from track where id = any($1::int[]) order by id',
    values: [ids],
  });
  return rows;
}
