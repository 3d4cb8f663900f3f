import type { Comparison, Refusal } from '../fingerprint/compare-score.ts';
import { SCORE_THRESHOLD } from './search.ts';

/** What became of a candidate within the length window. */
export type Verdict =
  | Refusal
  | 'score not above threshold'
  | 'match'
  | 'behind a better fingerprint';

/** Why a candidate is, or is not, what its track is found by. `matched` are those that are. */
export function verdictOf(
  id: number,
  { refusal, score }: Comparison,
  matched: ReadonlySet<number>,
): Verdict {
  if (refusal !== undefined) return refusal;
  if (score <= SCORE_THRESHOLD) return 'score not above threshold';
  return matched.has(id) ? 'match' : 'behind a better fingerprint';
}
