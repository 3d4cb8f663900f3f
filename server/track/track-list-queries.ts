/** Lists of tracks for people who look around; lookups have queries of their own. */
import type { Queryable } from '../db/queryable.ts';

/** A track in a list, with what names it: its recording, or what users wrote. */
export interface ListedTrack {
  readonly id: number;
  readonly gid: string;
  readonly created: Date;
  readonly fingerprint_count: number;
  /** Enabled links. */
  readonly mbid_count: number;
  readonly submission_count: number;
  /** Seconds; of the fingerprint submitted most often. */
  readonly length: number | null;
  /** The enabled link made most often. */
  readonly mbid: string | null;
  readonly title: string | null;
  readonly artist: string | null;
}

/** Where a list goes on: after the track with this many submissions and this id. */
export interface BusyPlace {
  readonly submissions: number;
  readonly id: number;
}

/** User metadata and recordings looked at in one search; a search that finds more is too wide. */
export const SEARCH_MAX = 5000;

// Laterals: a page has few tracks, so each is counted where it stands.
const TRACKS = `
  select t.id, t.gid, t.created, f.fingerprint_count, m.mbid_count, f.submission_count, f.length,
    m.mbid, u.track as title, u.artist
  from chosen c
  join track t on t.id = c.id
  cross join lateral (
    select count(*)::int as fingerprint_count, coalesce(sum(submission_count), 0)::int
      as submission_count, (array_agg(length order by submission_count desc, id))[1] as length
    from fingerprint where track_id = t.id
  ) f
  cross join lateral (
    select count(*)::int as mbid_count,
      (array_agg(mbid order by submission_count desc, mbid))[1] as mbid
    from track_mbid where track_id = t.id and not disabled
  ) m
  left join lateral (
    select meta.track, meta.artist
    from track_meta l join meta on meta.id = l.meta_id
    where l.track_id = t.id order by l.submission_count desc, l.meta_id limit 1
  ) u on true`;

/** Tracks that are not merged, the newest first, older than the track `before`. */
export async function listNewestTracks(
  fingerprint: Queryable,
  before: number | undefined,
  limit: number,
): Promise<ListedTrack[]> {
  const { rows } = await fingerprint.query<ListedTrack>({
    name: 'list-newest-tracks',
    text: `
      with chosen as (
        select id from track where new_id is null and id < $1 order by id desc limit $2
      ) ${TRACKS} order by t.id desc`,
    values: [before ?? ID_MAX, limit],
  });
  return rows;
}

/**
 * Tracks by submissions, most first, as they were counted last (every night); those made since are
 * not among them. With the count the order goes by.
 */
export async function listBusiestTracks(
  fingerprint: Queryable,
  after: BusyPlace | undefined,
  limit: number,
): Promise<(ListedTrack & { readonly counted: number })[]> {
  const { rows } = await fingerprint.query<ListedTrack & { counted: number }>({
    name: 'list-busiest-tracks',
    text: `
      with chosen as (
        select s.track_id as id, s.total_submissions
        from track_stats s
        where (s.total_submissions, s.track_id) < ($1::bigint, $2::int)
          and exists (select from track where id = s.track_id and new_id is null)
        order by s.total_submissions desc, s.track_id desc limit $3
      ), listed as (${TRACKS})
      select listed.*, chosen.total_submissions::float8 as counted
      from listed join chosen using (id) order by counted desc, id desc`,
    values: [after?.submissions ?? Number.MAX_SAFE_INTEGER, after?.id ?? ID_MAX, limit],
  });
  return rows;
}

/** What a search for tracks goes by; a track needs to fit one of them. */
export interface TrackSearch {
  /** A track's, fingerprint's or PUID's. */
  readonly gid: string | null;
  readonly mbids: readonly string[];
  /** In the language of `to_tsquery`; of user metadata. */
  readonly words: string | null;
  readonly fingerprintId: number | null;
}

/** The tracks a search finds, newest first, older than the track `before`; merges are followed. */
export async function searchTracks(
  fingerprint: Queryable,
  { fingerprintId, gid, mbids, words }: TrackSearch,
  { before, limit }: { readonly before: number | undefined; readonly limit: number },
): Promise<ListedTrack[]> {
  const { rows } = await fingerprint.query<ListedTrack>({
    // NOTE: without a name, so that each search is planned for its own words.
    text: `
      with found as (
        select id as track_id from track where gid = $1
        union select track_id from track_puid where puid = $1
        union select f.track_id from fingerprint_data d
          join fingerprint f on f.id = d.fingerprint_id where d.gid = $1
        union select track_id from track_mbid where mbid = any($2::uuid[]) and not disabled
        union select track_id from fingerprint where id = $3
        union select track_id from track_meta where meta_id in (
          select id from meta
          where search_words(coalesce(track, '') || ' ' || coalesce(artist, ''))
            @@ to_tsquery('simple', $4)
          order by id desc limit ${SEARCH_MAX}
        )
      ), chosen as (
        select distinct coalesce(t.new_id, t.id) as id
        from found join track t on t.id = found.track_id
        where coalesce(t.new_id, t.id) < $5 order by id desc limit $6
      ) ${TRACKS} order by t.id desc`,
    values: [gid, mbids, fingerprintId, words, before ?? ID_MAX, limit],
  });
  return rows;
}

/** No track has it: serials end before. */
const ID_MAX = 2_147_483_647;
