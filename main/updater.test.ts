import type { AppUpdater } from 'electron-updater';
import { expect, test, vi } from 'vitest';
import type { UpdateState } from './ipc/contract.ts';
import { Updater } from './updater.ts';
import type { AutoUpdater } from './updater.ts';

// The compiler's word that electron-updater has the parts that are used.
const updaterHasTheseParts = (updater: AppUpdater): AutoUpdater => updater;

const FEED = 'https://updates.example.org/acoustid';

function makeUpdater(feed: () => string | undefined) {
  const order: string[] = [];
  const states: UpdateState[] = [];
  const on = vi.fn<AutoUpdater['on']>();
  const world = { jobs: 0, version: '2.0.0' as string | undefined, backupFails: false };
  const electronUpdater = {
    autoDownload: true,
    autoInstallOnAppQuit: true,
    allowDowngrade: true,
    logger: console as unknown,
    setFeedURL: vi.fn<AutoUpdater['setFeedURL']>(),
    checkForUpdates: async () =>
      world.version === undefined
        ? { isUpdateAvailable: false, updateInfo: { version: '1.0.0' } }
        : { isUpdateAvailable: true, updateInfo: { version: world.version } },
    downloadUpdate: async () => order.push('download'),
    quitAndInstall: () => void order.push('install'),
    on,
  } satisfies AutoUpdater;
  const load = vi.fn<() => Promise<AutoUpdater>>(async () => electronUpdater);
  const updater = new Updater({
    load,
    feed,
    runningJobs: async () => world.jobs,
    backup: async () => {
      order.push('backup');
      if (world.backupFails) throw new Error('the disk is full');
    },
    stopAll: async () => void order.push('stop'),
    onChange: (state) => states.push(state),
    log: () => undefined,
  });
  return { electronUpdater, load, order, states, updater, world };
}

test('the double stands for parts of electron-updater', () => {
  expect(updaterHasTheseParts).toBeTypeOf('function');
});

test('without a feed nobody is asked, and nothing is even loaded', async () => {
  const { load, updater } = makeUpdater(() => undefined);
  expect(await updater.check()).toEqual({ state: 'off' });
  expect(load).not.toHaveBeenCalled();
});

test('what is newer is fetched from the configured feed, and nothing is installed unasked', async () => {
  const { electronUpdater, order, states, updater } = makeUpdater(() => FEED);
  expect(await updater.check()).toEqual({ state: 'ready', version: '2.0.0' });
  expect(electronUpdater.setFeedURL).toHaveBeenCalledWith({ provider: 'generic', url: FEED });
  expect(electronUpdater).toMatchObject({
    autoDownload: false,
    autoInstallOnAppQuit: false,
    allowDowngrade: false,
  });
  expect(order).toEqual(['download']);
  expect(states.map(({ state }) => state)).toEqual(['downloading', 'ready']);
});

test('an update waits for the jobs, backs up, stops everything and only then installs', async () => {
  const { order, updater, world } = makeUpdater(() => FEED);
  await updater.check();
  world.jobs = 2;
  await expect(updater.install()).rejects.toThrow('2 jobs are running');
  expect(order).toEqual(['download']);
  world.jobs = 0;
  await updater.install();
  expect(order).toEqual(['download', 'backup', 'stop', 'install']);
});

test('without a backup nothing is installed, and everything runs on', async () => {
  const { order, updater, world } = makeUpdater(() => FEED);
  await updater.check();
  world.backupFails = true;
  await expect(updater.install()).rejects.toThrow('the disk is full');
  expect(order).toEqual(['download', 'backup']);
  expect(updater.state).toEqual({ state: 'ready', version: '2.0.0' });
});

test('there must be something to install', async () => {
  const { updater, world } = makeUpdater(() => FEED);
  world.version = undefined;
  expect(await updater.check()).toEqual({ state: 'none' });
  await expect(updater.install()).rejects.toThrow('no update');
});

test('a feed that fails is a state and no fault', async () => {
  const { electronUpdater, updater } = makeUpdater(() => FEED);
  vi.spyOn(electronUpdater, 'checkForUpdates').mockRejectedValue(new Error('no such host'));
  expect(await updater.check()).toEqual({ state: 'failed', error: 'no such host' });
});

test('a configuration that cannot be read is a state as well', async () => {
  const { updater } = makeUpdater(() => {
    throw new Error('server.port is not a number');
  });
  expect(await updater.check()).toMatchObject({ state: 'failed' });
});

test('the download tells how far it is', async () => {
  const { electronUpdater, states, updater } = makeUpdater(() => FEED);
  vi.spyOn(electronUpdater, 'downloadUpdate').mockImplementation(async () => {
    const [, listener] = electronUpdater.on.mock.calls[0] ?? [];
    listener?.({ percent: 40 });
    return 0;
  });
  await updater.check();
  expect(states).toContainEqual({ state: 'downloading', version: '2.0.0', percent: 40 });
});
