import type { Queryable } from '../db/queryable.ts';
import type { IndexClient } from '../index/client.ts';
import type { CandidateLink } from './candidate-queries.ts';
import { listTracksByGid } from '../track/track-queries.ts';
import { searchTracks } from './search.ts';
import type { LookupQuery, Search } from './search.ts';

/** A question for tracks: by what it sounds like, or by its id. */
export type TrackQuery =
  | { readonly kind: 'track'; readonly trackGid: string }
  | {
      readonly kind: 'fingerprint';
      readonly hashes: Uint32Array;
      readonly durationSeconds: number;
    };

/** One answer to a query: the gid it is reported under, and the track the metadata is of. */
export interface TrackResult {
  readonly id: string;
  readonly trackId: number;
  readonly score: number;
  /** Links of the track that the search found on its way. */
  readonly links: readonly CandidateLink[] | undefined;
}

export interface AnsweredQuery<Q extends TrackQuery> {
  readonly query: Q;
  readonly results: readonly TrackResult[];
  /** How a fingerprint was searched. */
  readonly search: Search | undefined;
}

export interface AnswerParts {
  readonly fingerprint: Queryable;
  readonly index: IndexClient;
  readonly timeoutMs: number;
}

/** Answers all queries of a request, in their order, with two statements at most. */
export async function answerQueries<Q extends TrackQuery>(
  parts: AnswerParts,
  queries: readonly Q[],
  options: { readonly toleranceSeconds: number; readonly withLinks: boolean },
): Promise<AnsweredQuery<Q>[]> {
  const sounds: LookupQuery[] = [];
  const gids: string[] = [];
  for (const query of queries) {
    if (query.kind === 'track') gids.push(query.trackGid.toLowerCase());
    else sounds.push({ ...query, durationToleranceSeconds: options.toleranceSeconds });
  }
  const [searches, tracks] = await Promise.all([
    sounds.length > 0 ? searchTracks(parts, sounds, options.withLinks) : [],
    listTracksByGid(parts.fingerprint, gids),
  ]);
  let searched = 0;
  return queries.map((query) => {
    if (query.kind === 'track') {
      const track = tracks.get(query.trackGid.toLowerCase());
      // The id comes back as it was written, also that of a merged track.
      const results = track
        ? [{ id: query.trackGid, trackId: track.id, score: 1, links: undefined }]
        : [];
      return { query, results, search: undefined };
    }
    const search = searches[searched];
    searched += 1;
    const results = (search?.matches ?? []).map(({ links, score, trackGid, trackId }) => ({
      id: trackGid,
      trackId,
      score,
      links,
    }));
    return { query, results, search };
  });
}
