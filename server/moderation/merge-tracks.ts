import type { Queryable } from '../db/queryable.ts';
import { joinLinks, listLinks, moveLinks } from '../track/link-queries.ts';
import type { Link, LinkJoin } from '../track/link-queries.ts';
import { LINK_NOUNS } from '../track/link-tables.ts';
import type { TrackMerge } from './acts.ts';
import { insertChanges } from './disable-mbid.ts';
import type { ChangeBy } from './disable-mbid.ts';
import { findTrack, findTracks } from './find-tracks.ts';
import { refusal } from './refusal.ts';

/** Merges tracks as an act asks. Refuses tracks that are not there, or not themselves any more. */
export async function mergeTracksOfAct(
  transaction: Queryable,
  act: TrackMerge,
  by: ChangeBy,
): Promise<void> {
  const targetId = await findTrack(transaction, act.target);
  const sourceIds = [...new Set(await findTracks(transaction, act.sources))];
  if (sourceIds.includes(targetId)) {
    throw refusal('same_on_both_sides', `track ${act.target} cannot be merged into itself`);
  }
  await mergeTracks(transaction, targetId, sourceIds, by);
}

/**
 * Merges tracks into another, as upstream's merge_tracks does (behaviours.md section 5): of links
 * that say the same the oldest survives with the counts of all, fingerprints move as they are, and
 * the sources redirect to the target, as does whatever redirected to them (a trigger sees to that).
 * The sources are disabled, as the founding document has it.
 */
export async function mergeTracks(
  transaction: Queryable,
  targetId: number,
  sourceIds: readonly number[],
  by: ChangeBy,
): Promise<void> {
  for (const noun of LINK_NOUNS) {
    const links = await listLinks(transaction, noun, [targetId, ...sourceIds]);
    const { joins, survivors } = groupLinks(links);
    await joinLinks(transaction, noun, joins);
    const strangers = survivors.filter(({ track_id }) => track_id !== targetId);
    await moveLinks(
      transaction,
      noun,
      strangers.map(({ id }) => id),
      targetId,
    );
    await insertChanges(transaction, enabledByJoins(links, joins), false, by);
  }
  await transaction.query({
    name: 'move-fingerprints-of-tracks',
    text: `update fingerprint set track_id = $2, updated = now() where track_id = any($1::int[])`,
    values: [sourceIds, targetId],
  });
  await transaction.query({
    name: 'redirect-tracks',
    text: `
      update track set new_id = $2, disabled = true, updated = now() where id = any($1::int[])`,
    values: [sourceIds, targetId],
  });
  await touchTracks(transaction, [targetId]);
}

/** Marks tracks as changed, though only what belongs to them was. */
export async function touchTracks(
  transaction: Queryable,
  trackIds: readonly number[],
): Promise<void> {
  await transaction.query({
    name: 'touch-tracks',
    text: `update track set updated = now() where id = any($1::int[])`,
    values: [trackIds],
  });
}

/** Of links in the order of their ids, the first with each value and those to be joined to it. */
function groupLinks(links: readonly Link[]): {
  readonly survivors: readonly Link[];
  readonly joins: readonly LinkJoin[];
} {
  const survivors = new Map<string, Link>();
  const joins: LinkJoin[] = [];
  for (const link of links) {
    const survivor = survivors.get(link.value);
    if (survivor) joins.push({ from: link.id, into: survivor.id });
    else survivors.set(link.value, link);
  }
  return { survivors: [...survivors.values()], joins };
}

/** Disabled links that an enabled one was joined to: they are enabled by that. */
export function enabledByJoins(
  links: readonly Link[],
  joins: readonly LinkJoin[],
): readonly number[] {
  const byId = new Map(links.map((link) => [link.id, link]));
  const enabled = joins.filter(
    ({ from, into }) => byId.get(into)?.disabled === true && byId.get(from)?.disabled === false,
  );
  return [...new Set(enabled.map(({ into }) => into))];
}
