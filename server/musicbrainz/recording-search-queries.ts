import type { Queryable } from '../db/queryable.ts';

/** Words of the title and of the artist, in the language of `to_tsquery`; one may be empty. */
export interface RecordingWords {
  readonly title: string;
  readonly artist: string;
}

const TITLE = "musicbrainz.search_words(r.name) @@ to_tsquery('simple', $0)";
const ARTIST = "musicbrainz.search_words(c.name) @@ to_tsquery('simple', $0)";
const CREDIT = 'join musicbrainz.artist_credit c on c.id = r.artist_credit';

/** MBIDs of recordings that fit one of these, at most `limit`. */
export async function searchRecordings(
  musicbrainz: Queryable,
  wanted: readonly RecordingWords[],
  limit: number,
): Promise<string[]> {
  const values: (string | number)[] = [];
  const branches = wanted.flatMap(({ artist, title }) => {
    const conditions: string[] = [];
    // A statement for just these words: a general one with "or" could not go by the indexes.
    const add = (condition: string, words: string): void => {
      if (words === '') return;
      values.push(words);
      conditions.push(condition.replace('$0', () => `$${values.length}`));
    };
    add(TITLE, title);
    add(ARTIST, artist);
    if (conditions.length === 0) return [];
    const credit = artist === '' ? '' : CREDIT;
    return [
      `select r.gid from musicbrainz.recording r ${credit} where ${conditions.join(' and ')}`,
    ];
  });
  if (branches.length === 0) return [];
  values.push(limit);
  const { rows } = await musicbrainz.query<{ gid: string }>({
    text: `select gid from (${branches.join(' union ')}) found limit $${values.length}`,
    values,
  });
  return rows.map(({ gid }) => gid);
}

/** On how many releases each of these recordings is; those on none are left out. */
export async function countReleases(
  musicbrainz: Queryable,
  mbids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (mbids.length === 0) return new Map();
  const { rows } = await musicbrainz.query<{ gid: string; count: number }>({
    name: 'count-releases-of-recordings',
    text: `
      select r.gid, count(distinct m.release)::int as count
      from musicbrainz.recording r
      join musicbrainz.track t on t.recording = r.id
      join musicbrainz.medium m on m.id = t.medium
      where r.gid = any($1::uuid[])
      group by r.gid`,
    values: [mbids],
  });
  return new Map(rows.map(({ count, gid }) => [gid, count]));
}
