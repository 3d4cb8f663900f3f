import { expect, test } from 'vitest';
import { lastWordsOf } from './last-words.ts';

test('an empty log has no last words', () => {
  expect(lastWordsOf([])).toBeUndefined();
  expect(lastWordsOf(['', '  '])).toBeUndefined();
});

test('a crash of Node is told by its error and not by its last line', () => {
  const lines = [
    'node:internal/modules/esm/resolve:275',
    '    throw new ERR_MODULE_NOT_FOUND(',
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/x/y.ts'",
    '    at finalizeResolution (node:internal/modules/esm/resolve:275:11) {',
    "  code: 'ERR_MODULE_NOT_FOUND',",
    '}',
    '',
    'Node.js v24.21.0',
  ];
  expect(lastWordsOf(lines)).toBe("Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/x/y.ts'");
});

test('the message of a JSON line stands for it, with that of its error', () => {
  const line = '{"level":50,"msg":"server died","err":{"message":"no route"}}';
  expect(lastWordsOf([line])).toBe('server died: no route');
  expect(lastWordsOf(['{"level":30,"msg":"ready"}'])).toBe('ready');
});

test('without any error it is what was said last', () => {
  expect(lastWordsOf(['one', 'two', ''])).toBe('two');
});
