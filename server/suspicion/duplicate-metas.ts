/** Texts of one track that say the same in other letters. */
import type { Finding } from './finding.ts';
import { plainText } from './similar-text.ts';
import type { TrackText } from './suspect-queries.ts';

/** Surer when only case and space differ than when accents or punctuation do. */
const SCORE = { letters: 1, marks: 0.8 } as const;
const WORDS = ['track', 'artist', 'album', 'album_artist'] as const;
const NUMBERS = ['track_no', 'disc_no', 'year'] as const;

/** Groups of texts that mean the same, each with the one most submitted first. */
export function groupDuplicates(texts: readonly TrackText[]): TrackText[][] {
  const groups = new Map<string, TrackText[]>();
  for (const text of texts) {
    const words = WORDS.map((word) => plainText(text[word] ?? ''));
    // Of symbols alone nothing plain remains, and two of them need not mean the same.
    if (words.every((word) => word === '')) continue;
    const key = JSON.stringify([words, NUMBERS.map((number) => text[number])]);
    groups.set(key, [...(groups.get(key) ?? []), text]);
  }
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) =>
      group.toSorted((a, b) => b.submission_count - a.submission_count || a.meta_id - b.meta_id),
    );
}

/** Which texts of a track are one, to be joined to the one most submitted. */
export function suspectDuplicates(track: number, texts: readonly TrackText[]): Finding[] {
  return groupDuplicates(texts).flatMap((group): Finding[] => {
    const [target, ...others] = group;
    if (!target) return [];
    const first = Math.min(...group.map(({ meta_id }) => meta_id));
    const score = group.every((text) => lettersOf(text) === lettersOf(target))
      ? SCORE.letters
      : SCORE.marks;
    return [
      {
        // The oldest of them names the group, whichever is submitted most today.
        subject: { track, meta: first },
        tracks: [track],
        score,
        evidence: { metas: group },
        suggested: {
          kind: 'meta_merge',
          track,
          target: target.meta_id,
          sources: others.map(({ meta_id }) => meta_id),
        },
      },
    ];
  });
}

function lettersOf(text: TrackText): string {
  return JSON.stringify(
    WORDS.map((word) => (text[word] ?? '').toLowerCase().replaceAll(/\s+/g, ' ').trim()),
  );
}
