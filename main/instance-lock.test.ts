import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { InstanceLock, isSame } from './instance-lock.ts';
import { describeProcess } from './process-table.ts';

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'acoustid-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The pid of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid ?? 0;
}

function writeLock(file: string, content: object | string): void {
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
}

test('whoever comes second is told who was first', async () => {
  const folder = makeFolder();
  const file = join(folder, 'lock');
  const lock = await InstanceLock.acquire(file, folder);
  await expect(InstanceLock.acquire(file, folder)).rejects.toThrow(`process ${process.pid}`);
  expect(readdirSync(folder)).toEqual(['lock']);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  lock.release();
  expect(readdirSync(folder)).toEqual([]);
});

test('the lock of a dead owner is taken over, with what it had on record', async () => {
  const folder = makeFolder();
  const file = join(folder, 'lock');
  const children = [{ pid: 4242, started: '17' }];
  writeLock(file, { pid: await deadPid(), started: '1', children });
  const lock = await InstanceLock.acquire(file, folder);
  expect(lock.orphans).toEqual(children);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid, children: [] });
  expect(readdirSync(folder)).toEqual(['lock']);
});

test('a number that somebody else has by now is no owner', async () => {
  const folder = makeFolder();
  const file = join(folder, 'lock');
  const started = (await describeProcess(process.pid))?.started ?? '';
  expect(await isSame({ pid: process.pid, started })).toBe(true);
  writeLock(file, { pid: process.pid, started: `${started}0`, children: [] });
  const lock = await InstanceLock.acquire(file, folder);
  expect(lock.orphans).toEqual([]);
});

test('a lock that nobody can read is nobody’s', async () => {
  const folder = makeFolder();
  const file = join(folder, 'lock');
  writeLock(file, '{"pid": 12');
  await InstanceLock.acquire(file, folder);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid });
});

test('of several that find the same stale lock exactly one gets it', async () => {
  const folder = makeFolder();
  const file = join(folder, 'lock');
  writeLock(file, { pid: await deadPid(), started: '1', children: [] });
  const script = `
    import { InstanceLock } from ${JSON.stringify(import.meta.resolve('./instance-lock.ts'))};
    try {
      await InstanceLock.acquire(${JSON.stringify(file)}, 'folder');
      console.log('mine');
      setTimeout(() => {}, 60_000);
    } catch { process.exit(0); }`;
  const children = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
  onTestFinished(() => {
    for (const child of children) child.kill('SIGKILL');
  });
  const outcomes = await Promise.all(
    children.map(
      async (child) =>
        await Promise.race([
          once(child.stdout, 'data').then(() => 'mine'),
          once(child, 'exit').then(() => 'refused'),
        ]),
    ),
  );
  expect(outcomes.toSorted()).toEqual(['mine', 'refused', 'refused', 'refused']);
});

test('children are on record for as long as they live', async () => {
  const folder = makeFolder();
  const file = join(folder, 'lock');
  const lock = await InstanceLock.acquire(file, folder);
  const pids = (): unknown =>
    JSON.parse(readFileSync(file, 'utf8')).children.map((child: { pid: number }) => child.pid);
  await Promise.all([lock.add(process.pid), lock.add(process.ppid)]);
  expect(pids()).toEqual(expect.arrayContaining([process.pid, process.ppid]));
  lock.remove(process.pid);
  expect(pids()).toEqual([process.ppid]);
});

test('after its release a lock is not written again', async () => {
  const folder = makeFolder();
  const file = join(folder, 'lock');
  const lock = await InstanceLock.acquire(file, folder);
  lock.release();
  lock.remove(1);
  expect(readdirSync(folder)).toEqual([]);
});
