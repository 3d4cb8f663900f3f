/** What the queues of suspicion look at, for a set of tracks at a time. Merged tracks have nothing. */
import type { Queryable } from '../db/queryable.ts';
import { unpackFingerprint } from '../fingerprint/packed.ts';

/** Fingerprints compared per track, those most submitted; pairs grow with the square. */
const FINGERPRINTS_PER_TRACK_MAX = 30;
/** Texts compared per track, those most submitted. */
const TEXTS_PER_TRACK_MAX = 200;
/** Other tracks looked at per MBID of a track. */
const TRACKS_PER_MBID_MAX = 20;

export interface Recording {
  readonly name: string;
  readonly artist: string;
  /** Milliseconds. */
  readonly length: number | null;
}

/** An enabled link to an MBID, with the recording where MusicBrainz knows it. */
export interface TrackLink {
  readonly track_id: number;
  readonly mbid: string;
  readonly submission_count: number;
  /** Distinct accounts that submitted it. */
  readonly source_count: number;
  readonly recording: Recording | undefined;
}

/** What submitters typed of a track. */
export interface TrackText {
  readonly track_id: number;
  readonly meta_id: number;
  readonly submission_count: number;
  readonly track: string | null;
  readonly artist: string | null;
  readonly album: string | null;
  readonly album_artist: string | null;
  readonly track_no: number | null;
  readonly disc_no: number | null;
  readonly year: number | null;
}

export interface SuspectFingerprint {
  readonly id: number;
  readonly trackId: number;
  readonly lengthSeconds: number;
  readonly submissionCount: number;
  readonly hashes: Uint32Array;
}

/** Two tracks, the older first, and the MBIDs both are linked to. */
export interface TrackPair {
  readonly one: number;
  readonly other: number;
  readonly mbids: readonly string[];
}

/** The databases that suspicions are computed from. */
interface LinkParts {
  readonly fingerprint: Queryable;
  readonly musicbrainz: Queryable;
}

/** Enabled links of these tracks; an MBID that was merged away has the recording it became. */
export async function listSuspectLinks(
  { fingerprint, musicbrainz }: LinkParts,
  trackIds: readonly number[],
): Promise<TrackLink[]> {
  const { rows } = await fingerprint.query<Omit<TrackLink, 'recording'>>({
    name: 'list-suspect-links',
    text: `
      select l.track_id, l.mbid, l.submission_count,
        count(distinct s.account_id)::int as source_count
      from track_mbid l
      join track t on t.id = l.track_id and t.new_id is null
      left join track_mbid_source ls on ls.track_mbid_id = l.id
      left join source s on s.id = ls.source_id
      where l.track_id = any($1::int[]) and not l.disabled
      group by l.id
      order by l.id`,
    values: [trackIds],
  });
  const recordings = await findRecordings(
    musicbrainz,
    rows.map(({ mbid }) => mbid),
  );
  return rows.map((link) => ({ ...link, recording: recordings.get(link.mbid) }));
}

async function findRecordings(
  musicbrainz: Queryable,
  mbids: readonly string[],
): Promise<ReadonlyMap<string, Recording>> {
  if (mbids.length === 0) return new Map();
  const { rows } = await musicbrainz.query<Recording & { gid: string }>({
    name: 'find-suspect-recordings',
    text: `
      with wanted as (
        select r.gid, r.id from musicbrainz.recording r where r.gid = any($1::uuid[])
        union all
        select d.gid, d.new_id from musicbrainz.recording_gid_redirect d
        where d.gid = any($1::uuid[])
      )
      select w.gid, r.name, r.length, c.name as artist
      from wanted w
      join musicbrainz.recording r on r.id = w.id
      join musicbrainz.artist_credit c on c.id = r.artist_credit`,
    values: [[...new Set(mbids)]],
  });
  return new Map(rows.map(({ gid, ...recording }) => [gid, recording]));
}

/** What was typed of these tracks, the most submitted first. */
export async function listSuspectTexts(
  fingerprint: Queryable,
  trackIds: readonly number[],
): Promise<TrackText[]> {
  const { rows } = await fingerprint.query<TrackText>({
    name: 'list-suspect-texts',
    text: `
      select t.id as track_id, l.meta_id, l.submission_count, m.track, m.artist, m.album,
        m.album_artist, m.track_no, m.disc_no, m.year
      from track t
      cross join lateral (
        select meta_id, submission_count from track_meta where track_id = t.id
        order by submission_count desc, id limit $2
      ) l
      join meta m on m.id = l.meta_id
      where t.id = any($1::int[]) and t.new_id is null
      order by l.submission_count desc, l.meta_id`,
    values: [trackIds, TEXTS_PER_TRACK_MAX],
  });
  return rows;
}

/** Lengths in seconds of all fingerprints of each of these tracks. */
export async function listLengths(
  fingerprint: Queryable,
  trackIds: readonly number[],
): Promise<ReadonlyMap<number, readonly number[]>> {
  const { rows } = await fingerprint.query<{ track_id: number; lengths: number[] }>({
    name: 'list-suspect-lengths',
    text: `
      select track_id, array_agg(length::int order by length) as lengths
      from fingerprint where track_id = any($1::int[]) group by track_id`,
    values: [trackIds],
  });
  return new Map(rows.map(({ lengths, track_id }) => [track_id, lengths]));
}

/** Fingerprints of these tracks with their vectors, by track. */
export async function listSuspectFingerprints(
  fingerprint: Queryable,
  trackIds: readonly number[],
): Promise<ReadonlyMap<number, readonly SuspectFingerprint[]>> {
  const { rows } = await fingerprint.query<{
    id: number;
    track_id: number;
    length: number;
    submission_count: number;
    packed: Buffer | null;
    vector: number[] | null;
  }>({
    name: 'list-suspect-fingerprints',
    text: `
      select f.id, f.track_id, f.length, f.submission_count, d.fingerprint as packed,
        case when d.fingerprint is null then f.fingerprint end as vector
      from track t
      cross join lateral (
        select * from fingerprint where track_id = t.id
        order by submission_count desc, id limit $2
      ) f
      left join fingerprint_data d on d.fingerprint_id = f.id
      where t.id = any($1::int[]) and t.new_id is null
      order by f.id`,
    values: [trackIds, FINGERPRINTS_PER_TRACK_MAX],
  });
  const byTrack = new Map<number, SuspectFingerprint[]>();
  for (const { id, length, packed, submission_count, track_id, vector } of rows) {
    const list = byTrack.get(track_id) ?? [];
    byTrack.set(track_id, list);
    list.push({
      id,
      trackId: track_id,
      lengthSeconds: length,
      submissionCount: submission_count,
      hashes: packed ? unpackFingerprint(packed).hashes : Uint32Array.from(vector ?? []),
    });
  }
  return byTrack;
}

/**
 * Pairs of tracks that share an enabled MBID, one of them among these. Pairs that are suspected
 * already come along even where an MBID has more tracks than are looked at.
 */
export async function listPairs(
  fingerprint: Queryable,
  trackIds: readonly number[],
): Promise<TrackPair[]> {
  const { rows } = await fingerprint.query<TrackPair>({
    name: 'list-suspect-pairs',
    text: `
      with candidate as (
        select least(a.track_id, b.track_id) as one, greatest(a.track_id, b.track_id) as other
        from track_mbid a
        cross join lateral (
          select track_id from track_mbid
          where mbid = a.mbid and not disabled and track_id <> a.track_id
          order by track_id limit $2
        ) b
        where a.track_id = any($1::int[]) and not a.disabled
        union
        select (subject ->> 'one')::int, (subject ->> 'other')::int from suspicion
        where kind = 'track_merge' and state = 'open' and tracks && $1::int[]
      )
      select p.one, p.other, array_agg(a.mbid::text order by a.mbid) as mbids
      from candidate p
      join track t on t.id = p.one and t.new_id is null
      join track u on u.id = p.other and u.new_id is null
      join track_mbid a on a.track_id = p.one and not a.disabled
      join track_mbid b on b.track_id = p.other and b.mbid = a.mbid and not b.disabled
      group by p.one, p.other
      order by p.one, p.other`,
    values: [trackIds, TRACKS_PER_MBID_MAX],
  });
  return rows;
}
