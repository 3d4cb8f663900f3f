/** Links to recordings that are longer or shorter than every fingerprint of the track. */
import { rounded } from './finding.ts';
import type { Finding } from './finding.ts';
import type { TrackLink } from './suspect-queries.ts';

/** Seconds by which fingerprints of one track may differ; a recording may as well. */
const GAP_SECONDS = 7;
/** Beyond this upstream's clients refuse to link at all. */
const WIDE_GAP_SECONDS = 30;
/** Scores just above each of the two gaps, and beyond what gap nothing can be surer. */
const SCORE = { gap: 0.3, wide: 0.7 } as const;
const CERTAIN_SECONDS = 120;

export interface LengthEvidence {
  readonly recording_seconds: number;
  /** Of the fingerprint nearest in length. */
  readonly gap_seconds: number;
  /** The gap that was exceeded. */
  readonly limit_seconds: number;
  readonly shortest_seconds: number;
  readonly longest_seconds: number;
  readonly fingerprints: number;
}

/** The numbers of one link, and its score; undefined where the lengths agree. */
export function explainLinkLength(
  recordingMs: number,
  lengths: readonly number[],
): { readonly score: number; readonly evidence: LengthEvidence } | undefined {
  if (lengths.length === 0) return undefined;
  const recording = recordingMs / 1_000;
  const gap = Math.min(...lengths.map((length) => Math.abs(length - recording)));
  if (gap <= GAP_SECONDS) return undefined;
  const isWide = gap > WIDE_GAP_SECONDS;
  const score = isWide
    ? SCORE.wide + (1 - SCORE.wide) * share(gap, WIDE_GAP_SECONDS, CERTAIN_SECONDS)
    : SCORE.gap + (SCORE.wide - SCORE.gap) * share(gap, GAP_SECONDS, WIDE_GAP_SECONDS);
  return {
    score: rounded(score),
    evidence: {
      recording_seconds: rounded(recording),
      gap_seconds: rounded(gap),
      limit_seconds: isWide ? WIDE_GAP_SECONDS : GAP_SECONDS,
      shortest_seconds: Math.min(...lengths),
      longest_seconds: Math.max(...lengths),
      fingerprints: lengths.length,
    },
  };
}

/** Which links of a track disagree in length with all of its fingerprints. */
export function suspectLengths(links: readonly TrackLink[], lengths: readonly number[]): Finding[] {
  return links.flatMap((link): Finding[] => {
    const length = link.recording?.length ?? null;
    const found = length === null ? undefined : explainLinkLength(length, lengths);
    if (!found) return [];
    const { mbid, recording, source_count, submission_count, track_id: track } = link;
    const evidence = {
      ...found.evidence,
      title: recording?.name,
      artist: recording?.artist,
      sources: source_count,
      submissions: submission_count,
    };
    return [
      {
        subject: { track, mbid },
        tracks: [track],
        score: found.score,
        evidence,
        suggested: { kind: 'link_disable', track, mbid },
      },
    ];
  });
}

function share(value: number, from: number, to: number): number {
  return Math.min(1, (value - from) / (to - from));
}
