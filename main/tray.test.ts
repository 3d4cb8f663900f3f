import { expect, test, vi } from 'vitest';
import type { Life } from './ipc/contract.ts';
import { menuTemplate } from './menu.ts';
import { electronDouble } from './testing/electron-double.ts';
import { MenuDouble } from './testing/menu-double.ts';
import { textsFor } from './texts.ts';
import { ShellTray, stateText } from './tray.ts';

const texts = textsFor(['en']);
const running: Life = { phase: 'running', services: [], url: 'http://127.0.0.1:8380' };

function makeTray() {
  const double = electronDouble();
  const acts = {
    open: vi.fn<() => void>(),
    setJobsPaused: vi.fn<(paused: boolean) => void>(),
    copyApi: vi.fn<() => void>(),
    quit: vi.fn<() => void>(),
  };
  const tray = new ShellTray({ electron: double.parts, icon: '/tray.png', texts, acts });
  const shown = () => double.trays[0]!;
  return { acts, shown, tray };
}

test('the symbol says how things are', () => {
  const { shown, tray } = makeTray();
  tray.show({ phase: 'starting', services: [] }, false);
  expect(shown().tip).toBe('AcoustID: Starting …');
  tray.show(running, false);
  expect(shown().tip).toBe('AcoustID: Running at http://127.0.0.1:8380');
});

test('a part that has failed is named, in words', () => {
  const services = [{ name: 'index', state: 'failed', lastLine: '' }] as const;
  expect(stateText({ ...running, services: [...services] }, texts)).toBe(
    'A service has failed: index',
  );
  expect(stateText({ phase: 'failed', services: [] }, texts)).toBe('Not running: see the window');
});

test('everything in its menu does what it says', () => {
  const { acts, shown, tray } = makeTray();
  tray.show(running, false);
  for (const label of [texts.open, texts.copyApi, texts.quit, texts.pauseJobs]) {
    shown().menu?.click(label);
  }
  expect(acts.open).toHaveBeenCalledOnce();
  expect(acts.copyApi).toHaveBeenCalledOnce();
  expect(acts.quit).toHaveBeenCalledOnce();
  expect(acts.setJobsPaused).toHaveBeenCalledWith(true);
  tray.show(running, true);
  shown().menu?.click(texts.resumeJobs);
  expect(acts.setJobsPaused).toHaveBeenLastCalledWith(false);
  shown().emit('click');
  expect(acts.open).toHaveBeenCalledTimes(2);
});

test('what needs a running server is not offered without one', () => {
  const { shown, tray } = makeTray();
  tray.show({ phase: 'starting', services: [] }, false);
  const enabled = [texts.copyApi, texts.pauseJobs].map(
    (label) => shown().menu?.find(label)?.enabled,
  );
  expect(enabled).toEqual([false, false]);
});

test('a menu that is open is not replaced when nothing changed', () => {
  const { shown, tray } = makeTray();
  tray.show(running, false);
  const { menu } = shown();
  tray.show({ ...running, dataDir: '/data' }, false);
  expect(shown().menu).toBe(menu);
});

test('it speaks German to those who read it, and English to everybody else', () => {
  expect(textsFor(['de-AT', 'en']).quit).toBe('AcoustID beenden');
  expect(textsFor(['fr', 'en-GB', 'de']).quit).toBe('Quit AcoustID');
  expect(textsFor(['fr']).quit).toBe('Quit AcoustID');
  expect(textsFor([]).quit).toBe('Quit AcoustID');
});

test('the application menu has what the system expects, and ours', () => {
  const acts = {
    openBrowser: vi.fn<() => void>(),
    openLogs: vi.fn<() => void>(),
    reload: vi.fn<() => void>(),
    quit: vi.fn<() => void>(),
  };
  for (const platform of ['linux', 'darwin', 'win32'] as const) {
    const menu = new MenuDouble(menuTemplate(texts, acts, platform));
    for (const label of [texts.openBrowser, texts.logs, texts.reload, texts.quit])
      menu.click(label);
    const roles = menu.items.map(({ role }) => role).filter((role) => role !== undefined);
    // Without the edit menu there is no copy and paste by keyboard on macOS.
    expect(roles).toEqual(['editMenu', 'windowMenu']);
  }
  expect(Object.values(acts).map((act) => act.mock.calls.length)).toEqual([3, 3, 3, 3]);
});
