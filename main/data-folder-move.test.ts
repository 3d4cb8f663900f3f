import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { assertMovable, copyDataFolder, dropCopy } from './data-folder-move.ts';

function makePlace(): { root: string; from: string; to: string } {
  const root = mkdtempSync(join(tmpdir(), 'acoustid-move-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const from = join(root, 'old');
  mkdirSync(join(from, 'postgres', 'base'), { recursive: true, mode: 0o700 });
  mkdirSync(join(from, 'cache'));
  writeFileSync(join(from, 'postgres', 'base', '1'), Buffer.alloc(300_000, 7));
  writeFileSync(join(from, 'postgres', 'secret'), 'x', { mode: 0o600 });
  writeFileSync(join(from, 'cache', 'compiled'), 'x');
  writeFileSync(join(from, 'lock'), '1');
  symlinkSync('base/1', join(from, 'postgres', 'link'));
  return { root, from, to: join(root, 'new', 'place') };
}

const never = new AbortController().signal;
const quiet = (): void => undefined;

test('everything is copied with what it was, but for what belongs to one run', async () => {
  const { from, to } = makePlace();
  expect(await assertMovable(from, to)).toBe(300_001);
  const steps: [string, number, number][] = [];
  await copyDataFolder({ from, to, signal: never, onProgress: (...step) => steps.push(step) });
  expect(readFileSync(join(to, 'postgres', 'base', '1'))).toEqual(Buffer.alloc(300_000, 7));
  expect(readFileSync(join(to, 'postgres', 'link'))).toEqual(Buffer.alloc(300_000, 7));
  expect(statSync(join(to, 'postgres', 'secret')).mode & 0o777).toBe(0o600);
  expect(statSync(join(to, 'postgres')).mode & 0o777).toBe(0o700);
  expect(['lock', 'cache', '.moving-from'].filter((name) => existsSync(join(to, name)))).toEqual(
    [],
  );
  expect(steps.at(-1)).toEqual(['checking', 300_001, 300_001]);
  expect(steps.filter(([step]) => step === 'copying').at(-1)).toEqual([
    'copying',
    300_001,
    300_001,
  ]);
});

test('a copy that was broken off is taken up: what is whole stays, the rest is copied', async () => {
  const { from, to } = makePlace();
  const cut = new AbortController();
  const copying = copyDataFolder({
    from,
    to,
    signal: cut.signal,
    onProgress: (_step, doneBytes) => {
      if (doneBytes >= 300_000) cut.abort(new Error('killed'));
    },
  });
  await expect(copying).rejects.toThrow('killed');
  const big = join(to, 'postgres', 'base', '1');
  const { ino } = statSync(big);
  writeFileSync(join(to, 'postgres', 'stray'), 'gone in the source since');
  await assertMovable(from, to);
  await copyDataFolder({ from, to, signal: never, onProgress: quiet });
  expect(statSync(big).ino).toBe(ino);
  expect(readFileSync(join(to, 'postgres', 'secret'), 'utf8')).toBe('x');
  expect(existsSync(join(to, 'postgres', 'stray'))).toBe(false);
});

test('a file that changed since is copied again', async () => {
  const { from, to } = makePlace();
  await copyDataFolder({ from, to, signal: never, onProgress: quiet });
  writeFileSync(join(to, '.moving-from'), from);
  writeFileSync(join(from, 'postgres', 'secret'), 'y');
  utimesSync(join(from, 'postgres', 'secret'), 1, 1);
  await copyDataFolder({ from, to, signal: never, onProgress: quiet });
  expect(readFileSync(join(to, 'postgres', 'secret'), 'utf8')).toBe('y');
});

test('a copy with other bytes than its source is found, whatever its size and time say', async () => {
  const { from, to } = makePlace();
  await copyDataFolder({ from, to, signal: never, onProgress: quiet });
  const spoilt = join(to, 'postgres', 'base', '1');
  const { mtime } = statSync(spoilt);
  writeFileSync(spoilt, Buffer.alloc(300_000, 8));
  utimesSync(spoilt, mtime, mtime);
  const again = copyDataFolder({ from, to, signal: never, onProgress: quiet });
  await expect(again).rejects.toThrow('is not what was copied');
  expect(existsSync(spoilt)).toBe(false);
});

test.each([
  { what: 'itself', to: 'old' },
  { what: 'a folder in it', to: 'old/inside/deep' },
  { what: 'the folder that holds it', to: '.' },
])('it is not moved into $what', async ({ to }) => {
  const { from, root } = makePlace();
  await expect(assertMovable(from, join(root, to))).rejects.toThrow(/data folder/);
});

test('it is not moved into itself by way of a link', async () => {
  const { from, root } = makePlace();
  symlinkSync(from, join(root, 'link'));
  await expect(assertMovable(from, join(root, 'link', 'x'))).rejects.toThrow(/lies in it/);
});

test('a folder with something in it is not moved to, nor one with another copy, nor a file', async () => {
  const { from, root } = makePlace();
  const full = join(root, 'full');
  mkdirSync(full);
  writeFileSync(join(full, 'photo.jpg'), '');
  await expect(assertMovable(from, full)).rejects.toThrow('is not empty');
  writeFileSync(join(full, '.moving-from'), '/somewhere/else');
  await expect(assertMovable(from, full)).rejects.toThrow('begun from /somewhere/else');
  await expect(assertMovable(from, join(full, 'photo.jpg', 'x'))).rejects.toThrow('is a file');
});

test('only a copy that was begun is ever dropped', async () => {
  const { root } = makePlace();
  const full = join(root, 'full');
  mkdirSync(full);
  await dropCopy(full);
  expect(existsSync(full)).toBe(true);
  writeFileSync(join(full, '.moving-from'), '/x');
  await dropCopy(full);
  expect(existsSync(full)).toBe(false);
});
