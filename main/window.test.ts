import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { BOOT_URL, webPreferencesOf } from './security.ts';
import { ShellSettingsFile } from './shell-settings.ts';
import { electronDouble } from './testing/electron-double.ts';
import type { WindowDouble } from './testing/window-double.ts';
import { textsFor } from './texts.ts';
import { ShellWindow } from './window.ts';

const API = 'http://127.0.0.1:8380';

function makeWindow() {
  const folder = mkdtempSync(join(tmpdir(), 'acoustid-window-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const double = electronDouble();
  const settings = new ShellSettingsFile(join(folder, 'shell.json'));
  const life = { isQuitting: false, now: 0 };
  const quit = vi.fn<() => void>();
  const window = new ShellWindow({
    electron: double.parts,
    preload: '/app/preload.cjs',
    icon: '/app/icon.png',
    settings,
    texts: textsFor(['en']),
    log: () => undefined,
    isQuitting: () => life.isQuitting,
    quit,
    now: () => life.now,
  });
  window.open();
  const made = (): WindowDouble => {
    const last = double.windows.at(-1);
    if (!last) throw new Error('no window was made');
    return last;
  };
  return { double, life, made, quit, settings, window };
}

test('the window is made with the safe preferences, and shown when there is something to see', () => {
  const { made } = makeWindow();
  expect(made().options).toMatchObject({
    show: false,
    webPreferences: webPreferencesOf('/app/preload.cjs'),
  });
  expect(made().isVisible()).toBe(false);
  made().emit('ready-to-show');
  expect(made().isVisible()).toBe(true);
});

test('there is one window; asked for again it comes to the front', () => {
  const { double, made, window } = makeWindow();
  made().isMin = true;
  expect(window.open()).toBe(false);
  expect(double.windows).toHaveLength(1);
  expect([made().isMin, made().isVisible()]).toEqual([false, true]);
});

test('closed for the first time it asks, and remembers the answer', async () => {
  const { double, made, quit, settings } = makeWindow();
  expect(made().close()).toBe(false);
  await vi.waitFor(() => expect(made().isGone).toBe(true));
  expect(double.dialogs).toHaveLength(1);
  expect(settings.get().onClose).toBe('keep');
  expect(quit).not.toHaveBeenCalled();
});

test('who remembered "keep" is not asked again, and the services run on', () => {
  const { double, made, quit, settings } = makeWindow();
  settings.change({ onClose: 'keep' });
  expect(made().close()).toBe(true);
  expect(double.dialogs).toEqual([]);
  expect(quit).not.toHaveBeenCalled();
});

test('quit may be the answer, once or for ever', async () => {
  const { double, made, quit, settings } = makeWindow();
  double.presses.push({ response: 1, checkboxChecked: false });
  made().close();
  await vi.waitFor(() => expect(quit).toHaveBeenCalledOnce());
  expect(settings.get().onClose).toBe('ask');
  settings.change({ onClose: 'quit' });
  made().close();
  expect(quit).toHaveBeenCalledTimes(2);
});

test('who changes their mind keeps the window', async () => {
  const { double, made, quit, settings } = makeWindow();
  double.presses.push({ response: 2 });
  made().close();
  await vi.waitFor(() => expect(double.presses).toEqual([]));
  expect([made().isGone, quit.mock.calls.length, settings.get().onClose]).toEqual([
    false,
    0,
    'ask',
  ]);
});

test('while everything is on its way down a close is a close', () => {
  const { double, life, made } = makeWindow();
  life.isQuitting = true;
  expect(made().close()).toBe(true);
  expect(double.dialogs).toEqual([]);
});

test('opened again it shows the page the person was on, of the same server', () => {
  const { made, settings, window } = makeWindow();
  settings.change({ onClose: 'keep' });
  window.showPages(API);
  expect(made().loaded).toEqual([`${API}/`]);
  made().webContents.url = `${API}/tracks/7`;
  made().close();
  window.open();
  window.showPages(API);
  expect(made().loaded).toEqual([`${API}/tracks/7`]);
  window.showPages('http://127.0.0.1:9000');
  expect(made().loaded.at(-1)).toBe('http://127.0.0.1:9000/');
});

test('a page that crashes is loaded again; one that crashes again waits for the person', async () => {
  const { double, life, made } = makeWindow();
  const { webContents } = made();
  webContents.emit('render-process-gone', {}, { reason: 'crashed' });
  await vi.waitFor(() => expect(webContents.reloads).toBe(1));
  life.now = 30_000;
  double.presses.push({ response: 1 });
  webContents.emit('render-process-gone', {}, { reason: 'oom' });
  await vi.waitFor(() => expect(double.dialogs).toHaveLength(1));
  expect(webContents.reloads).toBe(1);
  life.now = 120_000;
  webContents.emit('render-process-gone', {}, { reason: 'crashed' });
  await vi.waitFor(() => expect(webContents.reloads).toBe(2));
  webContents.emit('render-process-gone', {}, { reason: 'clean-exit' });
  expect(webContents.reloads).toBe(2);
});

test('a page whose server is away gives way to the boot page', () => {
  const { made } = makeWindow();
  const fail = (code: number, url: string, isMainFrame: boolean): void => {
    made().webContents.emit('did-fail-load', {}, code, 'refused', url, isMainFrame);
  };
  fail(-3, `${API}/`, true);
  fail(-102, `${API}/frame`, false);
  fail(-102, BOOT_URL, true);
  expect(made().loaded).toEqual([]);
  fail(-102, `${API}/`, true);
  expect(made().loaded).toEqual([BOOT_URL]);
});

test('a page that does not answer may be waited for or loaded again', async () => {
  const { double, made } = makeWindow();
  double.presses.push({ response: 0 }, { response: 1 });
  made().emit('unresponsive');
  made().emit('unresponsive');
  await vi.waitFor(() => expect(made().webContents.reloads).toBe(1));
});

test('where the window was it is again', () => {
  const { double, made, settings, window } = makeWindow();
  settings.change({ onClose: 'keep' });
  made().bounds = { x: 300, y: 40, width: 1111, height: 777 };
  made().isMax = true;
  made().close();
  window.open();
  expect(made().options).toMatchObject({ x: 300, y: 40, width: 1111, height: 777 });
  expect(made().isMaximized()).toBe(true);
  expect(double.windows).toHaveLength(2);
});

test('events go to the page that is there, and to nobody when none is', () => {
  const { made, window } = makeWindow();
  window.send('update', { state: 'none' });
  expect(made().webContents.sent).toEqual([
    { channel: 'acoustid:event:update', args: [{ state: 'none' }] },
  ]);
  window.close();
  window.send('update', { state: 'none' });
  expect(made().webContents.sent).toHaveLength(1);
});
