/**
 * What keeps an appliance from starting: each time one line that says what to do, an exit code that
 * is not 0, and nothing half-started left behind.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Client } from 'pg';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { serveToEnd, startAppliance } from '../e2e/harness/appliance.ts';
import type { Ended, TestAppliance } from '../e2e/harness/appliance.ts';
import { processesIn } from '../e2e/harness/left-behind.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from '../e2e/harness/temporary-folder.ts';
import { dataPathsOf } from './paths.ts';

const isRoot = process.getuid?.() === 0;

/** A folder for a data folder that does not exist yet. */
async function makeParent(): Promise<string> {
  const folder = await makeTemporaryFolder('refusal');
  onTestFinished(() => removeTemporaryFolder(folder));
  return folder;
}

async function expectRefusal(ended: Ended, dataDir: string, ...words: string[]): Promise<void> {
  const lines = ended.stderr.trimEnd().split('\n');
  expect(lines, ended.stdout).toHaveLength(1);
  for (const word of words) expect(lines[0]).toContain(word);
  expect(ended.code).toBe(1);
  expect(await processesIn(dataDir)).toEqual([]);
  const { lock, postgresInit, runFile } = dataPathsOf(dataDir);
  expect([lock, postgresInit, runFile].filter((path) => existsSync(path))).toEqual([]);
}

/** Listens on a free port of loopback for the length of a test. */
async function takePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.close();
  });
  return (server.address() as AddressInfo).port; // a TCP server's address is never a string
}

/** Mounts a file system in memory at a folder; needs root. */
function mount(folder: string, options: string): void {
  mkdirSync(folder, { recursive: true });
  const { status } = spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
  if (status !== 0) throw new Error('mount failed');
  onTestFinished(() => {
    spawnSync('/bin/umount', [folder]);
  });
}

/** Whether this machine lets us mount: root does not suffice in every container. */
function canMount(folder: string): boolean {
  if (!isRoot) return false;
  mkdirSync(folder, { recursive: true });
  const isMounted = spawnSync('/bin/mount', ['-t', 'tmpfs', 'tmpfs', folder]).status === 0;
  if (isMounted) spawnSync('/bin/umount', [folder]);
  return isMounted;
}

describe('with a fresh data folder', () => {
  test('a taken API port is named with its holder and the option, and no folder is made', async () => {
    const dataDir = join(await makeParent(), 'data');
    const port = await takePort();
    const ended = await serveToEnd(dataDir, { args: ['--port', String(port)] });
    await expectRefusal(ended, dataDir, `Port ${port}`, '--port');
    if (process.platform === 'linux') expect(ended.stderr).toContain(`process ${process.pid}`);
    expect(existsSync(dataDir)).toBe(false);
  });

  test('an address that is not of this machine is refused', async () => {
    const dataDir = join(await makeParent(), 'data');
    const ended = await serveToEnd(dataDir, { args: ['--host', '203.0.113.7', '--port', '8380'] });
    await expectRefusal(ended, dataDir, '203.0.113.7', '--host');
    expect(existsSync(dataDir)).toBe(false);
  });

  test('a read-only data folder is named', async ({ skip }) => {
    const dataDir = join(await makeParent(), 'data');
    if (isRoot) {
      if (!canMount(dataDir)) skip('this machine lets nobody mount');
      mount(dataDir, 'ro,size=1m');
    } else {
      mkdirSync(dataDir, { mode: 0o500 });
    }
    const ended = await serveToEnd(dataDir);
    await expectRefusal(ended, dataDir, dataDir, '--data-dir');
  });

  test('a file in the place of the data folder is named', async () => {
    const dataDir = join(await makeParent(), 'data');
    writeFileSync(dataDir, '');
    const ended = await serveToEnd(dataDir);
    await expectRefusal(ended, dataDir, dataDir, 'a file is in the way');
  });

  test('a disk with too little room is named before anything is made', async ({ skip }) => {
    const dataDir = join(await makeParent(), 'data');
    if (!canMount(dataDir)) skip('only root may mount a small disk');
    mount(dataDir, 'size=8m');
    const ended = await serveToEnd(dataDir);
    await expectRefusal(ended, dataDir, dataDir, 'MiB left', '--data-dir');
    expect(readdirSync(dataDir)).toEqual([]);
  });

  test('a folder that the user of PostgreSQL cannot pass is named', async ({ skip }) => {
    if (!isRoot) skip('only root runs PostgreSQL as somebody else');
    const parent = join(await makeParent(), 'closed');
    mkdirSync(parent, { mode: 0o700 });
    const dataDir = join(parent, 'data');
    const ended = await serveToEnd(dataDir);
    await expectRefusal(ended, dataDir, `cannot pass ${parent}.`, '--data-dir');
    expect(existsSync(dataDir)).toBe(false);
  });

  test('root is no user to run PostgreSQL', async ({ skip }) => {
    if (!isRoot) skip('only root runs PostgreSQL as somebody else');
    const dataDir = join(await makeParent(), 'data');
    const ended = await serveToEnd(dataDir, { args: ['--pg-user', 'root'] });
    await expectRefusal(ended, dataDir, 'root', '--pg-user');
  });

  test('a nats-server that cannot be run is named with its setting', async () => {
    const dataDir = join(await makeParent(), 'data');
    const binary = '/nowhere/nats-server';
    const ended = await serveToEnd(dataDir, { env: { ACOUSTID_NATS_BINARY: binary } });
    await expectRefusal(ended, dataDir, binary, '[nats]', 'ACOUSTID_NATS_BINARY');
    expect(existsSync(dataDir)).toBe(false);
  });

  test('an external database that does not answer is named with its section', async () => {
    const dataDir = join(await makeParent(), 'data');
    const env = { ACOUSTID_DATABASE_HOST: '127.0.0.1', ACOUSTID_DATABASE_PORT: '1' };
    const ended = await serveToEnd(dataDir, { env });
    await expectRefusal(ended, dataDir, '127.0.0.1:1', '[database');
  });

  test('a configuration file that is none is named with the line', async () => {
    const dataDir = join(await makeParent(), 'data');
    const { config, configFile } = dataPathsOf(dataDir);
    mkdirSync(config, { recursive: true });
    writeFileSync(configFile, '[server]\nport 8380\n');
    const ended = await serveToEnd(dataDir);
    await expectRefusal(ended, dataDir, configFile, 'line 2');
    expect(readdirSync(dataDir)).toEqual(['config']);
  });

  test('a configuration file that was named must be there', async () => {
    const dataDir = join(await makeParent(), 'data');
    const ended = await serveToEnd(dataDir, { args: ['--config', '/nowhere/acoustid.conf'] });
    await expectRefusal(ended, dataDir, '/nowhere/acoustid.conf');
    expect(existsSync(dataDir)).toBe(false);
  });

  test('a cluster of a newer PostgreSQL is left alone and says what to do', async () => {
    const dataDir = await makeParent();
    const { postgres } = dataPathsOf(dataDir);
    mkdirSync(postgres, { mode: 0o700 });
    writeFileSync(join(postgres, 'PG_VERSION'), '99\n');
    const args = isRoot ? ['--pg-user', 'nobody'] : [];
    if (isRoot) spawnSync('chown', ['-R', 'nobody', postgres]);
    const ended = await serveToEnd(dataDir, { args });
    await expectRefusal(ended, dataDir, 'PostgreSQL 99', '--data-dir');
    expect(readdirSync(postgres)).toEqual(['PG_VERSION']);
  });

  test('a cluster of another user is left alone and says whose it is', async ({ skip }) => {
    if (!isRoot) skip('only root runs PostgreSQL as somebody else');
    const dataDir = await makeParent();
    const { postgres } = dataPathsOf(dataDir);
    mkdirSync(postgres, { mode: 0o700 });
    const ended = await serveToEnd(dataDir);
    await expectRefusal(ended, dataDir, 'belongs to user 0', '--pg-user');
  });
});

describe('beside a running appliance', () => {
  let appliance: TestAppliance;
  let taken: number;
  beforeAll(async () => {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    taken = (server.address() as AddressInfo).port; // a TCP server's address is never a string
    const port = String(taken);
    const env = {
      ACOUSTID_POSTGRES_PORT: port,
      ACOUSTID_NATS_PORT: port,
      ACOUSTID_INDEX_PORT: port,
    };
    appliance = await startAppliance({ env });
    return async () => {
      await appliance[Symbol.asyncDispose]();
      server.close();
    };
  });

  test('internal ports that are taken moved to free ones, each to its own', () => {
    const { index, nats, postgres } = appliance.run();
    const ports = [index, nats, postgres.app].map((url) => Number(new URL(url).port));
    expect(new Set([...ports, taken]).size).toBe(4);
  });

  test('a second instance on its data folder names the first, which goes on', async () => {
    const ended = await serveToEnd(appliance.dataDir);
    expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(ended.stderr).toContain(`process ${appliance.pid}`);
    expect(ended.stderr).toContain('--data-dir');
    expect(ended.code).toBe(1);
    expect((await fetch(`${appliance.api}/_health`)).status).toBe(200);
    expect(appliance.run().pid).toBe(appliance.pid);
  });

  test('another one uses its parts as external ones, and starts nothing but a server', async () => {
    const { index, nats, postgres } = appliance.run();
    const [database, queue] = [new URL(postgres.app), new URL(nats)];
    await using other = await startAppliance({
      env: {
        ACOUSTID_DATABASE_HOST: database.hostname,
        ACOUSTID_DATABASE_PORT: database.port,
        ACOUSTID_DATABASE_USER: database.username,
        ACOUSTID_DATABASE_PASSWORD: database.password,
        ACOUSTID_NATS_URL: `nats://${queue.host}`,
        ACOUSTID_NATS_TOKEN: queue.username,
        ACOUSTID_INDEX_URL: index,
      },
    });
    const { services } = other.run();
    for (const name of ['postgres', 'nats', 'index']) {
      expect(services[name]).toEqual({ pid: null, state: 'ready' });
    }
    expect(services['server']?.pid).toBeGreaterThan(0);
    expect((await fetch(`${other.api}/_health`)).status).toBe(200);
    expect(existsSync(dataPathsOf(other.dataDir).postgres)).toBe(false);
  });

  test('its data folder, once of a newer version, is refused in one line', async () => {
    const client = new Client({ connectionString: appliance.run().postgres.app });
    await client.connect();
    await client.query(
      `insert into schema_migration (version, name, checksum) values (9999, 'of-tomorrow', 'x')`,
    );
    await client.end();
    await appliance.stop();
    const ended = await serveToEnd(appliance.dataDir);
    await expectRefusal(ended, appliance.dataDir, '9999', 'newer');
  });
});
