/** What a moderator is told about the tracks of a suspicion. */
import type { Queryable } from '../db/queryable.ts';
import type { Suspicion } from './queue.ts';

/** A suspicion by its id. */
export async function findSuspicion(
  fingerprint: Queryable,
  id: number,
): Promise<Suspicion | undefined> {
  const { rows } = await fingerprint.query<Suspicion>({
    name: 'find-suspicion',
    text: `
      select id, kind, subject, tracks, score, evidence, suggested, state, first_seen, computed,
        decided, decided_by, note
      from suspicion where id = $1`,
    values: [id],
  });
  return rows[0];
}

/** A track as a list names it. */
export interface TrackLabel {
  readonly id: number;
  readonly gid: string;
  /** Of the enabled link most submitted. */
  readonly mbid: string | null;
  /** Of the text most submitted. */
  readonly title: string | null;
  readonly artist: string | null;
}

/** Labels of tracks by id; those that are gone are left out. */
export async function listTrackLabels(
  fingerprint: Queryable,
  ids: readonly number[],
): Promise<ReadonlyMap<number, TrackLabel>> {
  if (ids.length === 0) return new Map();
  const { rows } = await fingerprint.query<TrackLabel>({
    name: 'list-track-labels',
    text: `
      select t.id, t.gid, l.mbid, m.title, m.artist
      from track t
      left join lateral (
        select mbid from track_mbid where track_id = t.id and not disabled
        order by submission_count desc, mbid limit 1
      ) l on true
      left join lateral (
        select m.track as title, m.artist from track_meta tm join meta m on m.id = tm.meta_id
        where tm.track_id = t.id order by tm.submission_count desc, m.id limit 1
      ) m on true
      where t.id = any($1::int[])`,
    values: [[...new Set(ids)]],
  });
  return new Map(rows.map((row) => [row.id, row]));
}
