import type { Queryable } from '../db/queryable.ts';
import type { CreditedName, Depth, RecordingNeeds, ReleaseEvent } from './recording.ts';

/** One row per recording and place, as deep as asked; columns beyond that depth are missing. */
export interface RecordingRow {
  readonly recording_id: number;
  readonly gid: string;
  readonly name: string;
  readonly length: number | null;
  readonly artist_credit: number;
}

interface GroupRow extends RecordingRow {
  readonly group_gid: string;
  readonly group_name: string;
  readonly group_credit: number;
  readonly group_type: string | null;
  readonly secondary_types: readonly string[];
}

interface ReleaseRow extends GroupRow {
  readonly release_gid: string;
  readonly release_name: string;
  readonly release_credit: number;
  readonly medium_count: number;
  readonly track_count: number;
  readonly events: readonly ReleaseEvent[];
}

export interface TrackRow extends ReleaseRow {
  readonly medium_id: number;
  readonly medium_position: number;
  readonly medium_name: string;
  readonly medium_format: string | null;
  readonly medium_track_count: number;
  readonly track_gid: string;
  readonly track_position: number;
  readonly track_name: string;
  readonly track_length: number | null;
  readonly track_credit: number;
}

const RECORDING = 'r.id as recording_id, r.gid, r.name, r.length, r.artist_credit';

const GROUP = `
  g.gid as group_gid, g.name as group_name, g.artist_credit as group_credit,
  gt.name as group_type,
  array(
    select st.name
    from musicbrainz.release_group_secondary_type_join j
    join musicbrainz.release_group_secondary_type st on st.id = j.secondary_type
    where j.release_group = g.id
    order by st.id
  ) as secondary_types`;

// NOTE: nobody orders events, yet the first is repeated on the release and so had better be the
// same each time: upstream shows rows as they lie in their table, which is what ctid says.
const RELEASE = `
  l.gid as release_gid, l.name as release_name, l.artist_credit as release_credit,
  counts.medium_count, counts.track_count,
  coalesce((
    select json_agg(
      json_build_object('country', iso.code, 'year', e.date_year, 'month', e.date_month,
        'day', e.date_day)
      order by e.country is null, e.place)
    from (
      select country, date_year, date_month, date_day, ctid as place
      from musicbrainz.release_country where release = l.id
      union all
      select null, date_year, date_month, date_day, ctid
      from musicbrainz.release_unknown_country where release = l.id
    ) e
    left join musicbrainz.iso_3166_1 iso on iso.area = e.country
  ), '[]') as events`;

const COUNTS = `
  join lateral (
    select count(*)::int as medium_count, sum(c.track_count)::int as track_count
    from musicbrainz.medium c where c.release = l.id
  ) counts on true`;

const TRACK = `
  m.id as medium_id, m.position as medium_position, m.name as medium_name,
  mf.name as medium_format, m.track_count as medium_track_count,
  t.gid as track_gid, t.position as track_position, t.name as track_name,
  t.length as track_length, t.artist_credit as track_credit`;

const GROUP_TYPE = 'left join musicbrainz.release_group_primary_type gt on gt.id = g.type';

/**
 * NOTE: a popular recording is on hundreds of tracks of few groups, hence `distinct` first. The order,
 * which upstream leaves open, is that of entry into MusicBrainz: older releases first.
 */
const TEXTS: Readonly<Record<Depth, string>> = {
  none: `
    select ${RECORDING} from musicbrainz.recording r where r.gid = any($1::uuid[])`,
  groups: `
    select p.*, ${GROUP}
    from (
      select distinct ${RECORDING}, l.release_group
      from musicbrainz.recording r
      join musicbrainz.track t on t.recording = r.id
      join musicbrainz.medium m on m.id = t.medium
      join musicbrainz.release l on l.id = m.release
      where r.gid = any($1::uuid[])
    ) p
    join musicbrainz.release_group g on g.id = p.release_group
    ${GROUP_TYPE}
    order by g.id`,
  releases: `
    select p.*, ${GROUP}, ${RELEASE}
    from (
      select distinct ${RECORDING}, m.release
      from musicbrainz.recording r
      join musicbrainz.track t on t.recording = r.id
      join musicbrainz.medium m on m.id = t.medium
      where r.gid = any($1::uuid[])
    ) p
    join musicbrainz.release l on l.id = p.release
    join musicbrainz.release_group g on g.id = l.release_group
    ${GROUP_TYPE}
    ${COUNTS}
    order by l.id`,
  tracks: `
    select ${RECORDING}, ${GROUP}, ${RELEASE}, ${TRACK}
    from musicbrainz.recording r
    join musicbrainz.track t on t.recording = r.id
    join musicbrainz.medium m on m.id = t.medium
    left join musicbrainz.medium_format mf on mf.id = m.format
    join musicbrainz.release l on l.id = m.release
    join musicbrainz.release_group g on g.id = l.release_group
    ${GROUP_TYPE}
    ${COUNTS}
    where r.gid = any($1::uuid[])
    order by l.id, m.position, t.position`,
};

/** The artist credits that rows of each depth name. */
const CREDITS: Readonly<Record<Depth, readonly string[]>> = {
  none: ['artist_credit'],
  groups: ['artist_credit', 'group_credit'],
  releases: ['artist_credit', 'group_credit', 'release_credit'],
  tracks: ['artist_credit', 'group_credit', 'release_credit', 'track_credit'],
};

/**
 * The rows, the names they credit and the ISRCs as three JSON documents: one round trip, and the
 * driver's own parsing of columns would take longer.
 */
function statementOf(depth: Depth): string {
  const credits = CREDITS[depth].map((column) => `select ${column} from p`).join(' union ');
  return `
    with p as materialized (${TEXTS[depth]})
    select
      (select coalesce(json_agg(p), '[]') from p) as rows,
      (
        select coalesce(json_agg(json_build_object('artist_credit', n.artist_credit,
          'gid', a.gid, 'name', n.name, 'join_phrase', n.join_phrase)
          order by n.artist_credit, n.position), '[]')
        from musicbrainz.artist_credit_name n
        join musicbrainz.artist a on a.id = n.artist
        where $2 and n.artist_credit in (${credits})
      ) as names,
      (
        select coalesce(json_agg(json_build_object('recording', i.recording, 'isrc', i.isrc)
          order by i.isrc), '[]')
        from musicbrainz.isrc i
        where $3 and i.recording in (select recording_id from p)
      ) as isrcs`;
}

const STATEMENTS: Readonly<Record<Depth, string>> = {
  none: statementOf('none'),
  groups: statementOf('groups'),
  releases: statementOf('releases'),
  tracks: statementOf('tracks'),
};

interface CreditedNameRow extends CreditedName {
  readonly artist_credit: number;
}

/** All that one statement finds out about recordings. */
interface RecordingRows {
  /** Columns beyond the depth asked for are missing. */
  readonly rows: readonly (RecordingRow & Partial<TrackRow>)[];
  /** In the order of each credit. */
  readonly names: readonly CreditedNameRow[];
  /** Sorted; by the recording's internal id. */
  readonly isrcs: readonly { readonly recording: number; readonly isrc: string }[];
}

/** Recordings by MBID and their places, in one statement whatever is needed of them. */
export async function findRecordingRows(
  musicbrainz: Queryable,
  mbids: readonly string[],
  { artists, depth, isrcs }: RecordingNeeds,
): Promise<RecordingRows> {
  const { rows } = await musicbrainz.query<RecordingRows>({
    name: `find-recordings-${depth}`,
    text: STATEMENTS[depth],
    values: [mbids, artists, isrcs],
  });
  return rows[0] ?? { rows: [], names: [], isrcs: [] };
}

/** What merged MBIDs stand for now: old → current; the others are left out. */
export async function listRedirects(
  musicbrainz: Queryable,
  mbids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await musicbrainz.query<{ gid: string; new_gid: string }>({
    name: 'list-recording-redirects',
    text: `
      select d.gid, r.gid as new_gid
      from musicbrainz.recording_gid_redirect d
      join musicbrainz.recording r on r.id = d.new_id
      where d.gid = any($1::uuid[])`,
    values: [mbids],
  });
  return new Map(rows.map(({ gid, new_gid }) => [gid, new_gid]));
}
