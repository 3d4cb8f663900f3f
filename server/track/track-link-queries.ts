import type { Queryable } from '../db/queryable.ts';
import { LINK_TABLES } from './link-tables.ts';
import type { LinkNoun } from './link-tables.ts';

/** One submission's word that a track and a value belong together. */
export interface TrackLink {
  readonly trackId: number;
  /** An MBID, a PUID, or the id of a meta or a foreign id. */
  readonly value: string | number;
  readonly sourceId: number | null;
  readonly submissionId: number;
}

/**
 * Links tracks with values, or counts further submissions on the links that are there, and keeps
 * who said so. NOTE: a disabled link stays disabled, a link merged into another MBID is counted
 * where it is, and counting does not touch `updated`: upstream's rules (behaviours.md section 3).
 */
export async function linkTracks(
  fingerprint: Queryable,
  noun: LinkNoun,
  links: readonly TrackLink[],
): Promise<void> {
  if (links.length === 0) return;
  const { column, type } = LINK_TABLES[noun];
  await fingerprint.query({
    name: `link-tracks-${noun}`,
    // The names come from the table above, never from outside.
    text: `
      with said as (
        select * from unnest($1::int[], $2::${type}[], $3::int[], $4::int[])
          as s (track_id, value, source_id, submission_id)
      ), link as (
        insert into track_${noun} as l (track_id, ${column}, submission_count)
        select track_id, value, count(*) from said group by track_id, value
        order by min(submission_id)
        on conflict (track_id, ${column})
          do update set submission_count = l.submission_count + excluded.submission_count
        returning id, track_id, ${column} as value
      )
      insert into track_${noun}_source (track_${noun}_id, source_id, submission_id)
      select link.id, said.source_id, said.submission_id
      from said join link using (track_id, value)
      order by said.submission_id`,
    values: [
      links.map(({ trackId }) => trackId),
      links.map(({ value }) => value),
      links.map(({ sourceId }) => sourceId),
      links.map(({ submissionId }) => submissionId),
    ],
  });
}
