import type { Queryable } from '../db/queryable.ts';
import { joinLinks, listLinks } from '../track/link-queries.ts';
import type { MetaMerge } from './acts.ts';
import { findTrack } from './find-tracks.ts';
import { refusal } from './refusal.ts';

/**
 * Joins what submitters said of a track in words that mean the same: the links to the source metas
 * go into the link to the target. The metas themselves stay; other tracks and the results of
 * submissions may speak of them.
 */
export async function mergeMetas(transaction: Queryable, act: MetaMerge): Promise<void> {
  const trackId = await findTrack(transaction, act.track);
  const links = await listLinks(transaction, 'meta', [trackId]);
  const linkTo = (meta: number): number => {
    const link = links.find(({ value }) => value === String(meta));
    if (!link) throw refusal('unknown_link', `track ${act.track} has no link to meta ${meta}`);
    return link.id;
  };
  const into = linkTo(act.target);
  if (act.sources.includes(act.target)) {
    throw refusal('same_on_both_sides', `meta ${act.target} cannot be merged into itself`);
  }
  const joins = [...new Set(act.sources)].map((source) => ({ from: linkTo(source), into }));
  await joinLinks(transaction, 'meta', joins);
}
