import type { Queryable } from '../db/queryable.ts';

/** A track that an MBID is linked to. */
export interface MbidTrack {
  readonly gid: string;
  /** Whether the link is switched off. */
  readonly disabled: boolean;
}

/** The tracks linked to each of these lower-case MBIDs; one without links has no entry. */
export async function listTracksByMbid(
  fingerprint: Queryable,
  mbids: readonly string[],
  { withDisabled }: { readonly withDisabled: boolean },
): Promise<ReadonlyMap<string, readonly MbidTrack[]>> {
  const { rows } = await fingerprint.query<MbidTrack & { mbid: string }>({
    name: 'list-tracks-by-mbid',
    text: `
      select l.mbid, t.gid, l.disabled
      from track_mbid l join track t on t.id = l.track_id
      where l.mbid = any($1::uuid[]) and ($2 or not l.disabled)
      order by l.id`,
    values: [[...new Set(mbids)], withDisabled],
  });
  const tracks = new Map<string, MbidTrack[]>();
  for (const { disabled, gid, mbid } of rows) {
    const list = tracks.get(mbid) ?? [];
    list.push({ gid, disabled });
    tracks.set(mbid, list);
  }
  return tracks;
}

/** The gid of the track a fingerprint belongs to, and whether that track is switched off. */
export async function findTrackOfFingerprint(
  fingerprint: Queryable,
  fingerprintId: number,
): Promise<MbidTrack | undefined> {
  const { rows } = await fingerprint.query<MbidTrack>({
    name: 'find-track-of-fingerprint',
    text: `
      select t.gid, t.disabled
      from fingerprint f join track t on t.id = f.track_id
      where f.id = $1`,
    values: [fingerprintId],
  });
  return rows[0];
}
