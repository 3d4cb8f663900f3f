import { expect, test } from 'vitest';
import type { Recording } from '../musicbrainz/recording.ts';
import { rankLinks } from './rank.ts';

const A = 'aaaaaaaa-0000-4000-8000-000000000001';
const B = 'bbbbbbbb-0000-4000-8000-000000000002';

function known(gid: string, length: number | null): [string, Recording] {
  return [gid, { gid, title: '', length, artists: [], isrcs: [], placements: [] }];
}

test('of two recordings the one that is as long as the file stands first', () => {
  const links = [
    { mbid: A, sources: 1 },
    { mbid: B, sources: 1 },
  ];
  const recordings = new Map([known(A, 240_000), known(B, 200_400)]);
  const ranked = rankLinks(links, recordings, 200);
  expect(ranked.map(({ mbid }) => mbid)).toEqual([B, A]);
  expect(ranked[0]?.rank.durationDifference).toBeCloseTo(0.4);
});

test('without a duration the submissions decide, and ties go by MBID', () => {
  const recordings = new Map([known(A, 1000), known(B, 2000)]);
  const order = (a: number, b: number): string[] =>
    rankLinks(
      [
        { mbid: B, sources: b },
        { mbid: A, sources: a },
      ],
      recordings,
      undefined,
    ).map(({ mbid }) => mbid);
  expect(order(1, 9)).toEqual([B, A]);
  expect(order(5, 5)).toEqual([A, B]);
});

test('a merged MBID stands between a known and an unknown one', () => {
  const links = [
    { mbid: A, sources: 1 },
    { mbid: B, sources: 1, redirectedFrom: A },
    { mbid: 'c', sources: 1 },
  ];
  const ranked = rankLinks(links, new Map([known(A, null), known(B, null)]), 200);
  expect(ranked.map(({ rank }) => rank.link)).toEqual(['known', 'redirected', 'unknown']);
});

test('a track whose links nobody counted is ranked all the same', () => {
  const [only] = rankLinks([{ mbid: A, sources: 0 }], new Map(), 200);
  expect(only?.rank).toEqual({
    score: 0.25,
    durationDifference: undefined,
    sourcesShare: 0,
    link: 'unknown',
  });
});
