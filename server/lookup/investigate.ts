/** A lookup for somebody who wants to know why: with what a looser one would have found. */
import { align } from '../fingerprint/align.ts';
import type { Alignment } from '../fingerprint/align.ts';
import type { Candidate } from './candidate-queries.ts';
import { OFFSET_MAX, SCORE_THRESHOLD, searchTracks } from './search.ts';
import type { Search, SearchParts } from './search.ts';

/** The furthest that the public lookup lets anybody go with lengths, and half the way in scores. */
export const LOOSER = { scoreThreshold: 0.2, toleranceSeconds: 30 } as const;
const LOOSER_MAX = 20;

export interface LooserMatch {
  readonly candidate: Candidate;
  readonly score: number;
  /** What keeps it out of an ordinary lookup. */
  readonly because: readonly ('duration' | 'score')[];
}

export interface Investigation {
  readonly search: Search;
  /** Candidates with how they lie beside the query (as b), best score first. */
  readonly aligned: readonly { readonly candidate: Candidate; readonly alignment: Alignment }[];
  /** One for each track that the lookup did not find, best first. */
  readonly looser: readonly LooserMatch[];
}

/** Looks one fingerprint up as a client would, and again with `LOOSER` settings. */
export async function investigate(
  parts: SearchParts,
  query: { readonly hashes: Uint32Array; readonly durationSeconds: number },
  toleranceSeconds: number,
): Promise<Investigation> {
  const { hashes } = query;
  const wishes = [toleranceSeconds, LOOSER.toleranceSeconds].map((durationToleranceSeconds) => ({
    ...query,
    durationToleranceSeconds,
  }));
  const [search, wide] = await searchTracks(parts, wishes, true);
  if (!search || !wide) throw new Error('a search has no answer');
  const all = wide.candidates
    .map((candidate) => ({ candidate, alignment: align(candidate.hashes, hashes, OFFSET_MAX) }))
    .sort(
      (a, b) =>
        b.alignment.comparison.score - a.alignment.comparison.score ||
        a.candidate.id - b.candidate.id,
    );
  const within = new Set(search.candidates.map(({ id }) => id));
  const found = new Set(search.matches.map(({ trackId }) => trackId));
  const looser = new Map<number, LooserMatch>();
  for (const { alignment, candidate } of all) {
    const { score } = alignment.comparison;
    if (score <= LOOSER.scoreThreshold) break;
    if (found.has(candidate.track_id) || looser.has(candidate.track_id)) continue;
    const because: ('duration' | 'score')[] = [];
    if (!within.has(candidate.id)) because.push('duration');
    if (score <= SCORE_THRESHOLD) because.push('score');
    looser.set(candidate.track_id, { candidate, score, because });
  }
  return {
    search,
    aligned: all.filter(({ candidate }) => within.has(candidate.id)),
    looser: [...looser.values()].slice(0, LOOSER_MAX),
  };
}
