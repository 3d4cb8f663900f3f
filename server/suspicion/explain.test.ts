import { describe, expect, test } from 'vitest';
import { degraded, syntheticHashes } from '../../e2e/harness/synthetic-fingerprint.ts';
import { compare2 } from '../fingerprint/compare.ts';
import { groupDuplicates, suspectDuplicates } from './duplicate-metas.ts';
import { explainLinkLength } from './link-length.ts';
import { explainLoneLink, suspectLoneLinks } from './lone-link.ts';
import { textSimilarity } from './similar-text.ts';
import type { SuspectFingerprint, TrackText } from './suspect-queries.ts';
import { explainMerge } from './track-merge.ts';
import { explainSplit, suspectSplit } from './track-split.ts';

const compare = (a: Uint32Array, b: Uint32Array): number => compare2(a, b, 80);

function fingerprint(id: number, hashes: Uint32Array, lengthSeconds = 200): SuspectFingerprint {
  return { id, trackId: 1, lengthSeconds, submissionCount: id, hashes };
}

function text(meta: number, fields: Partial<TrackText>): TrackText {
  return {
    track_id: 1,
    meta_id: meta,
    submission_count: 1,
    track: null,
    artist: null,
    album: null,
    album_artist: null,
    track_no: null,
    disc_no: null,
    year: null,
    ...fields,
  };
}

describe('the length of a recording', () => {
  test.each([
    [200_000, [193]],
    [200_000, [207, 900]],
    [207_000, [200]],
  ])('of %i ms agrees with fingerprints of %j s', (recording, lengths) => {
    expect(explainLinkLength(recording, lengths)).toBeUndefined();
  });

  test('is suspicious beyond 7 seconds, more so beyond 30', () => {
    expect(explainLinkLength(207_001, [200])).toEqual({
      score: 0.3,
      evidence: {
        recording_seconds: 207.001,
        gap_seconds: 7.001,
        limit_seconds: 7,
        shortest_seconds: 200,
        longest_seconds: 200,
        fingerprints: 1,
      },
    });
    expect(explainLinkLength(230_000, [200, 190])).toMatchObject({
      score: 0.7,
      evidence: { gap_seconds: 30, limit_seconds: 7, shortest_seconds: 190, fingerprints: 2 },
    });
    expect(explainLinkLength(231_000, [200])).toMatchObject({ evidence: { limit_seconds: 30 } });
    expect(explainLinkLength(900_000, [200])?.score).toBe(1);
  });

  test('says nothing of a track without fingerprints', () => {
    expect(explainLinkLength(1_000, [])).toBeUndefined();
  });
});

describe('texts', () => {
  test.each([
    ['Café del Mar', 'cafe  DEL mar!', 1],
    ['Smells Like Teen Spirit', 'Teen Spirit Smells Like', 1],
    ['さくら', 'さくら', 1],
    ['♥', '♥', 1],
    ['♥', '!!!', 0],
    ['Yesterday', 'Help', 0],
  ])('%s and %s are alike by %f', (a, b, similarity) => {
    expect(textSimilarity(a, b)).toBeCloseTo(similarity, 1);
  });
});

describe('a link of one submitter', () => {
  const recording = { name: 'Yesterday', artist: 'The Beatles' };

  test('is not suspicious where any title agrees, or nobody typed one', () => {
    const agreeing = text(1, { track: 'Yesterday (Remastered)', artist: 'Beatles' });
    expect(explainLoneLink(recording, [text(2, { track: 'Help!' }), agreeing])).toBeUndefined();
    expect(explainLoneLink(recording, [])).toBeUndefined();
    expect(explainLoneLink(recording, [text(1, { artist: 'Somebody' })])).toBeUndefined();
  });

  test('is suspicious where every title says otherwise, with the texts as evidence', () => {
    const other = text(3, { track: 'Waterloo', artist: 'ABBA', submission_count: 9 });
    const found = explainLoneLink(recording, [
      text(2, { track: 'Fernando', artist: 'ABBA' }),
      other,
    ]);
    expect(found?.score).toBeGreaterThan(0.8);
    expect(found?.evidence).toMatchObject({
      title: 'Yesterday',
      texts: [
        { meta: 3, title: 'Waterloo', submissions: 9 },
        { meta: 2, title: 'Fernando' },
      ],
    });
  });

  test('counts accounts, and submissions only where those are unknown', () => {
    const link = {
      track_id: 1,
      mbid: 'x',
      submission_count: 1,
      recording: { ...recording, length: 1 },
    };
    const texts = [text(2, { track: 'Waterloo' })];
    const suspects = (counts: { source_count: number; submission_count: number }): number =>
      suspectLoneLinks([{ ...link, ...counts }], texts).length;
    expect(suspects({ source_count: 1, submission_count: 5 })).toBe(1);
    expect(suspects({ source_count: 2, submission_count: 2 })).toBe(0);
    expect(suspects({ source_count: 0, submission_count: 1 })).toBe(1);
    expect(suspects({ source_count: 0, submission_count: 3 })).toBe(0);
  });
});

describe('fingerprints of one track', () => {
  const song = syntheticHashes(1);
  const other = syntheticHashes(2);

  test('that match, by way of a third too, are one cluster', () => {
    const copies = [fingerprint(1, song), fingerprint(2, degraded(song, 5)), fingerprint(3, song)];
    expect(explainSplit(copies, compare)).toBeUndefined();
    expect(explainSplit([fingerprint(1, song)], compare)).toBeUndefined();
  });

  test('that do not are clusters, the one most submitted first, with all scores', () => {
    const found = suspectSplit(
      7,
      [fingerprint(1, song), fingerprint(2, degraded(song, 5)), fingerprint(9, other)],
      compare,
    );
    expect(found).toMatchObject([
      {
        subject: { track: 7 },
        suggested: { kind: 'track_split', track: 7, fingerprints: [1, 2] },
        evidence: {
          clusters: [
            { fingerprints: [9], submissions: 9 },
            { fingerprints: [1, 2], submissions: 3 },
          ],
        },
      },
    ]);
    const { best_between, matrix, worst_within } = explainSplit(
      [fingerprint(1, song), fingerprint(2, degraded(song, 5)), fingerprint(9, other)],
      compare,
    )!.evidence;
    expect(matrix).toHaveLength(3);
    expect(matrix?.[1]?.[2]).toBe(worst_within);
    expect(worst_within).toBeGreaterThan(0.4);
    expect(best_between).toBeLessThan(0.4);
    expect(found[0]!.score).toBeCloseTo(1 - best_between, 3);
  });
});

describe('two tracks', () => {
  const song = syntheticHashes(1);

  test('may be merged where all fingerprints match and lengths are within 7 s', () => {
    const [a, b] = [[fingerprint(1, song)], [fingerprint(2, degraded(song, 6), 207)]];
    expect(explainMerge(a, b, compare)).toMatchObject({
      evidence: { length_gap_seconds: 7, fingerprints: [1, 1], submissions: [1, 2] },
    });
  });

  test('may not where one fingerprint dissents, lengths differ, or one has none', () => {
    const a = [fingerprint(1, song), fingerprint(3, syntheticHashes(2))];
    expect(explainMerge(a, [fingerprint(2, song)], compare)).toBeUndefined();
    expect(
      explainMerge([fingerprint(1, song)], [fingerprint(2, song, 208)], compare),
    ).toBeUndefined();
    expect(explainMerge([], [fingerprint(2, song)], compare)).toBeUndefined();
  });
});

describe('texts of one track', () => {
  test('that differ in case, accents or punctuation alone are the same', () => {
    const texts = [
      text(1, { track: 'Déjà vu', artist: 'X', submission_count: 2 }),
      text(2, { track: 'deja vu!', artist: 'x', submission_count: 5 }),
      text(3, { track: 'Deja vu', artist: 'X', year: 1970 }),
      text(4, { track: 'Other' }),
      text(5, { track: '♥' }),
      text(6, { track: '♣' }),
    ];
    expect(groupDuplicates(texts).map((group) => group.map(({ meta_id }) => meta_id))).toEqual([
      [2, 1],
    ]);
    expect(suspectDuplicates(7, texts)).toMatchObject([
      {
        subject: { track: 7, meta: 1 },
        score: 0.8,
        suggested: { kind: 'meta_merge', track: 7, target: 2, sources: [1] },
      },
    ]);
  });

  test('are surely the same where only case differs', () => {
    const texts = [text(1, { track: 'Deja Vu' }), text(2, { track: 'deja  vu' })];
    expect(suspectDuplicates(7, texts)[0]?.score).toBe(1);
  });
});
