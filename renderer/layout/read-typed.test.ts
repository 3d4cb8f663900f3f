import { expect, test } from 'vitest';
import { readTyped } from './read-typed.ts';

test('a UUID is an AcoustID or an MBID, in whatever case', () => {
  expect(readTyped('9FF43B6A-4F16-427C-93C2-92307CA505E0')).toEqual({
    kind: 'id',
    id: '9ff43b6a-4f16-427c-93c2-92307ca505e0',
  });
});

test('a number is a fingerprint, two are a comparison', () => {
  expect(readTyped('123')).toEqual({ kind: 'fingerprint' });
  for (const text of ['12 34', '12, 34', '12/34']) {
    expect(readTyped(text)).toEqual({ kind: 'fingerprints', a: 12, b: 34 });
  }
});

test.each(['moonlight', '99 Luftballons', '1234567890', '1 2 3', '../../etc', '<b>'])(
  '%s is words',
  (text) => {
    expect(readTyped(text)).toEqual({ kind: 'words' });
  },
);
