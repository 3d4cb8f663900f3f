import { expect, test } from 'vitest';
import { chooseShell } from './start.ts';
import type { Surroundings } from './start.ts';

const desktop: Surroundings = {
  platform: 'linux',
  environment: { DISPLAY: ':0' },
  electron: '/electron',
  isRoot: false,
};

test('with Electron’s program and a display there is a window', () => {
  expect(chooseShell(desktop)).toBe('desktop');
  expect(chooseShell({ ...desktop, environment: { WAYLAND_DISPLAY: 'wayland-0' } })).toBe(
    'desktop',
  );
});

test('without Electron’s program or a display there is none', () => {
  expect(chooseShell({ ...desktop, electron: undefined })).toBe('headless');
  expect(chooseShell({ ...desktop, environment: {} })).toBe('headless');
  expect(chooseShell({ ...desktop, environment: { DISPLAY: '' } })).toBe('headless');
});

test('root gets no window on Linux, where the sandbox refuses root', () => {
  expect(chooseShell({ ...desktop, isRoot: true })).toBe('headless');
  expect(chooseShell({ ...desktop, platform: 'darwin', isRoot: true })).toBe('desktop');
});

test('macOS and Windows always have a display', () => {
  for (const platform of ['darwin', 'win32'] as const) {
    expect(chooseShell({ ...desktop, platform, environment: {} })).toBe('desktop');
  }
});
