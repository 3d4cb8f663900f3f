import type { Queryable } from '../db/queryable.ts';
import { insertChanges } from './disable-mbid.ts';
import type { ChangeBy } from './disable-mbid.ts';
import { refusal } from './refusal.ts';

/** The two links of one track: to the MBID that goes, and to the one that stays. */
interface LinkPair {
  readonly track_id: number;
  readonly source_id: number;
  readonly source_merged_into: number | null;
  readonly source_count: number;
  readonly source_disabled: boolean;
  readonly target_id: number | null;
  readonly target_disabled: boolean | null;
}

/**
 * Merges one MBID into another on every track that has the first, as upstream's merge_mbids does
 * (behaviours.md section 4): the target's link gets the counts, submissions and history, and is
 * made if absent; the source's link stays as a disabled redirect. Links switched off or on by that
 * get a row of history, unless nobody is said to have done it, as upstream. Returns the ids of the
 * links merged now; those merged before are left alone. Runs inside the caller's transaction, under
 * the import lock. Refuses with `mbid_merged_elsewhere` when a track has the source merged into a
 * third MBID.
 */
export async function mergeMbids(
  transaction: Queryable,
  source: string,
  target: string,
  by: ChangeBy | undefined,
): Promise<readonly number[]> {
  if (source === target) {
    throw refusal('same_on_both_sides', `MBID ${source} cannot be merged into itself`);
  }
  const pairs = await listPairs(transaction, source, target);
  const elsewhere = pairs.find(
    ({ source_merged_into, target_id }) =>
      source_merged_into !== null && source_merged_into !== target_id,
  );
  if (elsewhere) {
    throw refusal(
      'mbid_merged_elsewhere',
      `MBID ${source} of track ${elsewhere.track_id} is already merged into another MBID`,
    );
  }
  // One merged before that nobody has submitted since would only get a newer time stamp.
  const todo = pairs.filter(
    ({ source_count, source_merged_into }) => source_merged_into === null || source_count > 0,
  );
  if (todo.length === 0) return [];
  const absent = todo.filter(({ target_id }) => target_id === null);
  const made = await insertTargets(transaction, target, absent);
  const sources = todo.map(({ source_id }) => source_id);
  const targets = todo.map(({ target_id, track_id }) => target_id ?? made.get(track_id) ?? null);
  await moveCounts(transaction, sources, targets);
  if (by) await writeHistory(transaction, todo, by);
  return sources;
}

/** History of the links that were switched by being merged, written after the older one moved. */
async function writeHistory(
  transaction: Queryable,
  pairs: readonly LinkPair[],
  by: ChangeBy,
): Promise<void> {
  const disabled = pairs.filter(({ source_disabled }) => !source_disabled);
  const enabled = disabled.filter(({ target_disabled }) => target_disabled === true);
  await insertChanges(
    transaction,
    disabled.map(({ source_id }) => source_id),
    true,
    by,
  );
  await insertChanges(
    transaction,
    enabled.flatMap(({ target_id }) => target_id ?? []),
    false,
    by,
  );
}

async function listPairs(
  transaction: Queryable,
  source: string,
  target: string,
): Promise<LinkPair[]> {
  const { rows } = await transaction.query<LinkPair>({
    name: 'list-mbid-pairs',
    text: `
      select s.track_id, s.id as source_id, s.merged_into as source_merged_into,
        s.submission_count as source_count, s.disabled as source_disabled, t.id as target_id,
        t.disabled as target_disabled
      from track_mbid s
      left join track_mbid t on t.track_id = s.track_id and t.mbid = $2
      where s.mbid = $1
      order by s.id`,
    values: [source, target],
  });
  return rows;
}

/** NOTE: a new target starts enabled, also where the source is disabled: upstream's rule. */
async function insertTargets(
  transaction: Queryable,
  target: string,
  pairs: readonly LinkPair[],
): Promise<ReadonlyMap<number, number>> {
  if (pairs.length === 0) return new Map();
  const { rows } = await transaction.query<{ id: number; track_id: number }>({
    name: 'insert-mbid-targets',
    text: `
      insert into track_mbid (track_id, mbid, submission_count)
      select track_id, $1, 0 from unnest($2::int[]) with ordinality as n (track_id, at) order by at
      returning id, track_id`,
    values: [target, pairs.map(({ track_id }) => track_id)],
  });
  return new Map(rows.map(({ id, track_id }) => [track_id, id]));
}

async function moveCounts(
  transaction: Queryable,
  sources: readonly number[],
  targets: readonly (number | null)[],
): Promise<void> {
  for (const table of ['track_mbid_source', 'track_mbid_change']) {
    await transaction.query({
      name: `move-${table}-to-target`,
      text: `
        update ${table} r set track_mbid_id = p.target_id
        from unnest($1::int[], $2::int[]) as p (source_id, target_id)
        where r.track_mbid_id = p.source_id`,
      values: [sources, targets],
    });
  }
  await transaction.query({
    name: 'count-mbid-targets',
    text: `
      update track_mbid t
      set submission_count = t.submission_count + s.submission_count,
        disabled = t.disabled and s.disabled, updated = now()
      from unnest($1::int[], $2::int[]) as p (source_id, target_id)
      join track_mbid s on s.id = p.source_id
      where t.id = p.target_id`,
    values: [sources, targets],
  });
  await transaction.query({
    name: 'redirect-mbid-sources',
    text: `
      update track_mbid s
      set merged_into = p.target_id, submission_count = 0, disabled = true, updated = now()
      from unnest($1::int[], $2::int[]) as p (source_id, target_id)
      where s.id = p.source_id`,
    values: [sources, targets],
  });
}
