import type { Queryable } from '../db/queryable.ts';

export interface Track {
  readonly id: number;
  readonly gid: string;
}

export interface TrackMbid {
  readonly track_id: number;
  readonly mbid: string;
  readonly submission_count: number;
}

/** The track a gid stands for now: itself, or the one it was merged into (one hop). */
export async function findTrackByGid(
  fingerprint: Queryable,
  gid: string,
): Promise<Track | undefined> {
  const { rows } = await fingerprint.query<Track>({
    name: 'find-track-by-gid',
    text: `
      select coalesce(m.id, t.id) as id, coalesce(m.gid, t.gid) as gid
      from track t left join track m on m.id = t.new_id
      where t.gid = $1`,
    values: [gid],
  });
  return rows[0];
}

/** Enabled MBIDs of these tracks, by MBID. */
export async function listTrackMbids(
  fingerprint: Queryable,
  trackIds: readonly number[],
): Promise<TrackMbid[]> {
  const { rows } = await fingerprint.query<TrackMbid>({
    name: 'list-track-mbids',
    text: `
      select track_id, mbid, submission_count
      from track_mbid
      where track_id = any($1::int[]) and not disabled
      order by mbid`,
    values: [trackIds],
  });
  return rows;
}
