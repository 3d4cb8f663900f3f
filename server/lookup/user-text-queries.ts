import type { Queryable } from '../db/queryable.ts';

/** What users wrote about a recording, cleaned as it was stored. */
export interface UserText {
  readonly track_id: number;
  readonly meta_id: number;
  readonly track: string | null;
  readonly artist: string | null;
  readonly album: string | null;
  readonly album_artist: string | null;
  readonly track_no: number | null;
  readonly disc_no: number | null;
  readonly year: number | null;
}

/** Texts per track (behaviours.md section 1, MAX_META_IDS_PER_TRACK). */
const TEXTS_MAX = 10;

/** The texts submitted most often for each of these tracks, most often first. */
export async function listUserTexts(
  fingerprint: Queryable,
  trackIds: readonly number[],
): Promise<UserText[]> {
  const { rows } = await fingerprint.query<UserText>({
    name: 'list-user-texts',
    text: `
      select l.track_id, l.meta_id,
        m.track, m.artist, m.album, m.album_artist, m.track_no, m.disc_no, m.year
      from unnest($1::int[]) as wanted (track_id)
      cross join lateral (
        select tm.track_id, tm.meta_id, tm.submission_count
        from track_meta tm
        where tm.track_id = wanted.track_id
        order by tm.submission_count desc, tm.meta_id
        limit $2
      ) l
      join meta m on m.id = l.meta_id
      order by l.track_id, l.submission_count desc, l.meta_id`,
    values: [trackIds, TEXTS_MAX],
  });
  return rows;
}
