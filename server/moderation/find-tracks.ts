import type { Queryable } from '../db/queryable.ts';
import type { TrackRef } from './acts.ts';
import { refusal } from './refusal.ts';

interface FoundTrack {
  readonly asked: string;
  readonly id: number;
  readonly new_id: number | null;
}

/**
 * The ids of the tracks that an act names, in that order. Refuses one that is not there and one
 * that has been merged: what it had is the other track's now, and an act on it would change nothing
 * that anybody sees.
 */
export async function findTracks(
  transaction: Queryable,
  refs: readonly TrackRef[],
): Promise<readonly number[]> {
  const { rows } = await transaction.query<FoundTrack>({
    name: 'find-tracks-of-act',
    text: `
      select id::text as asked, id, new_id from track where id = any($1::int[])
      union all
      select gid::text, id, new_id from track where gid = any($2::uuid[])`,
    values: [
      refs.filter((ref) => typeof ref === 'number'),
      refs.filter((ref) => typeof ref === 'string'),
    ],
  });
  const found = new Map(rows.map((row) => [row.asked, row]));
  return refs.map((ref) => {
    const track = found.get(String(ref));
    if (!track) throw refusal('unknown_track', `there is no track ${ref}`);
    if (track.new_id !== null) {
      throw refusal('track_merged', `track ${ref} has been merged into track ${track.new_id}`);
    }
    return track.id;
  });
}

/** The id of the track that an act names; refuses as `findTracks`. */
export async function findTrack(transaction: Queryable, ref: TrackRef): Promise<number> {
  const [id] = await findTracks(transaction, [ref]);
  if (id === undefined) throw new Error('no track was asked for');
  return id;
}
