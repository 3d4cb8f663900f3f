import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ApplianceLife } from './appliance-life.ts';
import { resolveAppliance } from './config.ts';
import type { Flags } from './config.ts';
import { DataMove } from './data-move.ts';
import { desktopHandlers } from './desktop-handlers.ts';
import type { HandlerParts } from './desktop-handlers.ts';
import { settingsSchema } from './ipc/contract.ts';
import { ShellSettingsFile } from './shell-settings.ts';
import { ApplianceDouble } from './testing/appliance-double.ts';
import { electronDouble } from './testing/electron-double.ts';
import { Updater } from './updater.ts';

async function makeHandlers(options: { flags?: Flags; parts?: Partial<HandlerParts> } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'acoustid-handlers-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const double = electronDouble();
  const dataDir = join(folder, 'data');
  const host = { platform: 'linux', environment: {}, isRoot: false, home: folder } as const;
  const resolve = () => resolveAppliance({ dataDir, ...options.flags }, host);
  const world = { answers: { 'admin-password': false } as Record<string, unknown>, starts: true };
  const made: ApplianceDouble[] = [];
  const life = new ApplianceLife({
    open: async (onChange) => {
      if (!world.starts && made.length > 0 && made.length < 2) {
        made.push(new ApplianceDouble(onChange));
        throw new Error('Port 9000 is in use.');
      }
      const appliance = Object.assign(new ApplianceDouble(onChange), { answers: world.answers });
      made.push(appliance);
      appliance.comeUp();
      return appliance;
    },
    onChange: () => undefined,
  });
  await life.up();
  const autostart = { isSet: () => true, set: vi.fn<(isOn: boolean) => void>() };
  const handlers = desktopHandlers({
    electron: double.parts,
    life,
    resolve,
    isDataDirFixed: false,
    session: () => double.session,
    settings: new ShellSettingsFile(join(folder, 'shell.json')),
    autostart,
    move: new DataMove({
      life,
      pointerFile: join(folder, 'moved-to'),
      onProgress: () => undefined,
    }),
    updater: new Updater({
      load: async () => Promise.reject(new Error('not loaded')),
      feed: () => undefined,
      runningJobs: async () => 0,
      backup: async () => undefined,
      stopAll: async () => undefined,
      onChange: () => undefined,
      log: () => undefined,
    }),
    quit: () => double.app.quit(),
    ...options.parts,
  });
  const configFile = resolve().data.configFile;
  return { configFile, double, folder, handlers, life, autostart, made, resolve, world };
}

test('the settings are told as they are', async () => {
  const { handlers } = await makeHandlers();
  expect(settingsSchema.parse(await handlers.settings(undefined))).toEqual({
    server: { host: '127.0.0.1', port: 8380 },
    fixed: [],
    hasAdminPassword: false,
    autostart: true,
    keepAwake: false,
    notify: true,
    onClose: 'ask',
    updates: { feed: null, version: '1.2.3' },
  });
});

test('another port is written down, and everything started anew with it', async () => {
  const { configFile, handlers, made, resolve } = await makeHandlers();
  await handlers['set-server']({ port: 9000 });
  expect(readFileSync(configFile, 'utf8')).toBe('[server]\nport = 9000\n');
  expect(resolve().settings['server.port']).toBe(9000);
  expect(made.map(({ log }) => log)).toEqual([['start', 'stop'], ['start']]);
});

test('listening to others is refused without an administrator’s password', async () => {
  const { configFile, handlers, made, world } = await makeHandlers();
  for (const host of ['0.0.0.0', '::', '192.168.1.5']) {
    await expect(handlers['set-server']({ host })).rejects.toThrow('password first');
  }
  expect([existsSync(configFile), made.length]).toEqual([false, 1]);
  world.answers['admin-password'] = true;
  await handlers['set-server']({ host: '0.0.0.0' });
  expect(readFileSync(configFile, 'utf8')).toContain('host = 0.0.0.0');
});

test('every form of loopback needs none', async () => {
  const { handlers, resolve } = await makeHandlers();
  for (const host of ['127.0.0.2', '::1', 'localhost', '127.0.0.1']) {
    await handlers['set-server']({ host });
    expect(resolve().settings['server.host']).toBe(host);
  }
});

test('an address that cannot be had is given up for the one before', async () => {
  const { handlers, life, resolve, world } = await makeHandlers();
  world.starts = false;
  await expect(handlers['set-server']({ port: 9000 })).rejects.toThrow(
    'Port 9000 is in use. The old address is in use again.',
  );
  expect(resolve().settings['server.port']).toBe(8380);
  expect(life.state().phase).toBe('running');
});

test('what the command line holds is changed there', async () => {
  const { handlers } = await makeHandlers({ flags: { port: '8381' } });
  await expect(handlers['set-server']({ port: 9000 })).rejects.toThrow('port of [server] is set');
  expect(await handlers.settings(undefined)).toMatchObject({ fixed: ['port'] });
});

test('what is the shell’s own is kept by the shell', async () => {
  const { handlers, autostart } = await makeHandlers();
  await handlers['set-shell']({ autostart: false, keepAwake: true, onClose: 'quit' });
  expect(autostart.set).toHaveBeenCalledWith(false);
  expect(await handlers.settings(undefined)).toMatchObject({
    keepAwake: true,
    onClose: 'quit',
    notify: true,
  });
});

test('a folder is chosen in the system’s dialog, or none is', async () => {
  const { double, handlers } = await makeHandlers();
  expect(await handlers['choose-folder'](undefined)).toBeNull();
  double.chosenFolders.push('/mnt/big');
  expect(await handlers['choose-folder'](undefined)).toBe('/mnt/big');
});

test('the data folder is moved, unless somebody else says where it is', async () => {
  const { folder, handlers, resolve } = await makeHandlers();
  const { root } = resolve().data;
  mkdirSync(dirname(join(root, 'x')), { recursive: true });
  writeFileSync(join(root, 'x'), 'y');
  const to = join(folder, 'new');
  expect(await handlers['move-data']({ to, keepOld: true })).toMatchObject({ step: 'done' });
  expect(readFileSync(join(folder, 'moved-to'), 'utf8')).toBe(`${to}\n`);
  const fixed = await makeHandlers({ parts: { isDataDirFixed: true } });
  await expect(fixed.handlers['move-data']({ to, keepOld: true })).rejects.toThrow(
    'ACOUSTID_DATA_DIR',
  );
});

test('a service is started again, the logs are opened, updates are off until configured', async () => {
  const { double, handlers, made, resolve } = await makeHandlers();
  await handlers['restart-service']({ name: 'index' });
  expect(made[0]?.log).toContain('restart index');
  await handlers['open-logs'](undefined);
  expect(double.openedPaths).toEqual([resolve().data.logs]);
  expect(await handlers['check-updates'](undefined)).toEqual({ state: 'off' });
  await expect(handlers['install-update'](undefined)).rejects.toThrow('no update');
  await handlers.quit(undefined);
  expect(double.app.quits).toBe(1);
});
