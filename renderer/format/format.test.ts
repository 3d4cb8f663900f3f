import { expect, test } from 'vitest';
import { formatOf } from './format.ts';

const en = formatOf('en');
const plain = (text: string): string => text.replaceAll(/\s/g, ' ');

test.each([
  [0, '0:00'],
  [205.4, '3:25'],
  [3723, '1:02:03'],
])('music of %d seconds is %s long', (seconds, text) => {
  expect(en.length(seconds)).toBe(text);
});

test.each([
  [5, '5 sec'],
  [150, '3 min'],
  [7800, '2 hr 10 min'],
  [7200, '2 hr'],
  [90_000, '1 day'],
])('%d seconds of waiting are %s', (seconds, text) => {
  expect(plain(en.duration(seconds))).toBe(text);
});

test.each([
  [0, '0 byte'],
  [999, '999 byte'],
  [1536, '1.5 kB'],
  [2_500_000_000, '2.5 GB'],
])('%d bytes are %s', (bytes, text) => {
  expect(plain(en.bytes(bytes))).toBe(text);
});

test('numbers and times are written as the language has it', () => {
  const de = formatOf('de');
  expect(en.number(1234.5, 2)).toBe('1,234.50');
  expect(de.number(1234.5, 2)).toBe('1.234,50');
  expect(en.percent(0.1234)).toBe('12.3%');
  expect(en.ago('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:05:00Z'))).toBe('5 minutes ago');
  expect(de.ago('2026-01-01T00:00:00Z', Date.parse('2026-01-03T00:00:00Z'))).toBe('vorgestern');
});
