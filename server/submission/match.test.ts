import { expect, test } from 'vitest';
import { bestMatches, decide } from './match.ts';
import type { ScoredFingerprint } from './match.ts';

function fingerprint(
  id: number,
  trackId: number,
  score: number,
  lengthSeconds = 200,
): ScoredFingerprint {
  return { id, trackId, score, lengthSeconds };
}

test('no match makes a new track', () => {
  expect(decide([], [], 200)).toEqual({ kind: 'new_track' });
});

test('a match must score above 0.75, not at it', () => {
  const scored = [fingerprint(1, 1, 0.75), fingerprint(2, 2, 0.7501)];
  expect(bestMatches(scored).map(({ id }) => id)).toEqual([2]);
});

test('each track speaks through its best match, the best first, ties by the lower id', () => {
  const scored = [
    fingerprint(5, 2, 0.8),
    fingerprint(4, 1, 0.8),
    fingerprint(3, 1, 0.95),
    fingerprint(6, 3, 0.8),
  ];
  expect(bestMatches(scored).map(({ id }) => id)).toEqual([3, 5, 6]);
});

test('above 0.9 the submission is the fingerprint that matched, at 0.9 it is another', () => {
  const above = [fingerprint(1, 7, 0.9001)];
  expect(decide(above, above, 200)).toEqual({
    kind: 'merged_fingerprint',
    trackId: 7,
    fingerprintId: 1,
  });
  const at = [fingerprint(1, 7, 0.9)];
  expect(decide(at, at, 200)).toEqual({ kind: 'joined_track', trackId: 7 });
});

test('one dissenting fingerprint vetoes a perfect match, and the next track is asked', () => {
  const matches = [fingerprint(1, 7, 1), fingerprint(3, 8, 0.8)];
  const beside = [fingerprint(1, 7, 1), fingerprint(2, 7, 0.39), fingerprint(3, 8, 0.8)];
  expect(decide(matches, beside, 200)).toEqual({ kind: 'joined_track', trackId: 8 });
  expect(decide(matches.slice(0, 1), beside, 200)).toEqual({ kind: 'new_track' });
});

test('fingerprints of one track differ by at most seven seconds', () => {
  const matches = [fingerprint(1, 7, 0.95)];
  const near = [...matches, fingerprint(2, 7, 0.4, 207)];
  expect(decide(matches, near, 200).kind).toBe('merged_fingerprint');
  const far = [...matches, fingerprint(2, 7, 0.4, 208)];
  expect(decide(matches, far, 200).kind).toBe('new_track');
});
