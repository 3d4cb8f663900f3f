import type { Queryable } from '../db/queryable.ts';
import { compareMany } from '../fingerprint/compare.ts';
import { extractQuery } from '../fingerprint/query.ts';
import { SearchTimeoutError } from '../index/client.ts';
import type { IndexClient } from '../index/client.ts';
import { listCandidates } from './candidate-queries.ts';

/** Results must score above this (behaviours.md section 1, TRACK_GROUP_MERGE_THRESHOLD). */
const SCORE_THRESHOLD = 0.4;
/** Largest shift between two fingerprints, in hashes. */
const OFFSET_MAX = 80;
/** Fingerprints kept per query, before several of one track become one result. */
const MATCHES_MAX = 10;
/**
 * What is asked of the index. It is generous: the length window and the exact comparison, which
 * come after it, throw most candidates away, and a missed one is a wrong answer.
 */
const INDEX_LIMIT = 100;
const INDEX_MIN_SCORE = 1;
const INDEX_SCORE_PERCENT = 10;

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
}

/** The databases and the index a search asks, and how long it may take. */
export interface SearchParts {
  readonly fingerprint: Queryable;
  readonly index: IndexClient;
  readonly timeoutMs: number;
}

/**
 * Finds the tracks that sound like the query, best first, ties by lower fingerprint id, one per
 * track. A search that runs out of time finds nothing, as upstream; a missing index throws
 * `UnavailableError`, so that it is never taken for "no match".
 */
export async function searchTracks(parts: SearchParts, query: LookupQuery): Promise<LookupMatch[]> {
  const queryHashes = extractQuery(query.hashes);
  if (queryHashes.length === 0) return [];
  const hits = await searchIndex(parts, queryHashes);
  const candidates = await listCandidates(
    parts.fingerprint,
    hits,
    query.durationSeconds,
    query.durationToleranceSeconds,
  );
  const vectors = candidates.map(({ hashes }) => hashes);
  const scores = compareMany(query.hashes, vectors, OFFSET_MAX);
  const matches = candidates.map((candidate, at) => ({
    trackId: candidate.track_id,
    trackGid: candidate.track_gid,
    fingerprintId: candidate.id,
    score: scores[at] ?? 0,
  }));
  return bestPerTrack(matches);
}

async function searchIndex(parts: SearchParts, query: Uint32Array): Promise<number[]> {
  try {
    const hits = await parts.index.search(query, {
      limit: INDEX_LIMIT,
      minScore: INDEX_MIN_SCORE,
      scorePercent: INDEX_SCORE_PERCENT,
      timeoutMs: parts.timeoutMs,
    });
    return hits.map(({ id }) => id);
  } catch (error) {
    if (error instanceof SearchTimeoutError) return [];
    throw error;
  }
}

/** NOTE: the limit is on fingerprints, before tracks are made unique; upstream's order. */
function bestPerTrack(matches: readonly LookupMatch[]): LookupMatch[] {
  const best = new Map<number, LookupMatch>();
  const ordered = matches
    .filter(({ score }) => score > SCORE_THRESHOLD)
    .sort((a, b) => b.score - a.score || a.fingerprintId - b.fingerprintId);
  for (const match of ordered.slice(0, MATCHES_MAX)) {
    if (!best.has(match.trackId)) best.set(match.trackId, match);
  }
  return [...best.values()];
}
