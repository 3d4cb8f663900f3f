import type { Recording } from '../musicbrainz/recording.ts';
import type { RecordingLink } from './metadata.ts';

/** What MusicBrainz says of a linked MBID: a recording, one merged into another, or nothing. */
export type LinkHealth = 'known' | 'redirected' | 'unknown';

/** How well a recording fits the query, with the reasons. */
export interface Rank {
  /** 0–1, the weighted sum of what follows. */
  readonly score: number;
  /** Seconds between the recording's length and the file's, if both are known. */
  readonly durationDifference: number | undefined;
  /** This link's share of the submissions of all links of the track, 0–1. */
  readonly sourcesShare: number;
  readonly link: LinkHealth;
}

export type RankedLink = RecordingLink & { readonly rank: Rank };

// A file is cut or padded by a second or two; another version of a song differs by more.
const WEIGHTS = { duration: 0.5, sources: 0.3, link: 0.2 };
/** Seconds of difference at which nothing is left of the closeness. */
const FAR_SECONDS = 30;
/** Where a length is unknown it speaks neither for nor against. */
const CLOSENESS_UNKNOWN = 0.5;
const HEALTH: Readonly<Record<LinkHealth, number>> = { known: 1, redirected: 0.5, unknown: 0 };

/** Orders the links of one track by how well their recordings fit, ties by MBID. */
export function rankLinks(
  links: readonly RecordingLink[],
  recordings: ReadonlyMap<string, Recording>,
  durationSeconds: number | undefined,
): RankedLink[] {
  const total = links.reduce((sum, { sources }) => sum + sources, 0);
  return links
    .map((link) => ({
      ...link,
      rank: rankOf(link, recordings.get(link.mbid), { durationSeconds, total }),
    }))
    .sort((a, b) => b.rank.score - a.rank.score || (a.mbid < b.mbid ? -1 : 1));
}

function rankOf(
  link: RecordingLink,
  recording: Recording | undefined,
  {
    durationSeconds,
    total,
  }: { readonly durationSeconds: number | undefined; readonly total: number },
): Rank {
  const length = recording?.length ?? null;
  const durationDifference =
    length === null || durationSeconds === undefined
      ? undefined
      : Math.abs(length / 1000 - durationSeconds);
  const closeness =
    durationDifference === undefined
      ? CLOSENESS_UNKNOWN
      : Math.max(0, 1 - durationDifference / FAR_SECONDS);
  const sourcesShare = total === 0 ? 0 : link.sources / total;
  const health = healthOf(link, recording);
  const score =
    WEIGHTS.duration * closeness + WEIGHTS.sources * sourcesShare + WEIGHTS.link * HEALTH[health];
  return { score, durationDifference, sourcesShare, link: health };
}

function healthOf(link: RecordingLink, recording: Recording | undefined): LinkHealth {
  if (!recording) return 'unknown';
  return link.redirectedFrom === undefined ? 'known' : 'redirected';
}
