import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AppPart } from './electron-parts.ts';

/** Started at login there is no window, only the services and the tray. */
export const HIDDEN_ARGUMENT = '--hidden';

export interface Autostart {
  isSet(): boolean;
  set(isOn: boolean): void;
}

export interface AutostartOptions {
  readonly app: Pick<AppPart, 'getLoginItemSettings' | 'getPath' | 'setLoginItemSettings'>;
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What is to be started. */
  readonly program: string;
}

/**
 * Whether the application starts at login. Electron knows how on macOS and Windows; on Linux it is a
 * file in the folder that every desktop reads (the autostart specification of freedesktop.org).
 */
export function autostartOf(options: AutostartOptions): Autostart {
  if (options.platform === 'darwin' || options.platform === 'win32') {
    const { app } = options;
    const args = [HIDDEN_ARGUMENT];
    return {
      // Windows tells entries apart by their arguments.
      isSet: () => app.getLoginItemSettings({ args }).openAtLogin,
      set: (isOn) => app.setLoginItemSettings({ openAtLogin: isOn, args }),
    };
  }
  const file = autostartFileOf(options);
  return {
    isSet: () => existsSync(file),
    set: (isOn) => {
      if (!isOn) {
        rmSync(file, { force: true });
        return;
      }
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, desktopEntry(options));
    },
  };
}

function autostartFileOf({ app, environment }: AutostartOptions): string {
  const configured = environment['XDG_CONFIG_HOME'];
  const folder =
    configured === undefined || configured === ''
      ? join(app.getPath('home'), '.config')
      : configured;
  return join(folder, 'autostart', 'acoustid-appliance.desktop');
}

function desktopEntry({ environment, program }: AutostartOptions): string {
  // An AppImage runs from a mount that is gone after the next login; it says where it lies itself.
  const path = environment['APPIMAGE'] ?? program;
  const quoted = path.replaceAll(/["`$\\]/g, String.raw`\$&`).replaceAll('%', '%%');
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=AcoustID',
    `Exec="${quoted}" ${HIDDEN_ARGUMENT}`,
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}
