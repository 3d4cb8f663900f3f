import { expect, test } from 'vitest';
import { csvOf } from './download.ts';

test('commas, quotes and line ends are quoted', () => {
  expect(
    csvOf(
      ['a', 'b'],
      [
        ['x, "y"', 1],
        ['two\nlines', null],
      ],
    ),
  ).toBe('a,b\r\n"x, ""y""",1\r\n"two\nlines",\r\n');
});

test.each(['=1+1', '+1', '-1', '@x'])('%s is no formula for a spreadsheet', (text) => {
  expect(csvOf(['a'], [[text]])).toBe(`a\r\n'${text}\r\n`);
});
