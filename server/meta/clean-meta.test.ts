import { expect, test } from 'vitest';
import { unitCases } from '../../e2e/harness/unit-cases.ts';
import type { SubmittedMeta } from '../submission/submission.ts';
import { cleanMeta } from './clean-meta.ts';

test.each(unitCases<[SubmittedMeta], SubmittedMeta>('fix_meta'))(
  'metadata $args is kept as $expect',
  ({ args: [meta], expect: clean }) => {
    expect(cleanMeta(meta)).toEqual(clean);
  },
);

test('a number no column can hold is dropped, not stored and failed on for ever', () => {
  expect(cleanMeta({ year: 99_999_999_999, track_no: -99_999_999_999, album: 'x' })).toEqual({
    album: 'x',
  });
});

test('half a surrogate pair, which UTF-8 cannot hold, becomes the replacement character', () => {
  expect(cleanMeta({ track: 'a\ud83d' })).toEqual({ track: 'a\ufffd' });
});
