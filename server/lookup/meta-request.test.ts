import { expect, test } from 'vitest';
import { readMeta } from './meta-request.ts';

test.each([
  [undefined, 'none'],
  ['', 'none'],
  ['0', 'none'],
  ['1', 'recordings'],
  ['2', 'm2'],
  ['3', 'none'],
  ['1 2', 'none'],
  ['isrcs', 'recordings'],
  ['releases recordings', 'recordings'],
  ['releases releasegroupids', 'releasegroups'],
  ['releaseids tracks', 'releases'],
  ['recordings\tm2', 'm2'],
  ['tracks compress usermeta sources', 'none'],
  ['RECORDINGS', 'none'],
  ['recordings+releases', 'none'],
])('meta %j has the shape %s', (meta, shape) => {
  expect(readMeta(meta).shape).toBe(shape);
});

test('the ids form wins over the full form of the same thing', () => {
  expect(readMeta('recordings recordingids releases isrcs')).toMatchObject({
    recordings: 'ids',
    releases: 'full',
    releaseGroups: 'none',
  });
});

test('ISRCs alone bring the recordings they are of', () => {
  expect(readMeta('isrcs')).toMatchObject({ recordings: 'full', isrcs: true });
});
