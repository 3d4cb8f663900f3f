import type { Queryable } from '../db/queryable.ts';
import { compareMany } from '../fingerprint/compare.ts';
import { extractQuery } from '../fingerprint/query.ts';
import { SearchTimeoutError } from '../index/client.ts';
import type { IndexClient, IndexHit } from '../index/client.ts';
import { listCandidatesOf } from './candidate-queries.ts';
import type { Candidate, CandidateLink } from './candidate-queries.ts';

/** Results must score above this (behaviours.md section 1, TRACK_GROUP_MERGE_THRESHOLD). */
export const SCORE_THRESHOLD = 0.4;
/** Largest shift between two fingerprints, in hashes. */
export const OFFSET_MAX = 80;
/** Fingerprints kept per query, before several of one track become one result. */
const MATCHES_MAX = 10;
/**
 * What is asked of the index. It is generous: the length window and the exact comparison, which
 * come after it, throw most candidates away, and a missed one is a wrong answer.
 */
export const INDEX_SEARCH = { limit: 100, minScore: 1, scorePercent: 10 };

export interface LookupQuery {
  readonly hashes: Uint32Array;
  readonly durationSeconds: number;
  readonly durationToleranceSeconds: number;
}

export interface LookupMatch {
  readonly trackId: number;
  readonly trackGid: string;
  readonly fingerprintId: number;
  /** Similarity, 0–1, a float32 value. */
  readonly score: number;
  /** Of its track, if they were asked for. */
  readonly links: readonly CandidateLink[] | undefined;
}

/** One search with what it went by, for those who ask why. */
export interface Search {
  /** Best first, ties by lower fingerprint id, one per track. */
  readonly matches: readonly LookupMatch[];
  readonly queryHashes: Uint32Array;
  readonly hits: readonly IndexHit[];
  /** The index ran out of time, so that there are no hits to speak of. */
  readonly isTimedOut: boolean;
  /** Those of the hits within the length window. */
  readonly candidates: readonly Candidate[];
}

/** The databases and the index a search asks, and how long it may take. */
export interface SearchParts {
  readonly fingerprint: Queryable;
  readonly index: IndexClient;
  readonly timeoutMs: number;
}

/**
 * Finds the tracks that sound like each query, with one statement for all of them, `withLinks` those
 * of the tracks as well. A search that
 * runs out of time finds nothing, as upstream; a missing index throws `UnavailableError`, so that
 * it is never taken for "no match".
 */
export async function searchTracks(
  parts: SearchParts,
  queries: readonly LookupQuery[],
  withLinks: boolean,
): Promise<Search[]> {
  const searched = await Promise.all(
    // The caller bounds a batch.
    queries.map(async (query) => {
      const queryHashes = extractQuery(query.hashes);
      return { query, queryHashes, ...(await searchIndex(parts, queryHashes)) };
    }),
  );
  const candidates = await listCandidatesOf(
    parts.fingerprint,
    searched.map(({ hits, query }) => ({
      ids: hits.map(({ id }) => id),
      lengthSeconds: query.durationSeconds,
      toleranceSeconds: query.durationToleranceSeconds,
    })),
    withLinks,
  );
  return searched.map(({ hits, isTimedOut, query, queryHashes }, at) => {
    const own = candidates[at] ?? [];
    return { matches: bestMatches(query, own), queryHashes, hits, isTimedOut, candidates: own };
  });
}

async function searchIndex(
  parts: SearchParts,
  query: Uint32Array,
): Promise<Pick<Search, 'hits' | 'isTimedOut'>> {
  if (query.length === 0) return { hits: [], isTimedOut: false };
  try {
    const hits = await parts.index.search(query, { ...INDEX_SEARCH, timeoutMs: parts.timeoutMs });
    return { hits, isTimedOut: false };
  } catch (error) {
    if (error instanceof SearchTimeoutError) return { hits: [], isTimedOut: true };
    throw error;
  }
}

/** NOTE: the limit is on fingerprints, before tracks are made unique; upstream's order. */
function bestMatches({ hashes }: LookupQuery, candidates: readonly Candidate[]): LookupMatch[] {
  if (candidates.length === 0) return [];
  const scores = compareMany(
    hashes,
    candidates.map((candidate) => candidate.hashes),
    OFFSET_MAX,
  );
  const best = new Map<number, LookupMatch>();
  const ordered = candidates
    .map((candidate, at) => ({
      trackId: candidate.track_id,
      trackGid: candidate.track_gid,
      fingerprintId: candidate.id,
      score: scores[at] ?? 0,
      links: candidate.links,
    }))
    .filter(({ score }) => score > SCORE_THRESHOLD)
    .sort((a, b) => b.score - a.score || a.fingerprintId - b.fingerprintId);
  for (const match of ordered.slice(0, MATCHES_MAX)) {
    if (!best.has(match.trackId)) best.set(match.trackId, match);
  }
  return [...best.values()];
}
