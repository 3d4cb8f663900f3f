/** Links that one submitter alone vouches for, and that what others typed speaks against. */
import { rounded } from './finding.ts';
import type { Finding } from './finding.ts';
import { textSimilarity } from './similar-text.ts';
import type { TrackLink, TrackText } from './suspect-queries.ts';

/** A title this much like the recording's speaks for the link. */
const TITLE_AGREES = 0.5;
/** How much the title counts beside the artist. */
const TITLE_WEIGHT = 0.7;
/** Texts shown as evidence, those most submitted. */
const TEXTS_SHOWN = 5;

export interface TextEvidence {
  readonly title: string;
  readonly artist: string;
  /** Of the text most like the recording. */
  readonly title_similarity: number;
  readonly artist_similarity: number;
  readonly texts: readonly {
    readonly meta: number;
    readonly title: string;
    readonly artist: string | null;
    readonly submissions: number;
    readonly title_similarity: number;
    readonly artist_similarity: number;
  }[];
}

/** The numbers of one recording against what was typed; undefined where any title agrees. */
export function explainLoneLink(
  recording: { readonly name: string; readonly artist: string },
  texts: readonly TrackText[],
): { readonly score: number; readonly evidence: TextEvidence } | undefined {
  const compared = texts.flatMap(({ artist, meta_id, submission_count, track }) => {
    if (track === null || track.trim() === '') return [];
    return {
      meta: meta_id,
      title: track,
      artist,
      submissions: submission_count,
      title_similarity: rounded(textSimilarity(track, recording.name)),
      artist_similarity: artist === null ? 0 : rounded(textSimilarity(artist, recording.artist)),
    };
  });
  if (compared.length === 0) return undefined;
  const title = Math.max(...compared.map(({ title_similarity }) => title_similarity));
  if (title >= TITLE_AGREES) return undefined;
  const artist = Math.max(...compared.map(({ artist_similarity }) => artist_similarity));
  return {
    score: rounded(TITLE_WEIGHT * (1 - title) + (1 - TITLE_WEIGHT) * (1 - artist)),
    evidence: {
      title: recording.name,
      artist: recording.artist,
      title_similarity: title,
      artist_similarity: artist,
      texts: compared.toSorted((a, b) => b.submissions - a.submissions).slice(0, TEXTS_SHOWN),
    },
  };
}

/** Which links of a track have one submitter and the words of the others against them. */
export function suspectLoneLinks(
  links: readonly TrackLink[],
  texts: readonly TrackText[],
): Finding[] {
  return links.flatMap((link): Finding[] => {
    const { mbid, recording, source_count, submission_count, track_id: track } = link;
    // Rows without provenance, as in public data, have only their count.
    const isLone = source_count === 1 || (source_count === 0 && submission_count <= 1);
    const found = isLone && recording ? explainLoneLink(recording, texts) : undefined;
    if (!found) return [];
    const evidence = {
      ...found.evidence,
      sources: source_count,
      submissions: submission_count,
      other_links: links.length - 1,
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
