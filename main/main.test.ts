import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { callChannelOf } from './ipc/channels.ts';
import { BOOT_URL } from './security.ts';
import { electronDouble } from './testing/electron-double.ts';
import type { ElectronDouble } from './testing/electron-double.ts';

/** Runs `main.ts` as Electron would, with the double as the module `electron`. */
async function runMain(prepare: (double: ElectronDouble) => void): Promise<ElectronDouble> {
  const folder = mkdtempSync(join(tmpdir(), 'acoustid-main-'));
  const double = electronDouble();
  double.app.home = folder;
  prepare(double);
  const listeners = process.listeners('exit');
  onTestFinished(() => {
    for (const listener of process.listeners('exit')) {
      if (!listeners.includes(listener)) process.off('exit', listener);
    }
    vi.unstubAllEnvs();
    vi.doUnmock('electron');
    rmSync(folder, { recursive: true, force: true });
  });
  vi.stubEnv('ACOUSTID_DATA_DIR', join(folder, 'data'));
  // A configuration that is refused: this is about the shell, and no service is to be started.
  vi.stubEnv('ACOUSTID_SERVER_PORT', 'high');
  vi.resetModules();
  vi.doMock('electron', () => double.parts);
  await import('./main.ts');
  return double;
}

test('the second instance gives way to the first and touches nothing', async () => {
  const double = await runMain(({ app }) => (app.hasLock = false));
  expect(double.app.quits).toBe(1);
  expect([double.schemes, double.windows, double.trays]).toEqual([[], [], []]);
});

test('nothing is shown before Electron is ready; what must be said before is said', async () => {
  const double = await runMain(() => undefined);
  expect(double.app.isSandboxed).toBe(true);
  expect(double.schemes).toHaveLength(1);
  expect(double.windows).toEqual([]);
});

test('a configuration that is refused is shown on the boot page', async () => {
  const double = await runMain(({ app }) => app.ready.resolve());
  await vi.waitFor(() => expect(double.windows[0]?.loaded).toEqual([BOOT_URL]));
  expect(double.windows[0]?.options.webPreferences?.preload).toMatch(/preload\.cjs$/);
  await vi.waitFor(async () =>
    expect(await double.call(BOOT_URL, callChannelOf('life'))).toMatchObject({
      value: { phase: 'failed', error: expect.stringContaining('server.port') },
    }),
  );
});
