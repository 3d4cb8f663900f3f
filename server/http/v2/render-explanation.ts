import { align } from '../../fingerprint/align.ts';
import type { MatchedRange } from '../../fingerprint/align.ts';
import { shortestFloat32 } from '../../fingerprint/float32.ts';
import type { Candidate } from '../../lookup/candidate-queries.ts';
import type { Rank } from '../../lookup/rank.ts';
import { OFFSET_MAX, SCORE_THRESHOLD } from '../../lookup/search.ts';
import type { Search } from '../../lookup/search.ts';
import { verdictOf } from '../../lookup/verdict.ts';
import { PythonFloat } from '../python-float.ts';
import type { Answer } from '../python-json.ts';

/**
 * How a search came to its results: the hashes asked of the index, and every fingerprint it
 * returned with the alignment, the numbers behind the score and what decided (docs/api.md).
 */
export function renderExplanation(hashes: Uint32Array, search: Search): Answer {
  const candidates = new Map(search.candidates.map((candidate) => [candidate.id, candidate]));
  const matched = new Set(search.matches.map(({ fingerprintId }) => fingerprintId));
  return {
    query_hashes: [...search.queryHashes],
    score_threshold: new PythonFloat(SCORE_THRESHOLD),
    offset_max: OFFSET_MAX,
    candidates: search.hits.map(({ id, score }) => ({
      fingerprint: id,
      index_score: score,
      ...renderCandidate(hashes, candidates.get(id), matched),
    })),
  };
}

/** Why a recording stands where it stands. */
export function renderRank({ durationDifference, link, score, sourcesShare }: Rank): Answer {
  return {
    score: new PythonFloat(rounded(score)),
    sources_share: new PythonFloat(rounded(sourcesShare)),
    link,
    ...(durationDifference === undefined
      ? {}
      : { duration_difference: new PythonFloat(rounded(durationDifference)) }),
  };
}

function renderCandidate(
  hashes: Uint32Array,
  candidate: Candidate | undefined,
  matched: ReadonlySet<number>,
): { readonly [key: string]: Answer } {
  if (!candidate) return { verdict: 'duration differs' };
  const { comparison, matchedRanges, offsetSeconds } = align(candidate.hashes, hashes, OFFSET_MAX);
  return {
    duration: candidate.length,
    track: candidate.track_gid,
    score: new PythonFloat(shortestFloat32(comparison.score)),
    offset: comparison.offset,
    offset_seconds: new PythonFloat(rounded(offsetSeconds)),
    agreeing_keys: comparison.voteCount,
    overlap: comparison.overlap,
    overlap_max: comparison.overlapMax,
    bit_errors: comparison.bitErrors,
    diversity: new PythonFloat(rounded(comparison.diversity)),
    matched_ranges: matchedRanges.map(renderRange),
    verdict: verdictOf(candidate.id, comparison, matched),
  };
}

/** Where both sound alike: seconds from the beginning of the query and of the stored fingerprint. */
function renderRange(range: MatchedRange): { readonly [key: string]: Answer } {
  const { aFromSeconds, aToSeconds, bFromSeconds, bToSeconds, bitErrors } = range;
  return {
    query_from: new PythonFloat(rounded(bFromSeconds)),
    query_to: new PythonFloat(rounded(bToSeconds)),
    from: new PythonFloat(rounded(aFromSeconds)),
    to: new PythonFloat(rounded(aToSeconds)),
    bit_errors: new PythonFloat(rounded(bitErrors)),
  };
}

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
