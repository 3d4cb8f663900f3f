import type { Link, LinkJoin, LinkShare } from '../track/link-queries.ts';

/** What becomes of the links of a track that is split. */
export interface SplitPlan {
  /** Links that go to the other track as they are. */
  readonly moves: readonly number[];
  /** Links that go whole into one the other track has already. */
  readonly joins: readonly LinkJoin[];
  /** Links of which a part goes. */
  readonly shares: readonly LinkShare[];
}

/**
 * Decides what goes along with the fingerprints of a split: a link that was named, or that nobody
 * but the submissions of those fingerprints vouches for, goes whole; one that others vouch for too
 * is divided. `links` are those of the track that is split, `others` those of the other track.
 */
export function planSplit(
  links: readonly Link[],
  others: readonly Link[],
  named: ReadonlySet<string>,
): SplitPlan {
  const moves: number[] = [];
  const joins: LinkJoin[] = [];
  const shares: LinkShare[] = [];
  const existing = new Map(others.map(({ id, value }) => [value, id]));
  for (const link of links) {
    const { chosen_source_count: chosen, id, source_count, submission_count, value } = link;
    const into = existing.get(value) ?? null;
    const goesWhole = chosen > 0 && chosen === source_count && chosen >= submission_count;
    if (named.has(value) || goesWhole) {
      if (into === null) moves.push(id);
      else joins.push({ from: id, into });
    } else if (chosen > 0) {
      // Counts may be below or above the provenance that is known; somebody vouches for the rest.
      const left = Math.max(submission_count - chosen, source_count - chosen);
      shares.push({ from: id, count: chosen, left, into });
    }
  }
  return { moves, joins, shares };
}
