import { expect, test } from 'vitest';
import { MissingMbids } from './missing-mbids.ts';

test('each missing MBID is handed on once', () => {
  const missing = new MissingMbids();
  const handed: (readonly string[])[] = [];
  missing.onMissing = (mbids) => handed.push(mbids);
  missing.note(['a', 'b']);
  missing.note(['b', 'c']);
  missing.note(['a']);
  expect(handed).toEqual([['a', 'b'], ['c']]);
});
