import { expect, test } from 'vitest';
import { completeLock } from './complete-lock.ts';

test('optional packages of other platforms get an entry, those that are there keep theirs', () => {
  const lock = {
    packages: {
      'node_modules/tool': {
        dev: true,
        optionalDependencies: { '@tool/linux-x64-musl': '1.2.3', '@tool/darwin-arm64': '1.2.3' },
      },
      'node_modules/@tool/darwin-arm64': { version: '1.2.3', integrity: 'kept' },
      'node_modules/ranged': { optionalDependencies: { 'fsevents-like': '^2.0.0' } },
    },
  };
  expect(completeLock(lock)).toEqual(['@tool/linux-x64-musl']);
  expect(lock.packages).toMatchObject({
    'node_modules/@tool/darwin-arm64': { integrity: 'kept' },
    'node_modules/@tool/linux-x64-musl': {
      version: '1.2.3',
      os: ['linux'],
      cpu: ['x64'],
      libc: ['musl'],
      dev: true,
      optional: true,
    },
  });
});
