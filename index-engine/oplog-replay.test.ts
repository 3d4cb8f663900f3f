import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ChangeBatch } from './change.ts';
import { CorruptionError } from './errors.ts';
import { oplogFile } from './file-names.ts';
import { listOplogFiles, Oplog } from './oplog.ts';
import { encodeChanges, sealRecord } from './oplog-record.ts';
import { replayOplog } from './oplog-replay.ts';
import { temporaryFolder } from './testing/engine-process.ts';

function record(commitId: number): Buffer {
  const batch = new ChangeBatch();
  batch.insert(commitId, [commitId, commitId + 1]);
  return Buffer.concat(sealRecord({ commitId, version: commitId }, encodeChanges(batch)));
}

/** Appends commits `from` … `to` in a log of its own, so in a file of its own. */
async function write(folder: string, from: number, to: number): Promise<void> {
  const oplog = new Oplog(folder, from - 1);
  const appends = [];
  for (let commit = from; commit <= to; commit++)
    appends.push(oplog.append(commit, [record(commit)]));
  await Promise.all(appends);
  await oplog.close();
}

async function replayed(folder: string, durable = 0): Promise<number[]> {
  const commits: number[] = [];
  await replayOplog(folder, durable, (head, batch) => {
    expect(batch.idAt(0)).toBe(head.commitId);
    batch.clear();
    commits.push(head.commitId);
  });
  return commits;
}

test('records come back in order over several files, those already durable left out', async () => {
  await using folder = await temporaryFolder();
  await write(folder.path, 1, 3);
  await write(folder.path, 4, 5);
  expect(await replayed(folder.path)).toEqual([1, 2, 3, 4, 5]);
  expect(await replayed(folder.path, 4)).toEqual([5]);
});

test('a log cut at any byte keeps every whole record before the cut', async () => {
  await using folder = await temporaryFolder();
  await write(folder.path, 1, 3);
  const path = join(folder.path, oplogFile(1));
  const size = (await readFile(path)).length;
  const recordSize = record(1).length;
  for (let cut = size - 1; cut >= 0; cut--) {
    await truncate(path, cut);
    const whole = Math.floor(cut / recordSize);
    expect(await replayed(folder.path)).toEqual([1, 2, 3].slice(0, whole));
  }
});

test('a damaged byte anywhere but in the last record refuses to open, naming file and offset', async () => {
  await using folder = await temporaryFolder();
  await write(folder.path, 1, 3);
  const path = join(folder.path, oplogFile(1));
  const bytes = await readFile(path);
  const recordSize = record(1).length;
  for (let at = 0; at < bytes.length; at++) {
    const damaged = Buffer.from(bytes);
    damaged[at] = (damaged[at] ?? 0) ^ 0x41;
    await writeFile(path, damaged);
    const start = Math.floor(at / recordSize) * recordSize;
    if (start + recordSize === bytes.length) {
      // Nothing follows: damage cannot be told from a torn last write.
      expect(await replayed(folder.path)).toEqual([1, 2]);
    } else {
      const error = await replayed(folder.path).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(CorruptionError);
      expect(error).toMatchObject({ file: path, offset: start });
    }
  }
});

test('a torn tail is forgiven once the next file continues exactly, and only then', async () => {
  await using folder = await temporaryFolder();
  await write(folder.path, 1, 3);
  const first = join(folder.path, oplogFile(1));
  await truncate(first, record(1).length * 2 + 5);
  expect(await replayed(folder.path)).toEqual([1, 2]);
  await write(folder.path, 3, 4);
  expect(await replayed(folder.path)).toEqual([1, 2, 3, 4]);
  await truncate(first, record(1).length + 5);
  await expect(replayed(folder.path)).rejects.toThrow(CorruptionError);
});

test('a missing file is a gap, not an empty log', async () => {
  await using folder = await temporaryFolder();
  await write(folder.path, 3, 4);
  await expect(replayed(folder.path)).rejects.toThrow(/commits 1 … 2 are missing/);
  expect(await replayed(folder.path, 2)).toEqual([3, 4]);
});

test('truncating keeps the file that may hold the next commit', async () => {
  await using folder = await temporaryFolder();
  await write(folder.path, 1, 2);
  await write(folder.path, 3, 4);
  await write(folder.path, 5, 6);
  const oplog = new Oplog(folder.path, 6);
  await oplog.truncate(3);
  expect(await listOplogFiles(folder.path)).toEqual([3, 5]);
  await oplog.truncate(6);
  expect(await listOplogFiles(folder.path)).toEqual([5]);
  await oplog.close();
});

test('after a failed write nothing is accepted until the log is opened again', async () => {
  await using folder = await temporaryFolder();
  const oplog = new Oplog(join(folder.path, 'missing'), 0);
  await expect(oplog.append(1, [record(1)])).rejects.toMatchObject({ errorName: 'WriteFailed' });
  await expect(oplog.append(2, [record(2)])).rejects.toMatchObject({ errorName: 'WriteFailed' });
});
