import type { Queryable } from '../db/queryable.ts';
import type { SubmittedMeta } from '../submission/submission.ts';

/** Finds or makes the metadata row with this content hash; its id. */
export async function upsertMeta(
  fingerprint: Queryable,
  gid: string,
  meta: SubmittedMeta,
): Promise<number> {
  const { rows } = await fingerprint.query<{ id: number }>({
    name: 'upsert-meta',
    text: `
      with found as (
        select id from meta where gid = $1
      ), made as (
        insert into meta (gid, track, artist, album, album_artist, track_no, disc_no, year)
        select $1, $2, $3, $4, $5, $6, $7, $8 where not exists (select from found)
        on conflict (gid) do update set gid = excluded.gid
        returning id
      )
      select id from found union all select id from made`,
    values: [
      gid,
      meta.track ?? null,
      meta.artist ?? null,
      meta.album ?? null,
      meta.album_artist ?? null,
      meta.track_no ?? null,
      meta.disc_no ?? null,
      meta.year ?? null,
    ],
  });
  const [row] = rows;
  if (!row) throw new Error('upsert of meta returned no row');
  return row.id;
}
