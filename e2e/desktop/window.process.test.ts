/**
 * The few stories that need Electron itself: its program, the built application, a display. What
 * can be tested without is in main/*.test.ts and main/desktop.process.test.ts.
 */
import { join } from 'node:path';
import { _electron } from '@playwright/test';
import type { ElectronApplication, Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { APP_DIR, buildApp } from '../../scripts/build-app.ts';
import { build } from '../../scripts/build.ts';
import { findElectron } from '../../main/electron-program.ts';
import { programPaths } from '../../main/paths.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from '../harness/temporary-folder.ts';

const electron = findElectron(programPaths());
const READY_LIMIT_MS = 90_000;

/** Why there can be no window here; `undefined` where there can. */
function obstacle(): string | undefined {
  if (electron === undefined) return 'Electron is not fetched, which npm run desktop does';
  const { platform } = process;
  if (platform !== 'linux') return undefined;
  if (!process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) return 'there is no display';
  return process.getuid?.() === 0 ? 'Chromium’s sandbox refuses root' : undefined;
}

const reason = obstacle();

let folder: string;
let app: ElectronApplication;
let window: Page;

describe.skipIf(reason !== undefined)(
  `in a real window${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    beforeAll(async () => {
      await build();
      await buildApp();
      folder = await makeTemporaryFolder('window');
      app = await _electron.launch({
        executablePath: electron ?? '',
        args: [APP_DIR, `--user-data-dir=${join(folder, 'user')}`],
        env: {
          ...Object.fromEntries(
            Object.entries(process.env).flatMap(([name, value]) =>
              value === undefined ? [] : [[name, value]],
            ),
          ),
          ACOUSTID_DATA_DIR: join(folder, 'data'),
          ACOUSTID_SERVER_PORT: '0',
          ACOUSTID_POSTGRES_PORT: '0',
          ACOUSTID_NATS_PORT: '0',
          ACOUSTID_INDEX_PORT: '0',
          LANGUAGE: 'en',
        },
      });
      window = await app.firstWindow();
    });

    afterAll(async () => {
      await app.close();
      removeTemporaryFolder(folder);
    });

    test('the boot page shows every part coming up, then come the pages of the server', async () => {
      await window.getByRole('heading', { name: /AcoustID/ }).waitFor();
      await window.waitForURL(/^http:\/\/127\.0\.0\.1:\d+\//, { timeout: READY_LIMIT_MS });
      expect(await window.locator('#root').count()).toBe(1);
    });

    test('the window is signed in without a password, by a cookie no script can read', async () => {
      const cookies = await window.context().cookies();
      expect(cookies.find(({ name }) => name === 'acoustid_session')).toMatchObject({
        httpOnly: true,
        sameSite: 'Lax',
      });
      expect(await window.evaluate('document.cookie')).toBe('');
    });

    test('a page has the one table and nothing of Node', async () => {
      expect(await window.evaluate('Object.keys(window.acoustid).sort().join()')).toBe('call,on');
      expect(await window.evaluate('typeof require + typeof process + typeof module')).toBe(
        'undefinedundefinedundefined',
      );
    });

    test('the shell answers the page, and refuses what it does not know', async () => {
      expect(await window.evaluate('window.acoustid.call("life")')).toMatchObject({
        ok: true,
        value: { phase: 'running' },
      });
      expect(
        await window.evaluate('window.acoustid.call("set-server", { port: "x" })'),
      ).toMatchObject({ ok: false });
      await expect(window.evaluate('window.acoustid.call("explode")')).rejects.toThrow(/explode/);
    });

    test('the page cannot leave for another site', async () => {
      const before = window.url();
      await app.evaluate(({ dialog }) => {
        // Nobody is there to answer it.
        dialog.showMessageBox = async () =>
          Promise.resolve({ response: 1, checkboxChecked: false });
      });
      await window.evaluate('window.location.assign("https://example.org/")');
      expect(await window.evaluate('window.open("https://example.org/") === null')).toBe(true);
      expect(window.url()).toBe(before);
      expect(app.windows()).toHaveLength(1);
    });
  },
);
