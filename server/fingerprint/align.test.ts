import { expect, test } from 'vitest';
import { listClips, listComparisons } from '../../e2e/harness/fingerprint-vectors.ts';
import { align, POSITION_SECONDS } from './align.ts';
import { compare2 } from './compare.ts';

const clip = listClips().find(({ hashes }) => hashes.length === 948)!.hashes;
const foreign = clip.map((hash) => ~hash);

test('a fingerprint matches itself from end to end', () => {
  const { bitErrors, comparison, matchedRanges, offsetSeconds } = align(clip, clip, 80);
  expect(offsetSeconds).toBe(0);
  expect(comparison).toMatchObject({ score: 1, bitErrors: 0, overlap: 948, refusal: undefined });
  expect(bitErrors).toEqual(new Uint8Array(948));
  const end = 948 * POSITION_SECONDS;
  expect(matchedRanges).toEqual([
    { aFromSeconds: 0, aToSeconds: end, bFromSeconds: 0, bToSeconds: end, bitErrors: 0 },
  ]);
});

test('a later beginning shows as an offset and an earlier end', () => {
  const { aStart, bStart, matchedRanges, offsetSeconds } = align(clip, clip.subarray(40, 540), 80);
  expect({ aStart, bStart }).toEqual({ aStart: 40, bStart: 0 });
  expect(offsetSeconds).toBeCloseTo(40 * POSITION_SECONDS);
  expect(matchedRanges).toHaveLength(1);
  expect(matchedRanges[0]?.aFromSeconds).toBeCloseTo(40 * POSITION_SECONDS);
  expect(matchedRanges[0]?.bToSeconds).toBeCloseTo(500 * POSITION_SECONDS);
  expect(align(clip.subarray(40, 540), clip, 80)).toMatchObject({ aStart: 0, bStart: 40 });
});

test('what differs in the middle splits the match', () => {
  const spliced = Uint32Array.from(clip, (hash, at) => (at >= 300 && at < 500 ? ~hash : hash));
  const { matchedRanges } = align(clip, spliced, 80);
  expect(matchedRanges).toHaveLength(2);
  expect(matchedRanges[0]?.aToSeconds).toBeCloseTo(300 * POSITION_SECONDS, 0);
  expect(matchedRanges[1]?.aFromSeconds).toBeCloseTo(500 * POSITION_SECONDS, 0);
});

test('without an offset there is nothing to lay side by side', () => {
  const { bitErrors, comparison, matchedRanges } = align(clip, foreign.subarray(0, 1), 80);
  expect(comparison).toMatchObject({ score: 0, refusal: 'no key agrees' });
  expect(bitErrors).toHaveLength(0);
  expect(matchedRanges).toEqual([]);
});

test('the numbers are those of compare2 on all vectors', () => {
  for (const { a, b, maxOffset } of listComparisons()) {
    const { bitErrors, comparison } = align(a, b, maxOffset);
    expect(comparison.score).toBe(compare2(a, b, maxOffset));
    if (comparison.voteCount === 0) continue;
    const counted = bitErrors.subarray(0, comparison.overlap).reduce((total, n) => total + n, 0);
    expect(comparison.bitErrors).toBe(counted);
  }
}, 60_000);
