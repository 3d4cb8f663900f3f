/**
 * The decision what a new fingerprint is: a new track, another fingerprint of a known track, or a
 * fingerprint we already have. Pure; the rules are behaviours.md section 3, steps 5 to 7.
 */

/** A match must score above this to speak for its track. */
const TRACK_MERGE_THRESHOLD = 0.75;
/** Every fingerprint of the track must score at least this with the new one. */
const TRACK_GROUP_MERGE_THRESHOLD = 0.4;
/** Above this the new fingerprint counts as the one that matched. */
const FINGERPRINT_MERGE_THRESHOLD = 0.9;
/** Seconds by which fingerprints of one track may differ in length, inclusive. */
export const LENGTH_TOLERANCE_SECONDS = 7;

/** A stored fingerprint compared with the new one. */
export interface ScoredFingerprint {
  readonly id: number;
  readonly trackId: number;
  readonly lengthSeconds: number;
  readonly score: number;
}

export type Decision =
  | { readonly kind: 'new_track' }
  | { readonly kind: 'joined_track'; readonly trackId: number }
  | {
      readonly kind: 'merged_fingerprint';
      readonly trackId: number;
      readonly fingerprintId: number;
    };

/** The matches good enough to speak for their tracks: the best of each track, best first. */
export function bestMatches(scored: readonly ScoredFingerprint[]): ScoredFingerprint[] {
  const best = new Map<number, ScoredFingerprint>();
  const ordered = scored
    .filter(({ score }) => score > TRACK_MERGE_THRESHOLD)
    .sort((a, b) => b.score - a.score || a.id - b.id);
  for (const match of ordered) {
    if (!best.has(match.trackId)) best.set(match.trackId, match);
  }
  return [...best.values()];
}

/**
 * Decides by the best match of each track, best first, and all fingerprints of those tracks. The
 * first track whose every fingerprint agrees with the new one takes it; one dissenting
 * fingerprint vetoes even a perfect match.
 */
export function decide(
  matches: readonly ScoredFingerprint[],
  trackFingerprints: readonly ScoredFingerprint[],
  lengthSeconds: number,
): Decision {
  const match = matches.find(({ trackId }) =>
    trackFingerprints
      .filter((fingerprint) => fingerprint.trackId === trackId)
      .every((fingerprint) => agrees(fingerprint, lengthSeconds)),
  );
  if (!match) return { kind: 'new_track' };
  return match.score > FINGERPRINT_MERGE_THRESHOLD
    ? { kind: 'merged_fingerprint', trackId: match.trackId, fingerprintId: match.id }
    : { kind: 'joined_track', trackId: match.trackId };
}

function agrees(fingerprint: ScoredFingerprint, lengthSeconds: number): boolean {
  return (
    fingerprint.score >= TRACK_GROUP_MERGE_THRESHOLD &&
    Math.abs(fingerprint.lengthSeconds - lengthSeconds) <= LENGTH_TOLERANCE_SECONDS
  );
}
