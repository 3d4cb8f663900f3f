import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeTemporaryFolder, removeTemporaryFolder } from '../../e2e/harness/temporary-folder.ts';
import { startError } from '../data-folder.ts';
import { dataPathsOf } from '../paths.ts';
import type { DataPaths } from '../paths.ts';
import { ensureUser } from '../system-user.ts';
import { spawnProgram } from './child-process.ts';
import { binariesFor, findPostgresBinaries } from './postgres-binaries.ts';
import { ensureCluster } from './postgres-cluster.ts';
import type { ClusterOptions } from './postgres-cluster.ts';

const isRoot = process.getuid?.() === 0;
const open = new AbortController().signal;

async function makeOptions(): Promise<ClusterOptions & { readonly data: DataPaths }> {
  const folder = await makeTemporaryFolder('cluster');
  onTestFinished(() => removeTemporaryFolder(folder));
  const data = dataPathsOf(join(folder, 'data'));
  mkdirSync(data.root);
  chmodSync(data.root, 0o711);
  return {
    binaries: await findPostgresBinaries(),
    data,
    user: isRoot ? await ensureUser('acoustid') : undefined,
    adminName: 'postgres',
    adminPassword: 'a password of this test',
    env: { PATH: process.env['PATH'] ?? '' },
    spawn: spawnProgram,
  };
}

test('a cluster is made whole, with checksums and passwords, and nothing beside it', async () => {
  const options = await makeOptions();
  const { data } = options;
  // What a killed start has left.
  mkdirSync(join(data.postgresInit, 'attempt-1', 'cluster'), { recursive: true });
  await ensureCluster(options, open);
  expect(readdirSync(data.root)).toEqual(['postgres']);
  expect(statSync(data.postgres).mode & 0o777).toBe(0o700);
  expect(readFileSync(join(data.postgres, 'PG_VERSION'), 'utf8')).toBe('18\n');
  const access = readFileSync(join(data.postgres, 'pg_hba.conf'), 'utf8');
  expect(access).not.toMatch(/^[^#\n].*\b(trust|md5)\b/m);
  expect(access).toMatch(/^host .* scram-sha-256$/m);
  const made = statSync(join(data.postgres, 'PG_VERSION')).mtimeMs;
  await ensureCluster(options, open);
  expect(statSync(join(data.postgres, 'PG_VERSION')).mtimeMs).toBe(made);
});

test('a start that is broken off while the cluster is made leaves nothing of it', async () => {
  const options = await makeOptions();
  const stop = new AbortController();
  const making = ensureCluster(options, stop.signal);
  stop.abort(new Error('it is being stopped'));
  await expect(making).rejects.toThrow('it is being stopped');
  expect(readdirSync(options.data.root)).toEqual([]);
});

test('binaries that the user cannot reach are copied to where it can', async ({ skip }) => {
  const { binaries, data, user } = await makeOptions();
  if (!user) skip('only root runs PostgreSQL as somebody else');
  expect(await binariesFor(user, binaries, data.programs)).toBe(binaries);
  const closed = join(data.root, 'closed');
  mkdirSync(closed, { mode: 0o700 });
  cpSync(binaries.home, join(closed, 'native'), { recursive: true, verbatimSymlinks: true });
  const home = join(closed, 'native');
  const unreachable = {
    ...binaries,
    home,
    postgres: join(home, 'bin', 'postgres'),
    initdb: join(home, 'bin', 'initdb'),
  };
  mkdirSync(join(data.programs, 'postgresql-17.0'), { recursive: true });
  const copy = await binariesFor(user, unreachable, data.programs);
  expect(copy.home).toBe(join(data.programs, `postgresql-${binaries.version}`));
  expect(readdirSync(data.programs)).toEqual([`postgresql-${binaries.version}`]);
  expect(await binariesFor(user, unreachable, data.programs)).toEqual(copy);
});

test('a disk that fills up while the cluster is made is told, and nothing of it is left', async ({
  skip,
}) => {
  const options = await makeOptions();
  const { root } = options.data;
  const mount = ['-t', 'tmpfs', '-o', 'size=10m,mode=0711', 'tmpfs', root];
  if (!isRoot || spawnSync('/bin/mount', mount).status !== 0)
    skip('only root may mount a small disk');
  onTestFinished(() => {
    spawnSync('/bin/umount', [root]);
  });
  const error: unknown = await ensureCluster(options, open).catch((reason: unknown) => reason);
  expect(String(startError(root, error))).toMatch(/disk .* is full.*--data-dir/);
  expect(existsSync(options.data.postgres)).toBe(false);
  expect(readdirSync(root)).toEqual([]);
});
