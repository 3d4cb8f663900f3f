import type { Queryable } from '../db/queryable.ts';
import type { SubmittedMeta } from '../submission/submission.ts';

/** Metadata with the hash of its content. */
export interface HashedMeta {
  readonly gid: string;
  readonly values: SubmittedMeta;
}

/** Finds or makes the metadata rows with these content hashes; their ids by gid. */
export async function upsertMetas(
  fingerprint: Queryable,
  metas: readonly HashedMeta[],
): Promise<ReadonlyMap<string, number>> {
  if (metas.length === 0) return new Map();
  const distinct = [...new Map(metas.map((meta) => [meta.gid, meta])).values()];
  const column = <K extends keyof SubmittedMeta>(name: K): (SubmittedMeta[K] | null)[] =>
    distinct.map(({ values }) => values[name] ?? null);
  const { rows } = await fingerprint.query<{ id: number; gid: string }>({
    name: 'upsert-metas',
    text: `
      with wanted as (
        select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[],
          $6::int[], $7::int[], $8::int[]) with ordinality
          as w (gid, track, artist, album, album_artist, track_no, disc_no, year, place)
      ), found as (
        select id, gid from meta where gid in (select gid from wanted)
      ), made as (
        insert into meta (gid, track, artist, album, album_artist, track_no, disc_no, year)
        select gid, track, artist, album, album_artist, track_no, disc_no, year
        from wanted where gid not in (select gid from found) order by place
        on conflict (gid) do update set gid = excluded.gid
        returning id, gid
      )
      select id, gid from found union all select id, gid from made`,
    values: [
      distinct.map(({ gid }) => gid),
      column('track'),
      column('artist'),
      column('album'),
      column('album_artist'),
      column('track_no'),
      column('disc_no'),
      column('year'),
    ],
  });
  return new Map(rows.map(({ gid, id }) => [gid, id]));
}
