/**
 * The desktop application with everything real but Electron itself: its window is the double, its
 * services are processes. Started from the modules that Electron would run, in plain child processes.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { makeTemporaryFolder, removeTemporaryFolder } from '../e2e/harness/temporary-folder.ts';
import { Appliance } from './appliance.ts';
import { resolveAppliance } from './config.ts';
import type { ApplianceConfig } from './config.ts';
import { backUp } from './desktop-jobs.ts';
import { Desktop } from './desktop.ts';
import { callChannelOf } from './ipc/channels.ts';
import type { Life, OperationName } from './ipc/contract.ts';
import { ShellSettingsFile } from './shell-settings.ts';
import { electronDouble } from './testing/electron-double.ts';
import { BOOT_URL } from './security.ts';
import { movedDataDirFileOf } from '../server/config/data-dir.ts';
import type { Host } from '../server/config/data-dir.ts';

const LIMIT = { timeout: 90_000 };

let folder: string;
let host: Host;
let appliance: Appliance;
const double = electronDouble();

function resolve(): ApplianceConfig {
  return resolveAppliance({}, host);
}

beforeAll(async () => {
  folder = await makeTemporaryFolder('desktop');
  const share = join(folder, 'share');
  // PostgreSQL's own user must be able to pass, when the test is root's.
  mkdirSync(share, { mode: 0o755 });
  const environment = {
    ...process.env,
    XDG_DATA_HOME: share,
    ACOUSTID_DATA_DIR: '',
    ACOUSTID_SERVER_PORT: '0',
    ACOUSTID_POSTGRES_PORT: '0',
    ACOUSTID_NATS_PORT: '0',
    ACOUSTID_INDEX_PORT: '0',
  };
  host = {
    platform: 'linux',
    environment,
    isRoot: process.getuid?.() === 0,
    home: folder,
  };
  const desktop = new Desktop({
    electron: double.parts,
    files: { preload: '/p', bootFolder: '/b', icon: '/i', trayIcon: '/t' },
    settings: new ShellSettingsFile(join(folder, 'shell.json')),
    resolve,
    openAppliance: async (onChange) => {
      appliance = await Appliance.open({ config: resolve(), events: { onChange } });
      return appliance;
    },
    loadUpdater: async () => Promise.reject(new Error('no feed is configured')),
    isDataDirFixed: false,
    movedToFile: movedDataDirFileOf(host),
    host: { argv: [], env: environment, execPath: '/app', platform: 'linux' },
  });
  await desktop.open();
});

afterAll(async () => {
  double.app.quit();
  await vi.waitUntil(() => double.app.quits === 1, LIMIT);
  removeTemporaryFolder(folder);
});

async function call<T>(name: OperationName, input?: unknown): Promise<T> {
  const answer = (await double.call(BOOT_URL, callChannelOf(name), input)) as {
    ok: boolean;
    value: T;
  };
  expect(answer).toMatchObject({ ok: true });
  return answer.value;
}

function livesSent(): Life[] {
  const sent = double.windows[0]?.webContents.sent ?? [];
  // What is sent on this channel, by the contract.
  return sent.filter(({ channel }) => /life/.test(channel)).map(({ args }) => args[0] as Life);
}

function cookieHeader(): string {
  const { name, value } = double.session.cookieJar.at(-1) ?? {};
  return `${name}=${value}`;
}

test('it comes up, signs the window in, and shows the pages', async () => {
  const life = await call<Life>('life');
  expect(life).toMatchObject({ phase: 'running' });
  await vi.waitFor(() => expect(double.windows[0]?.loaded.at(-1)).toBe(`${life.url}/`), LIMIT);
  expect(double.session.cookieJar).toHaveLength(1);
  expect(cookieHeader()).toMatch(/^acoustid_session=[\w-]{43}$/);
  expect(livesSent().some(({ services }) => services.some(({ lastLine }) => lastLine !== ''))).toBe(
    true,
  );
});

test('it is signed in anew whenever it asks, with the earlier session at its end', async () => {
  const before = cookieHeader();
  await call('sign-in');
  expect(cookieHeader()).not.toBe(before);
});

test('nobody may listen beyond loopback while there is no password', async () => {
  const refused = await double.call(BOOT_URL, callChannelOf('set-server'), { host: '0.0.0.0' });
  expect(refused).toMatchObject({ ok: false, error: expect.stringContaining('password first') });
  expect(await call('settings')).toMatchObject({ hasAdminPassword: false });
});

test('the backup before an update is made while everything runs', async () => {
  await backUp(appliance);
  expect(readdirSync(resolve().data.backups)).toHaveLength(1);
});

test('a crash of a service is seen, and the service comes back', async () => {
  const before = await call<Life>('life');
  const run = JSON.parse(readFileSync(resolve().data.runFile, 'utf8')) as {
    services: { index: { pid: number } };
  };
  process.kill(run.services.index.pid, 'SIGKILL');
  await vi.waitFor(() => {
    const states = livesSent().flatMap(({ services }) =>
      services.filter(({ name }) => name === 'index').map(({ state }) => state),
    );
    expect(states).toContain('restarting');
    expect(states.at(-1)).toBe('ready');
  }, LIMIT);
  expect((await call<Life>('life')).url).toBe(before.url);
});

test('a killed move leaves the old folder in use, and what was copied does no harm', async () => {
  const from = resolve().data.root;
  const to = join(folder, 'killed');
  const script = `
    import { copyDataFolder } from ${JSON.stringify(new URL('./data-folder-move.ts', import.meta.url).href)};
    await copyDataFolder({ from: ${JSON.stringify(from)}, to: ${JSON.stringify(to)},
      signal: new AbortController().signal,
      onProgress: (step, done) => { if (done > 1e6) process.kill(process.pid, 'SIGKILL'); } });`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script]);
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGKILL');
  expect(readdirSync(to)).toContain('.moving-from');
  expect(resolve().data.root).toBe(from);
  rmSync(to, { recursive: true });
});

test('the data folder moves with everything in it, and the old is gone', async () => {
  const from = resolve().data.root;
  const to = join(folder, 'elsewhere', 'data');
  const ended = await call<{ step: string; error?: string }>('move-data', { to, keepOld: false });
  expect(ended).toMatchObject({ step: 'done' });
  expect(resolve().data.root).toBe(to);
  expect(existsSync(from)).toBe(false);
  expect(await call<Life>('life')).toMatchObject({ phase: 'running', dataDir: to });
  // The same accounts: the window's session of before is not needed to see that.
  await call('sign-in');
  const told = double.windows[0]?.webContents.sent.filter(({ channel }) => /move/.test(channel));
  expect(told?.length).toBeGreaterThan(10);
});
