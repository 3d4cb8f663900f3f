import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { dataFolderError, makeDataFolder, placeDefaultConfig, startError } from './data-folder.ts';
import { ApplianceError } from './errors.ts';
import { dataPathsOf } from './paths.ts';

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'acoustid-folder-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('a folder that was made is unmade as far as it was made, while it is empty', async () => {
  const parent = makeFolder();
  const data = dataPathsOf(join(parent, 'a', 'b', 'c'));
  const undo = await makeDataFolder(data);
  expect(statSync(data.root).mode & 0o777).toBe(0o700);
  await undo();
  expect(existsSync(join(parent, 'a'))).toBe(false);
  expect(existsSync(parent)).toBe(true);
});

test('a folder with something in it stays, and so does one that was there', async () => {
  const parent = makeFolder();
  const data = dataPathsOf(join(parent, 'a', 'b'));
  const undo = await makeDataFolder(data);
  mkdirSync(data.logs);
  await undo();
  expect(existsSync(data.logs)).toBe(true);
  const undoNothing = await makeDataFolder(dataPathsOf(parent));
  await undoNothing();
  expect(existsSync(parent)).toBe(true);
});

test('a file in the way is named', async () => {
  const file = join(makeFolder(), 'file');
  writeFileSync(file, '');
  await expect(makeDataFolder(dataPathsOf(file))).rejects.toThrow(/a file is in the way/);
  await expect(makeDataFolder(dataPathsOf(join(file, 'x')))).rejects.toThrow(ApplianceError);
});

test('the example takes the place of no file of a person’s own', async () => {
  const data = dataPathsOf(makeFolder());
  const example = join(makeFolder(), 'example');
  writeFileSync(example, '# example', { mode: 0o644 });
  await placeDefaultConfig(data, example);
  expect(readFileSync(data.configFile, 'utf8')).toBe('# example');
  expect(statSync(data.configFile).mode & 0o777).toBe(0o600);
  writeFileSync(data.configFile, '# mine');
  await placeDefaultConfig(data, example);
  expect(readFileSync(data.configFile, 'utf8')).toBe('# mine');
});

test.for(['EROFS', 'EACCES', 'ENOSPC', 'EDQUOT', 'ENOTDIR'])(
  '%s is told in words that name the folder and the option',
  (code) => {
    const told = dataFolderError('/data', Object.assign(new Error('x'), { code }));
    expect(told).toBeInstanceOf(ApplianceError);
    expect(String(told)).toMatch(/\/data.*--data-dir/);
  },
);

test('an error that says nothing of the folder is left as it is', () => {
  const error = new Error('a bug');
  expect(dataFolderError('/data', error)).toBe(error);
  expect(startError('/data', error)).toBe(error);
});

test.for([
  'postgres does not start: FATAL:  could not write lock file: No space left on device',
  'ENOSPC: no space left on device, write',
])('a disk that fills up during the start is told as such: %s', (message) => {
  expect(String(startError('/data', new Error(message)))).toMatch(/disk .* \/data is full/);
});
