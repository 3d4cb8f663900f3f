import { expect, test } from 'vitest';
import { readPaste } from './read-paste.ts';

const FINGERPRINT = 'AQADtNQYhYkYnGhw-X_wBw';

test.each([
  { what: 'lines of fpcalc', text: `FILE=a.mp3\nDURATION=225\nFINGERPRINT=${FINGERPRINT}\n` },
  { what: 'lines in another order', text: `FINGERPRINT=${FINGERPRINT}\r\nDURATION=225.7` },
  { what: 'JSON of fpcalc', text: `{"duration": 225.78, "fingerprint": "${FINGERPRINT}"}` },
  {
    what: 'an address',
    text: `https://x/v2/lookup?duration=225&fingerprint=${FINGERPRINT}&meta=1`,
  },
])('$what hold the fingerprint and its length', ({ text }) => {
  expect(readPaste(text)).toEqual({ fingerprint: FINGERPRINT, durationSeconds: 225 });
});

test('a bare fingerprint may be broken into lines and says no length', () => {
  expect(readPaste(` ${FINGERPRINT.slice(0, 9)}\n  ${FINGERPRINT.slice(9)} `)).toEqual({
    fingerprint: FINGERPRINT,
    durationSeconds: undefined,
  });
});

test.each(['{"fingerprint": 5}', '{broken', 'hello'])(
  '%s is kept for the server to judge',
  (text) => {
    expect(readPaste(text).fingerprint).toBe(text.replaceAll(' ', ''));
  },
);
