import { expect, test } from 'vitest';
import { parseIni } from './ini.ts';
import type { IniSyntaxError } from './ini.ts';

function values(text: string): Record<string, Record<string, string>> {
  return Object.fromEntries(
    [...parseIni(text)].map(([section, settings]) => [
      section,
      Object.fromEntries([...settings].map(([key, { value }]) => [key, value])),
    ]),
  );
}

test('values keep semicolons and hashes, as in a password', () => {
  expect(values('[database]\npassword = a;b # c\n')).toEqual({
    database: { password: 'a;b # c' },
  });
});

test('comments are whole lines, keys fold case, colon and equals both delimit', () => {
  const text = '# one\n; two\n[A]\nKey: v=1\n  # three\nother=x : y\n';
  expect(values(text)).toEqual({ A: { key: 'v=1', other: 'x : y' } });
});

test('an indented line continues the value above it', () => {
  expect(values('[a]\nlist = one\n  two\n\n  three\nnext = 1\n')).toEqual({
    a: { list: 'one\ntwo\n\nthree', next: '1' },
  });
});

test('the DEFAULT section speaks for sections that are silent', () => {
  expect(values('[DEFAULT]\nport = 1\n[a]\n[b]\nport = 2\n')).toEqual({
    a: { port: '1' },
    b: { port: '2' },
  });
});

test('percent signs are not interpolated', () => {
  expect(values('[a]\nb = %(c)s 100%\n')).toEqual({ a: { b: '%(c)s 100%' } });
});

test.each([
  ['a = 1\n', 1],
  ['[a]\nb = 1\nb = 2\n', 3],
  ['[a]\n[b]\n[a]\n', 3],
  ['[a]\nno delimiter\n', 2],
  ['[a]\n= 1\n', 2],
])('%j is refused at line %i', (text, line) => {
  expect(() => parseIni(text)).toThrow(
    expect.objectContaining({ name: 'IniSyntaxError', line }) as IniSyntaxError,
  );
});
