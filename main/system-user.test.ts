import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ensureUser, findClosedFolder, findUser } from './system-user.ts';

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'acoustid-user-'));
  chmodSync(folder, 0o711);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const stranger = { name: 'stranger', uid: 54_321, gid: 54_321 };

test('the first folder that keeps a user out is found, from the top', async () => {
  const folder = makeFolder();
  const closed = join(folder, 'closed');
  const below = join(closed, 'below');
  mkdirSync(below, { recursive: true });
  expect(await findClosedFolder(folder, stranger)).toBeUndefined();
  chmodSync(closed, 0o700);
  expect(await findClosedFolder(below, stranger)).toBe(closed);
  chmodSync(closed, 0o701);
  expect(await findClosedFolder(below, stranger)).toBeUndefined();
});

test('the owner is judged by his own bits', async () => {
  const folder = makeFolder();
  const uid = process.getuid?.() ?? 0;
  chmodSync(folder, 0o611);
  expect(await findClosedFolder(folder, { ...stranger, uid })).toBe(folder);
  chmodSync(folder, 0o711);
  expect(await findClosedFolder(folder, { ...stranger, uid })).toBeUndefined();
});

test.skipIf(process.platform === 'win32')('users are found by name', async () => {
  expect(await findUser('root')).toEqual({ name: 'root', uid: 0, gid: 0 });
  expect(await findUser('nobody-of-that-name')).toBeUndefined();
  expect(await findUser('--help')).toBeUndefined();
});

test.skipIf(process.platform === 'win32')(
  'neither root nor a name that is none runs PostgreSQL',
  async () => {
    await expect(ensureUser('root')).rejects.toThrow(/--pg-user/);
    await expect(ensureUser('-x; rm')).rejects.toThrow(/--pg-user/);
  },
);
