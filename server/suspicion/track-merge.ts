/** Tracks linked to the same recording whose fingerprints match: one track, most likely. */
import { rounded } from './finding.ts';
import type { Compare, Finding } from './finding.ts';
import type { SuspectFingerprint, TrackPair } from './suspect-queries.ts';
import { SAME_TRACK_SCORE } from './track-split.ts';

/** Seconds by which fingerprints of one track may differ in length. */
const LENGTH_TOLERANCE_SECONDS = 7;

export interface MergeEvidence {
  readonly worst_match: number;
  readonly best_match: number;
  readonly mean_match: number;
  readonly length_gap_seconds: number;
  readonly fingerprints: readonly [number, number];
  readonly submissions: readonly [number, number];
}

/**
 * The numbers of two tracks that may be merged by upstream's rule (can_merge_tracks, behaviours.md
 * section 5): every fingerprint of one matches every one of the other, and none differ by more than
 * 7 seconds in length. Undefined where they may not.
 */
export function explainMerge(
  a: readonly SuspectFingerprint[],
  b: readonly SuspectFingerprint[],
  compare: Compare,
): { readonly score: number; readonly evidence: MergeEvidence } | undefined {
  if (a.length === 0 || b.length === 0) return undefined;
  const lengths = [...a, ...b].map(({ lengthSeconds }) => lengthSeconds);
  const gap = Math.max(...lengths) - Math.min(...lengths);
  if (gap > LENGTH_TOLERANCE_SECONDS) return undefined;
  const scores: number[] = [];
  for (const one of a) {
    for (const other of b) {
      const score = compare(one.hashes, other.hashes);
      if (score < SAME_TRACK_SCORE) return undefined;
      scores.push(score);
    }
  }
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  return {
    score: rounded(mean),
    evidence: {
      worst_match: rounded(Math.min(...scores)),
      best_match: rounded(Math.max(...scores)),
      mean_match: rounded(mean),
      length_gap_seconds: gap,
      fingerprints: [a.length, b.length],
      submissions: [submissionsOf(a), submissionsOf(b)],
    },
  };
}

/** Whether two tracks should be one: the older number stays, whichever is submitted more. */
export function suspectMerge(
  { mbids, one, other }: TrackPair,
  fingerprintsOf: (track: number) => readonly SuspectFingerprint[],
  compare: Compare,
): Finding[] {
  const found = explainMerge(fingerprintsOf(one), fingerprintsOf(other), compare);
  if (!found) return [];
  return [
    {
      subject: { one, other },
      tracks: [one, other],
      score: found.score,
      evidence: { ...found.evidence, mbids },
      suggested: { kind: 'track_merge', target: one, sources: [other] },
    },
  ];
}

function submissionsOf(fingerprints: readonly SuspectFingerprint[]): number {
  return fingerprints.reduce((sum, { submissionCount }) => sum + submissionCount, 0);
}
