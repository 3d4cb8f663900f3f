import { expect, test } from 'vitest';
import { readSearchText, splitWords, tsqueryOf } from './search-text.ts';

const ID = '9ff43b6a-4f16-427c-93c2-92307ca505e0';

test.each([ID, ID.toUpperCase(), ` ${ID} `, `https://musicbrainz.org/recording/${ID}?tab=1`])(
  'an id is found in %s',
  (text) => {
    expect(readSearchText(text)).toEqual({ uuid: ID, fingerprintId: undefined, words: [] });
  },
);

test('a number is a fingerprint, and may be a title', () => {
  expect(readSearchText('#1999')).toMatchObject({ fingerprintId: 1999, words: ['1999'] });
  expect(readSearchText('9999999999')).toMatchObject({ fingerprintId: undefined });
  expect(readSearchText('0')).toMatchObject({ fingerprintId: undefined });
});

test('punctuation parts words, and there are not too many', () => {
  expect(readSearchText(`AC/DC: it's a "long" way`).words).toEqual([
    'AC',
    'DC',
    'it',
    's',
    'a',
    'long',
  ]);
  expect(readSearchText(String.raw`'\ & | ! ( ) :*`).words).toEqual([]);
});

test('only the last word may be unfinished', () => {
  expect(tsqueryOf(['queen', 'boh'], false)).toBe(`'queen' & 'boh':*`);
  expect(tsqueryOf(['queen'], true)).toBe(`'queen'`);
  expect(tsqueryOf([], false)).toBe('');
});

test('words are of the title, of the artist, or of both in either order', () => {
  expect(splitWords(['a', 'b'])).toEqual(
    expect.arrayContaining([
      { title: `'a' & 'b':*`, artist: '' },
      { title: '', artist: `'a' & 'b':*` },
      { title: `'a'`, artist: `'b':*` },
      { title: `'b':*`, artist: `'a'` },
    ]),
  );
});
