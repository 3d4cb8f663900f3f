import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { resolveAppliance } from './config.ts';
import { Desktop } from './desktop.ts';
import { ApplianceError } from './errors.ts';
import { callChannelOf } from './ipc/channels.ts';
import type { OperationName } from './ipc/contract.ts';
import { BOOT_SCHEME } from './boot-protocol.ts';
import { BOOT_URL, PARTITION } from './security.ts';
import { ShellSettingsFile } from './shell-settings.ts';
import { ApplianceDouble } from './testing/appliance-double.ts';
import { electronDouble } from './testing/electron-double.ts';
import type { AutoUpdater } from './updater.ts';

const COOKIE = 'acoustid_session=abc; Path=/; Expires=Sat, 21 Nov 2048 10:00:00 GMT; HttpOnly';

/** A server that gives sessions to whoever asks; what it was asked. */
async function sessionServer(): Promise<{ url: string; bodies: string[] }> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => bodies.push(chunk.toString()));
    request.on('end', () => response.writeHead(204, { 'set-cookie': COOKIE }).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}

function makeDesktop(options: { argv?: string[]; loadUpdater?: () => Promise<AutoUpdater> } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'acoustid-desktop-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const double = electronDouble();
  const appliances: ApplianceDouble[] = [];
  const world: { refusal: Error | undefined; url: string } = {
    refusal: undefined,
    url: 'http://127.0.0.1:8380',
  };
  const settings = new ShellSettingsFile(join(folder, 'shell.json'));
  const config = resolveAppliance({ dataDir: join(folder, 'data') });
  const desktop = new Desktop({
    electron: double.parts,
    files: {
      preload: '/app/preload.cjs',
      bootFolder: new URL('./boot', import.meta.url).pathname,
      icon: '/app/icon.png',
      trayIcon: '/app/tray.png',
    },
    settings,
    resolve: () => config,
    openAppliance: async (onChange) => {
      if (world.refusal) throw world.refusal;
      const appliance = Object.assign(new ApplianceDouble(onChange), { url: world.url });
      appliances.push(appliance);
      return appliance;
    },
    loadUpdater: options.loadUpdater ?? (async () => Promise.reject(new Error('none'))),
    isDataDirFixed: false,
    movedToFile: join(folder, 'moved-to'),
    host: Object.assign(new EventEmitter(), {
      argv: options.argv ?? [],
      env: {},
      execPath: '/app/acoustid',
      platform: 'linux' as const,
    }),
  });
  /** Starts the application up to where its services are running. */
  const open = async (): Promise<void> => {
    void desktop.open();
    const opened = appliances.length;
    await vi.waitFor(() => expect(appliances.at(-1)?.log).toContain('start'));
    expect(appliances.length).toBeGreaterThanOrEqual(opened);
    appliances.at(-1)?.comeUp();
  };
  const call = async (name: OperationName, input?: unknown): Promise<unknown> =>
    await double.call(BOOT_URL, callChannelOf(name), input);
  const shown = (): string | undefined => double.windows.at(-1)?.loaded.at(-1);
  return { appliances, call, config, desktop, double, folder, open, settings, shown, world };
}

test('what can only be said before Electron is ready is said before', () => {
  const { double } = makeDesktop();
  expect(double.app.isSandboxed).toBe(true);
  expect(double.schemes).toEqual([BOOT_SCHEME]);
});

test('the boot page comes first; when all is up the window is signed in and shows the pages', async () => {
  const server = await sessionServer();
  const { appliances, double, open, shown, world } = makeDesktop();
  world.url = server.url;
  await open();
  expect(double.windows[0]?.loaded[0]).toBe(BOOT_URL);
  await vi.waitFor(() => expect(shown()).toBe(`${server.url}/`));
  expect(double.partitions).toEqual([PARTITION]);
  expect(double.session.cookieJar).toEqual([
    {
      url: server.url,
      name: 'acoustid_session',
      value: 'abc',
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      expirationDate: Date.parse('2048-11-21T10:00:00Z') / 1000,
    },
  ]);
  // The server knows the hash before it gets the token, and the token is in no address.
  const [question] = appliances[0]?.questions ?? [];
  expect(question).toMatchObject({
    ask: 'desktop-login',
    tokenHash: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(server.bodies[0]).toMatch(/^\{"token":"[\w-]{43}"\}$/);
});

test('without a session the pages are shown all the same, for they have a login', async () => {
  const { open, shown } = makeDesktop();
  await open();
  // Nobody listens on this address.
  await vi.waitFor(() => expect(shown()).toBe('http://127.0.0.1:8380/'));
});

test('started at login there is no window, only the symbol', async () => {
  const { double, open } = makeDesktop({ argv: ['/app', '--hidden'] });
  await open();
  expect(double.windows).toEqual([]);
  await vi.waitFor(() => expect(double.trays[0]?.tip).toContain('Running'));
  double.trays[0]?.emit('click');
  expect(double.windows).toHaveLength(1);
});

test('a hidden start that fails is told of', async () => {
  const { desktop, double, world } = makeDesktop({ argv: ['--hidden'] });
  world.refusal = new ApplianceError('Port 8380 is in use.');
  void desktop.open();
  await vi.waitFor(() => expect(double.notes[0]?.body).toBe('Port 8380 is in use.'));
});

test('a start that fails stays on the boot page with the reason, and can be tried again', async () => {
  const { appliances, call, desktop, double, shown, world } = makeDesktop();
  world.refusal = new ApplianceError('Port 8380 is in use.');
  void desktop.open();
  await vi.waitFor(async () =>
    expect(await call('life')).toMatchObject({
      ok: true,
      value: { phase: 'failed', error: 'Port 8380 is in use.' },
    }),
  );
  expect(shown()).toBe(BOOT_URL);
  world.refusal = undefined;
  expect(await call('retry')).toEqual({ ok: true, value: null });
  await vi.waitFor(() => expect(appliances[0]?.log).toContain('start'));
  appliances[0]?.comeUp();
  await vi.waitFor(() => expect(shown()).toBe('http://127.0.0.1:8380/'));
  expect(double.windows).toHaveLength(1);
});

test('a second start of the program shows the window of the first', async () => {
  const { double, open, settings } = makeDesktop();
  await open();
  settings.change({ onClose: 'keep' });
  double.windows[0]?.close();
  double.app.emit('second-instance');
  expect(double.windows).toHaveLength(2);
  double.app.emit('window-all-closed');
  expect(double.app.quits).toBe(0);
});

test('to quit stops the services first, with the window saying so, and then quits', async () => {
  const { appliances, double, open, shown } = makeDesktop();
  await open();
  await vi.waitFor(() => expect(shown()).toBe('http://127.0.0.1:8380/'));
  const appliance = appliances[0]!;
  appliance.stopsAtOnce = false;
  double.app.quit();
  await vi.waitFor(() => expect(appliance.log).toContain('stop'));
  expect([shown(), double.app.quits]).toEqual([BOOT_URL, 0]);
  // A second wish does not make it faster, and does not cut it off either.
  double.app.quit();
  expect(double.app.quits).toBe(0);
  expect(double.windows[0]?.close()).toBe(true);
  appliance.stopped.resolve();
  await vi.waitFor(() => expect(double.app.quits).toBe(1));
  expect(double.trays[0]?.isGone).toBe(true);
});

test('a fault of the shell takes the services along, an orderly end does not touch them again', async () => {
  const { appliances, desktop, double, open } = makeDesktop();
  await open();
  desktop.kill();
  expect(appliances[0]?.log).toEqual(['start', 'kill']);
  double.app.quit();
  await vi.waitFor(() => expect(double.app.quits).toBe(1));
  desktop.kill();
  expect(appliances[0]?.log.filter((act) => act === 'kill')).toHaveLength(1);
});

test('a service that fails is shown: by the symbol and by a notification', async () => {
  const { appliances, double, open } = makeDesktop();
  await open();
  await vi.waitFor(() => expect(double.trays[0]?.tip).toContain('Running'));
  appliances[0]?.change('index', 'failed');
  expect(double.trays[0]?.tip).toBe('AcoustID: A service has failed: index');
  expect(double.notes).toHaveLength(1);
  expect(double.windows[0]?.webContents.sent.at(-1)?.channel).toBe('acoustid:event:life');
});

test('the pages come back when the server does', async () => {
  const { appliances, double, open, shown } = makeDesktop();
  await open();
  await vi.waitFor(() => expect(shown()).toBe('http://127.0.0.1:8380/'));
  const { webContents } = double.windows[0]!;
  appliances[0]?.change('server', 'restarting');
  webContents.emit('did-fail-load', {}, -102, 'refused', 'http://127.0.0.1:8380/', true);
  expect(shown()).toBe(BOOT_URL);
  appliances[0]?.change('server', 'ready');
  await vi.waitFor(() => expect(shown()).toBe('http://127.0.0.1:8380/'));
});

test('jobs are paused and continued from the symbol, and the API’s address is copied', async () => {
  const { appliances, double, open } = makeDesktop();
  await open();
  await vi.waitFor(() => expect(double.trays[0]?.tip).toContain('Running'));
  double.trays[0]?.menu?.click('Pause jobs');
  await vi.waitFor(() => expect(double.trays[0]?.menu?.find('Continue jobs')).toBeDefined());
  double.trays[0]?.menu?.click('Continue jobs');
  await vi.waitFor(() => expect(double.trays[0]?.menu?.find('Pause jobs')).toBeDefined());
  const asked = appliances[0]?.questions.filter((each) => /jobs/.test(JSON.stringify(each)));
  expect(asked).toEqual([{ ask: 'pause-jobs' }, { ask: 'resume-jobs' }]);
  double.trays[0]?.menu?.click('Copy API address');
  expect(double.clipboard).toEqual(['http://127.0.0.1:8380/v2/']);
});

test('an address of others is opened in the browser once the person has said so', async () => {
  const { double, open } = makeDesktop();
  await open();
  const { webContents } = double.windows[0]!;
  double.presses.push({ response: 1 }, { response: 0 });
  expect(webContents.navigate('https://musicbrainz.org/a')).toBe(false);
  expect(webContents.navigate('https://musicbrainz.org/b')).toBe(false);
  expect(webContents.navigate('file:///etc/passwd')).toBe(false);
  await vi.waitFor(() => expect(double.openedOutside).toEqual(['https://musicbrainz.org/b']));
  expect(double.dialogs.map(({ detail }) => detail)).toEqual([
    'https://musicbrainz.org/a',
    'https://musicbrainz.org/b',
  ]);
});
