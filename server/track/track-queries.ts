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

/**
 * The tracks that gids stand for now, by the gid asked for (lower case): itself, or the one it was
 * merged into (one hop). Unknown gids are left out.
 */
export async function listTracksByGid(
  fingerprint: Queryable,
  gids: readonly string[],
): Promise<ReadonlyMap<string, Track>> {
  if (gids.length === 0) return new Map();
  const { rows } = await fingerprint.query<Track & { readonly asked: string }>({
    name: 'list-tracks-by-gid',
    text: `
      select t.gid as asked, coalesce(m.id, t.id) as id, coalesce(m.gid, t.gid) as gid
      from track t left join track m on m.id = t.new_id
      where t.gid = any($1::uuid[])`,
    values: [gids],
  });
  return new Map(rows.map(({ asked, gid, id }) => [asked, { id, gid }]));
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
