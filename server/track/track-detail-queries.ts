/** All that is known about one track, for its page. */
import type { Queryable } from '../db/queryable.ts';

/** Rows of each kind that a page shows; what comes after them is counted. */
const DETAIL_MAX = 200;

export interface TrackHead {
  readonly id: number;
  readonly gid: string;
  readonly created: Date;
  readonly updated: Date | null;
  readonly disabled: boolean;
  /** What was asked for was merged into this track. */
  readonly is_merged: boolean;
  readonly fingerprint_count: number;
  readonly submission_count: number;
}

/** The track a gid stands for now: itself, or the one it was merged into. */
export async function findTrackHead(
  fingerprint: Queryable,
  gid: string,
): Promise<TrackHead | undefined> {
  const { rows } = await fingerprint.query<TrackHead>({
    name: 'find-track-head',
    text: `
      select t.id, t.gid, t.created, t.updated, t.disabled, a.id <> t.id as is_merged,
        f.fingerprint_count, f.submission_count
      from track a join track t on t.id = coalesce(a.new_id, a.id)
      cross join lateral (
        select count(*)::int as fingerprint_count,
          coalesce(sum(submission_count), 0)::int as submission_count
        from fingerprint where track_id = t.id
      ) f
      where a.gid = $1`,
    values: [gid],
  });
  return rows[0];
}

export interface TrackFingerprint {
  readonly id: number;
  readonly length: number;
  readonly bitrate: number | null;
  readonly format: string | null;
  readonly submission_count: number;
  readonly created: Date;
}

/** Fingerprints of a track, those submitted most often first. */
export async function listTrackFingerprints(
  fingerprint: Queryable,
  trackId: number,
): Promise<TrackFingerprint[]> {
  const { rows } = await fingerprint.query<TrackFingerprint>({
    name: 'list-fingerprints-with-formats',
    text: `
      select f.id, f.length, f.bitrate, m.name as format, f.submission_count, f.created
      from fingerprint f left join format m on m.id = f.format_id
      where f.track_id = $1 order by f.submission_count desc, f.id limit ${DETAIL_MAX}`,
    values: [trackId],
  });
  return rows;
}

export interface TrackRecordingLink {
  readonly mbid: string;
  readonly submission_count: number;
  readonly disabled: boolean;
  /** The MBID of the link it was merged into. */
  readonly merged_into: string | null;
  readonly created: Date;
}

/** Links of a track with recordings, enabled ones first. */
export async function listTrackRecordings(
  fingerprint: Queryable,
  trackId: number,
): Promise<TrackRecordingLink[]> {
  const { rows } = await fingerprint.query<TrackRecordingLink>({
    name: 'list-track-recordings',
    text: `
      select l.mbid, l.submission_count, l.disabled, i.mbid as merged_into, l.created
      from track_mbid l left join track_mbid i on i.id = l.merged_into
      where l.track_id = $1
      order by l.disabled, l.submission_count desc, l.mbid limit ${DETAIL_MAX}`,
    values: [trackId],
  });
  return rows;
}

export interface TrackForeignId {
  readonly vendor: string;
  readonly name: string;
  readonly submission_count: number;
}

/** Ids of other catalogues that a track was submitted with. */
export async function listTrackForeignIds(
  fingerprint: Queryable,
  trackId: number,
): Promise<TrackForeignId[]> {
  const { rows } = await fingerprint.query<TrackForeignId>({
    name: 'list-track-foreignids',
    text: `
      select v.name as vendor, i.name, l.submission_count
      from track_foreignid l
      join foreignid i on i.id = l.foreignid_id
      join foreignid_vendor v on v.id = i.vendor_id
      where l.track_id = $1 order by l.submission_count desc, l.id limit ${DETAIL_MAX}`,
    values: [trackId],
  });
  return rows;
}

/** PUIDs of a track. */
export async function listTrackPuids(
  fingerprint: Queryable,
  trackId: number,
): Promise<{ readonly puid: string; readonly submission_count: number }[]> {
  const { rows } = await fingerprint.query<{ puid: string; submission_count: number }>({
    name: 'list-track-puids',
    text: `
      select puid, submission_count from track_puid
      where track_id = $1 order by submission_count desc, puid limit ${DETAIL_MAX}`,
    values: [trackId],
  });
  return rows;
}

/** Tracks that were merged into this one, the latest first. */
export async function listMergedTracks(
  fingerprint: Queryable,
  trackId: number,
): Promise<{ readonly gid: string; readonly updated: Date | null }[]> {
  const { rows } = await fingerprint.query<{ gid: string; updated: Date | null }>({
    name: 'list-merged-tracks',
    text: `
      select gid, updated from track
      where new_id = $1 order by updated desc nulls last, id desc limit ${DETAIL_MAX}`,
    values: [trackId],
  });
  return rows;
}

export interface LinkChange {
  readonly id: number;
  readonly mbid: string;
  readonly disabled: boolean;
  readonly created: Date;
  readonly note: string | null;
  readonly account_id: number | null;
}

/** What was done to the links of a track, the latest first. */
export async function listLinkChanges(
  fingerprint: Queryable,
  trackId: number,
): Promise<LinkChange[]> {
  const { rows } = await fingerprint.query<LinkChange>({
    name: 'list-link-changes',
    text: `
      select h.id, l.mbid, h.disabled, h.created, h.note, h.account_id
      from track_mbid_change h join track_mbid l on l.id = h.track_mbid_id
      where l.track_id = $1 order by h.id desc limit ${DETAIL_MAX}`,
    values: [trackId],
  });
  return rows;
}
