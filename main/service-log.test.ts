import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { LAST_LINES_MAX, ServiceLog } from './service-log.ts';

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'acoustid-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function open(folder: string, fileBytesMax = 100, filesMax = 3): ServiceLog {
  const log = new ServiceLog(folder, 'nats', { fileBytesMax, filesMax });
  onTestFinished(() => log.close());
  return log;
}

test('nothing is made before the first line', () => {
  const folder = join(makeFolder(), 'logs');
  expect(open(folder).last()).toEqual([]);
  expect(statSync(folder, { throwIfNoEntry: false })).toBeUndefined();
});

test('lines are in a file that only its owner reads', () => {
  const log = open(makeFolder());
  log.write('one');
  log.write('two');
  expect(readFileSync(log.file, 'utf8')).toBe('one\ntwo\n');
  expect(statSync(log.file).mode & 0o777).toBe(0o600);
});

test('files are turned over by size, and only so many are kept', () => {
  const folder = makeFolder();
  const log = open(folder);
  for (let line = 0; line < 50; line++) log.write(`line ${String(line).padStart(3, '0')}`);
  expect(readdirSync(folder).toSorted()).toEqual(['nats.1.log', 'nats.2.log', 'nats.log']);
  const sizes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
  expect(readFileSync(log.file, 'utf8').trimEnd().endsWith('line 049')).toBe(true);
});

test('a log goes on where the last start left it', () => {
  const folder = makeFolder();
  const first = open(folder);
  first.write('x'.repeat(90));
  first.close();
  const second = open(folder);
  second.write('of the second start');
  expect(readFileSync(second.file, 'utf8')).toContain('x'.repeat(90));
  second.write('turns over, for the file was nearly full');
  expect(readdirSync(folder)).toContain('nats.1.log');
});

test('the last lines are kept in memory, and no more than those', () => {
  const log = open(makeFolder(), 1_000_000);
  for (let line = 0; line < LAST_LINES_MAX + 10; line++) log.write(String(line));
  expect(log.last()).toHaveLength(LAST_LINES_MAX);
  expect(log.last().at(-1)).toBe(String(LAST_LINES_MAX + 9));
});

test('a line that cannot be written is counted and still shown', () => {
  const folder = makeFolder();
  // A file where the folder should be stops everybody, root as well.
  writeFileSync(join(folder, 'logs'), '');
  const log = open(join(folder, 'logs'));
  log.write('lost');
  expect(log.lostLines).toBe(1);
  expect(log.last()).toEqual(['lost']);
});
