import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findPostmasterFile, postmasterFileOf } from './postmaster-file.ts';

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'acoustid-postmaster-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('pid and status are read from their lines', async () => {
  const folder = makeFolder();
  const lines = [
    '9892',
    folder,
    '1795220893',
    '54999',
    '',
    '127.0.0.1',
    '  2146447   4',
    'ready   ',
  ];
  writeFileSync(postmasterFileOf(folder), lines.join('\n'));
  expect(await findPostmasterFile(folder)).toEqual({ pid: 9892, status: 'ready' });
});

test('early in a start there is no status yet, and without a server no file', async () => {
  const folder = makeFolder();
  expect(await findPostmasterFile(folder)).toBeUndefined();
  writeFileSync(postmasterFileOf(folder), `12\n${folder}\n`);
  expect(await findPostmasterFile(folder)).toEqual({ pid: 12, status: '' });
});
