import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { mentions, stopOrphans } from './orphans.ts';
import { dataPathsOf } from './paths.ts';
import type { DataPaths } from './paths.ts';
import { describeProcess, isAlive } from './process-table.ts';
import { postmasterFileOf } from './services/postmaster-file.ts';

function makeData(): DataPaths {
  const folder = mkdtempSync(join(tmpdir(), 'acoustid-orphans-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return dataPathsOf(folder);
}

/** A process that waits; what it is told on its command line is all it has to do with anybody. */
async function startBystander(...args: string[]): Promise<{ pid: number; started: string }> {
  const script = 'console.log("up"); setInterval(() => {}, 1000)';
  const child = spawn(process.execPath, ['-e', script, '--', ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
    cwd: '/',
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await once(child.stdout, 'data');
  const pid = child.pid ?? 0;
  return { pid, started: (await describeProcess(pid))?.started ?? '' };
}

test('a child on record that works in the data folder is ended', async () => {
  const data = makeData();
  const orphan = await startBystander('--dir', data.index);
  expect(await stopOrphans(data, [orphan])).toEqual([orphan.pid]);
  await vi.waitFor(() => expect(isAlive(orphan.pid)).toBe(false));
});

test('a process that got the number of a child later is left alone', async () => {
  const data = makeData();
  const other = await startBystander('--dir', data.index);
  expect(await stopOrphans(data, [{ ...other, started: '1' }])).toEqual([]);
  expect(isAlive(other.pid)).toBe(true);
});

test('a process that has nothing to do with the data folder is left alone', async () => {
  const data = makeData();
  const other = await startBystander('--dir', `${data.root}-of-somebody-else`);
  expect(await stopOrphans(data, [other])).toEqual([]);
  expect(isAlive(other.pid)).toBe(true);
});

test('the PostgreSQL that its own file names is ended, on record or not', async () => {
  const data = makeData();
  const postmaster = await startBystander('-D', data.postgres);
  mkdirSync(data.postgres);
  writeFileSync(postmasterFileOf(data.postgres), `${postmaster.pid}\n${data.postgres}\n`);
  expect(await stopOrphans(data, [])).toEqual([postmaster.pid]);
  await vi.waitFor(() => expect(isAlive(postmaster.pid)).toBe(false));
});

test('a file of PostgreSQL that names a stranger is removed and the stranger left alone', async () => {
  const data = makeData();
  const stranger = await startBystander();
  mkdirSync(data.postgres);
  writeFileSync(postmasterFileOf(data.postgres), `${stranger.pid}\n${data.postgres}\n`);
  expect(await stopOrphans(data, [])).toEqual([]);
  expect(isAlive(stranger.pid)).toBe(true);
  expect(existsSync(postmasterFileOf(data.postgres))).toBe(false);
});

test.for([
  ['postgres -D /data/postgres', true],
  ['node main.ts --dir=/data/index', true],
  ['ACOUSTID_DATA_DIR=/data', true],
  ['postgres -D "/data"', true],
  ['postgres -D /data2/postgres', false],
  ['postgres -D /old/data/postgres', false],
  ['/data2 /data3 /data', true],
  ['', false],
] as const)('whether "%s" speaks of /data', ([words, isSo]) => {
  expect(mentions(words, '/data')).toBe(isSo);
});
