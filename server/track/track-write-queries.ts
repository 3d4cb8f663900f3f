import type { Queryable } from '../db/queryable.ts';

/** Inserts tracks with these ids and random gids. */
export async function insertTracks(fingerprint: Queryable, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await fingerprint.query({
    name: 'insert-tracks',
    text: `
      insert into track (id, gid)
      select id, gen_random_uuid() from unnest($1::int[]) as n (id) order by id`,
    values: [ids],
  });
}
