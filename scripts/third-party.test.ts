import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bundledPaths, THIRD_PARTY_FILE, thirdParty } from './third-party.ts';

test('THIRD-PARTY.md is what is installed; if not: node scripts/third-party.ts', () => {
  expect(readFileSync(THIRD_PARTY_FILE, 'utf8') === thirdParty()).toBe(true);
});

test('what runs is named with what it needs, from the place where it finds it', () => {
  const locked = {
    '': {},
    'node_modules/a': { dependencies: { b: '1', c: '1' } },
    'node_modules/a/node_modules/b': { dependencies: { c: '1' } },
    'node_modules/b': { dev: true },
    'node_modules/c': { dev: true },
    'node_modules/page': { dev: true, peerDependencies: { b: '2' } },
    'node_modules/tool': { dev: true },
    'node_modules/only-mac': { os: ['darwin'] },
  };
  expect(bundledPaths(locked, [])).toEqual([
    'node_modules/a',
    'node_modules/a/node_modules/b',
    'node_modules/c',
  ]);
  expect(bundledPaths(locked, ['page'])).toEqual([
    'node_modules/a',
    'node_modules/a/node_modules/b',
    'node_modules/b',
    'node_modules/c',
    'node_modules/page',
  ]);
});
