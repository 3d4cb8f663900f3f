/**
 * The desktop application's main process. Electron starts this; everything it uses of Electron is
 * handed on from here, so that the rest is tested without.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as electron from 'electron';
import { Appliance } from './appliance.ts';
import { resolveAppliance } from './config.ts';
import type { ApplianceConfig } from './config.ts';
import { readDesktopFlags } from './desktop-flags.ts';
import { Desktop } from './desktop.ts';
import { messageOf } from './errors.ts';
import { thisHost, movedDataDirFileOf } from '../server/config/data-dir.ts';
import type { AutoUpdater } from './updater.ts';
import { runInUtilityProcess } from './services/utility-process.ts';
import { ShellSettingsFile } from './shell-settings.ts';

const APP_ID = 'org.acoustid.appliance';
const ICONS = fileURLToPath(new URL('../resources/icons', import.meta.url));
const HERE = fileURLToPath(new URL('.', import.meta.url));

function main(): void {
  const { app } = electron;
  // Windows knows notifications and the task bar's button by it.
  app.setAppUserModelId(APP_ID);
  if (!app.requestSingleInstanceLock()) {
    // The instance that has it shows its window instead.
    app.quit();
    return;
  }
  const flags = readDesktopFlags(process.argv);
  const resolve = (): ApplianceConfig => resolveAppliance(flags);
  const runModule = runInUtilityProcess(electron.utilityProcess);
  const desktop = new Desktop({
    electron,
    files: {
      preload: join(HERE, 'preload.cjs'),
      bootFolder: join(HERE, 'boot'),
      icon: join(ICONS, 'icon-256.png'),
      trayIcon: join(ICONS, process.platform === 'darwin' ? 'trayTemplate.png' : 'tray.png'),
    },
    settings: new ShellSettingsFile(join(app.getPath('userData'), 'shell.json')),
    resolve,
    openAppliance: async (onChange) =>
      await Appliance.open({ config: resolve(), runModule, events: { onChange } }),
    loadUpdater,
    isDataDirFixed:
      flags.dataDir !== undefined || Boolean(thisHost().environment['ACOUSTID_DATA_DIR']),
    movedToFile: movedDataDirFileOf(),
    host: process,
  });
  // Should this process end by a fault of its own, its children must not outlive it.
  process.once('exit', () => desktop.kill());
  app
    .whenReady()
    .then(async () => await desktop.open())
    .catch((error: unknown) => {
      electron.dialog.showErrorBox('AcoustID', messageOf(error));
      app.exit(1);
    });
}

async function loadUpdater(): Promise<AutoUpdater> {
  const { default: updater } = await import('electron-updater');
  return updater.autoUpdater;
}

main();
