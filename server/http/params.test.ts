import { expect, test } from 'vitest';
import { unitCases } from '../../e2e/harness/unit-cases.ts';
import { DomainError } from '../errors.ts';
import {
  batchIndexes,
  isUuid,
  Parameters,
  readInteger,
  requireForeignId,
  suffixed,
} from './params.ts';

test('integers are read as Python reads them', () => {
  const integers: [string, number | undefined][] = [
    ['260', 260],
    [' 260\n', 260],
    ['+5', 5],
    ['-7', -7],
    ['1_000', 1000],
    ['٣٤', 34],
    ['𝟏𝟗', 19],
    ['0012', 12],
    ['260.0', undefined],
    ['0x10', undefined],
    ['', undefined],
    ['_1', undefined],
    ['1__0', undefined],
    ['- 1', undefined],
    ['²', undefined],
    ['9'.repeat(5000), undefined],
  ];
  for (const [text, value] of integers) expect(readInteger(text), text).toBe(value);
});

test('the query string comes before the form, and the first value wins', () => {
  const parameters = new Parameters([
    ['a', 'query'],
    ['a', 'form'],
    ['n', 'x'],
    ['n', '7'],
  ]);
  expect(parameters.get('a')).toBe('query');
  expect(parameters.getAll('a')).toEqual(['query', 'form']);
  expect(parameters.getInteger('n')).toBe(7);
  expect(parameters.getIntegers('n')).toEqual([7]);
});

test('an empty value is a missing one', () => {
  const parameters = new Parameters([['client', '']]);
  expect(() => parameters.require('client')).toThrow(DomainError);
});

test.each(unitCases<[string[], string[]], string[]>('batch_suffixes'))(
  'batch suffixes of $args are $expect',
  ({ args: [names, wanted], expect: suffixes }) => {
    const parameters = new Parameters(names.map((name): [string, string] => [name, 'x']));
    const found = batchIndexes(parameters, wanted).map((index) => suffixed('', index));
    expect(found).toEqual(suffixes);
  },
);

test('batch indexes ascend as numbers, the plain name first', () => {
  const names = ['fingerprint.10', 'fingerprint.9', 'fingerprint', 'fingerprint.²'];
  const parameters = new Parameters(names.map((name): [string, string] => [name, 'x']));
  expect(batchIndexes(parameters, ['fingerprint'])).toEqual([undefined, 9, 10]);
});

test.each(unitCases<[string], boolean>('is_uuid'))(
  'whether $args is a UUID',
  ({ args: [text], expect: isOne }) => {
    // Upstream lets one final newline through and then fails in SQL; we refuse it (section 21).
    expect(isUuid(text)).toBe(isOne && !text.endsWith('\n'));
  },
);

test.each(unitCases<[string], boolean>('is_foreignid'))(
  'whether $args is a foreign id',
  ({ args: [text], expect: isOne }) => {
    const check = (): string => requireForeignId('foreignid', text);
    if (isOne) expect(check()).toBe(text);
    else expect(check).toThrow(DomainError);
  },
);

test('a batch suffix may be digits of any script, and as large as it likes', () => {
  const names = ['fingerprint.٣', 'fingerprint.99999999999999999999', 'fingerprint.007'];
  const others = ['fingerprint.²', 'fingerprint.', 'fingerprint.1a'];
  const parameters = new Parameters(
    [...names, ...others].map((name): [string, string] => [name, 'x']),
  );
  const indexes = batchIndexes(parameters, ['fingerprint']);
  expect(indexes).toEqual([3, 7, 99_999_999_999_999_999_999n]);
  expect(suffixed('duration', indexes[2])).toBe('duration.99999999999999999999');
});
