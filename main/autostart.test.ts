import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { autostartOf } from './autostart.ts';
import { electronDouble } from './testing/electron-double.ts';

function home(): string {
  const folder = mkdtempSync(join(tmpdir(), 'acoustid-login-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test.each(['darwin', 'win32'] as const)('on %s the system is told by Electron', (platform) => {
  const { app } = electronDouble();
  const item = autostartOf({ app, platform, environment: {}, program: '/app' });
  expect(item.isSet()).toBe(false);
  item.set(true);
  expect(app.loginItem).toEqual({ openAtLogin: true, args: ['--hidden'] });
  expect(item.isSet()).toBe(true);
});

test('on Linux it is a file in the folder that desktops read', () => {
  const { app } = electronDouble();
  app.home = home();
  const program = '/opt/Acoust "ID"/$app 100%';
  const item = autostartOf({ app, platform: 'linux', environment: {}, program });
  expect(item.isSet()).toBe(false);
  item.set(true);
  const file = join(app.home, '.config', 'autostart', 'acoustid-appliance.desktop');
  expect(readFileSync(file, 'utf8')).toContain(
    String.raw`Exec="/opt/Acoust \"ID\"/\$app 100%%" --hidden`,
  );
  expect(item.isSet()).toBe(true);
  item.set(false);
  item.set(false);
  expect(item.isSet()).toBe(false);
});

test('an AppImage starts from where it lies, not from where it is mounted', () => {
  const { app } = electronDouble();
  const config = home();
  const environment = { APPIMAGE: '/apps/AcoustID.AppImage', XDG_CONFIG_HOME: config };
  autostartOf({ app, platform: 'linux', environment, program: '/tmp/.mount_x/app' }).set(true);
  const file = join(config, 'autostart', 'acoustid-appliance.desktop');
  expect(readFileSync(file, 'utf8')).toContain('Exec="/apps/AcoustID.AppImage" --hidden');
});
