/** Moving links of tracks between tracks, and joining links that say the same. */
import type { Queryable } from '../db/queryable.ts';
import { LINK_TABLES } from './link-tables.ts';
import type { LinkNoun } from './link-tables.ts';

/** A link of a track with what is needed to decide where it goes. */
export interface Link {
  readonly id: number;
  readonly track_id: number;
  /** The MBID, the PUID, or the id of the meta or foreign id, as text. */
  readonly value: string;
  readonly submission_count: number;
  /** False for all but MBIDs, which alone can be switched off. */
  readonly disabled: boolean;
  /** Rows of provenance, and those of them that stem from the submissions asked about. */
  readonly source_count: number;
  readonly chosen_source_count: number;
}

/** One link that goes into another: the first is deleted. */
export interface LinkJoin {
  readonly from: number;
  readonly into: number;
}

/** The links of these tracks by id; counts apart the provenance that stems from `submissions`. */
export async function listLinks(
  transaction: Queryable,
  noun: LinkNoun,
  trackIds: readonly number[],
  submissions: readonly number[] = [],
): Promise<Link[]> {
  const { column } = LINK_TABLES[noun];
  const { rows } = await transaction.query<Link>({
    name: `list-links-${noun}`,
    // The names come from the table of nouns, never from outside.
    text: `
      select l.id, l.track_id, l.${column}::text as value, l.submission_count,
        ${noun === 'mbid' ? 'l.disabled' : 'false as disabled'},
        count(s.id)::int as source_count,
        (count(s.id) filter (where s.submission_id = any($2::int[])))::int as chosen_source_count
      from track_${noun} l left join track_${noun}_source s on s.track_${noun}_id = l.id
      where l.track_id = any($1::int[])
      group by l.id
      order by l.id`,
    values: [trackIds, submissions],
  });
  return rows;
}

/**
 * Joins links: counts are added, provenance and history move along, an MBID stays disabled only if
 * all of them were, and stays a redirect only if all of them were.
 */
export async function joinLinks(
  transaction: Queryable,
  noun: LinkNoun,
  joins: readonly LinkJoin[],
): Promise<void> {
  if (joins.length === 0) return;
  const values = [joins.map(({ from }) => from), joins.map(({ into }) => into)];
  const pairs = 'unnest($1::int[], $2::int[]) as j (from_id, into_id)';
  for (const part of noun === 'mbid' ? ['source', 'change'] : ['source']) {
    await transaction.query({
      name: `join-link-${part}s-${noun}`,
      text: `
        update track_${noun}_${part} r set track_${noun}_id = j.into_id
        from ${pairs} where r.track_${noun}_id = j.from_id`,
      values,
    });
  }
  if (noun === 'mbid') {
    // Also those between two links that are about to go: then neither needs the other to exist, and
    // an undo may put them back in any order.
    await transaction.query({
      name: 'join-link-redirects',
      text: `
        update track_mbid r set merged_into = nullif(j.into_id, r.id)
        from ${pairs} where r.merged_into = j.from_id`,
      values,
    });
  }
  await transaction.query({
    name: `join-link-counts-${noun}`,
    text: `
      update track_${noun} l
      set submission_count = l.submission_count + g.submission_count, updated = now()
        ${noun === 'mbid' ? MBID_STATE : ''}
      from (
        select j.into_id, sum(f.submission_count) as submission_count
          ${noun === 'mbid' ? MBID_STATES : ''}
        from ${pairs} join track_${noun} f on f.id = j.from_id
        group by j.into_id
      ) g
      where l.id = g.into_id`,
    values,
  });
  await transaction.query({
    name: `delete-joined-links-${noun}`,
    text: `delete from track_${noun} where id = any($1::int[])`,
    values: [values[0]],
  });
}

const MBID_STATE = `,
  disabled = l.disabled and g.disabled,
  merged_into = case when g.merged then l.merged_into end`;
const MBID_STATES = `,
  bool_and(f.disabled) as disabled, bool_and(f.merged_into is not null) as merged`;

/** Gives links to another track, which has none with these values. */
export async function moveLinks(
  transaction: Queryable,
  noun: LinkNoun,
  linkIds: readonly number[],
  trackId: number,
): Promise<void> {
  if (linkIds.length === 0) return;
  await transaction.query({
    name: `move-links-${noun}`,
    text: `update track_${noun} set track_id = $2, updated = now() where id = any($1::int[])`,
    values: [linkIds, trackId],
  });
}

/** A part of a link that goes to another track: `count` submissions of `from`, as they say. */
export interface LinkShare {
  readonly from: number;
  readonly count: number;
  /** What stays. */
  readonly left: number;
  /** The link of the other track that gets them; made when null. */
  readonly into: number | null;
}

export interface Shares {
  readonly shares: readonly LinkShare[];
  readonly trackId: number;
  readonly submissions: readonly number[];
}

/** Divides links: provenance of the submissions goes to links of the other track, with its count. */
export async function shareLinks(
  transaction: Queryable,
  noun: LinkNoun,
  { shares, submissions, trackId }: Shares,
): Promise<void> {
  if (shares.length === 0) return;
  const made = await insertShares(
    transaction,
    noun,
    shares.filter(({ into }) => into === null),
    trackId,
  );
  const targets = shares.map(({ from, into }) => into ?? made.get(from) ?? null);
  const froms = shares.map(({ from }) => from);
  await transaction.query({
    name: `share-link-counts-${noun}`,
    text: `
      update track_${noun} l
      set submission_count = case when l.id = p.from_id then p.left_count
          else l.submission_count + p.count end,
        updated = now()
        ${noun === 'mbid' ? ', disabled = l.disabled and f.disabled' : ''}
      from unnest($1::int[], $2::int[], $3::int[], $4::int[]) as p (from_id, into_id, count, left_count)
      join track_${noun} f on f.id = p.from_id
      where l.id = p.from_id or l.id = p.into_id`,
    values: [froms, targets, shares.map(({ count }) => count), shares.map(({ left }) => left)],
  });
  await transaction.query({
    name: `share-link-sources-${noun}`,
    text: `
      update track_${noun}_source s set track_${noun}_id = p.into_id
      from unnest($1::int[], $2::int[]) as p (from_id, into_id)
      where s.track_${noun}_id = p.from_id and s.submission_id = any($3::int[])`,
    values: [froms, targets, submissions],
  });
}

/** Makes the links of the other track, empty as yet; their ids by the link they come from. */
async function insertShares(
  transaction: Queryable,
  noun: LinkNoun,
  shares: readonly LinkShare[],
  trackId: number,
): Promise<ReadonlyMap<number, number>> {
  if (shares.length === 0) return new Map();
  const { column } = LINK_TABLES[noun];
  const state = noun === 'mbid' ? ', disabled' : '';
  const { rows } = await transaction.query<{ id: number; from_id: number }>({
    name: `insert-shared-links-${noun}`,
    text: `
      with made as (
        insert into track_${noun} (track_id, ${column}, submission_count${state})
        select $2, ${column}, 0${state} from track_${noun} where id = any($1::int[]) order by id
        returning id, ${column}
      )
      select made.id, f.id as from_id
      from made join track_${noun} f using (${column}) where f.id = any($1::int[])`,
    values: [shares.map(({ from }) => from), trackId],
  });
  return new Map(rows.map(({ from_id, id }) => [from_id, id]));
}
