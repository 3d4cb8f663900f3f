import { isIP } from 'node:net';
import { writeConfigEdits } from '../server/config/config-edit.ts';
import type { ApplianceLife } from './appliance-life.ts';
import type { ApplianceConfig } from './config.ts';
import type { DataMove } from './data-move.ts';
import { signIn } from './desktop-login.ts';
import type { ElectronParts, SessionPart } from './electron-parts.ts';
import { ApplianceError } from './errors.ts';
import type { Input, Output } from './ipc/contract.ts';
import type { Handlers } from './ipc/handlers.ts';
import type { Autostart } from './autostart.ts';
import type { ShellSettingsFile } from './shell-settings.ts';
import type { Updater } from './updater.ts';

export interface HandlerParts {
  readonly electron: Pick<ElectronParts, 'app' | 'dialog' | 'shell'>;
  readonly life: ApplianceLife;
  /** The configuration as it is now on disk. Throws as `resolveAppliance` does. */
  readonly resolve: () => ApplianceConfig;
  /** Whether the data folder was given on the command line or by the environment. */
  readonly isDataDirFixed: boolean;
  readonly session: () => SessionPart;
  readonly settings: ShellSettingsFile;
  readonly autostart: Autostart;
  readonly move: DataMove;
  readonly updater: Updater;
  readonly quit: () => void;
}

/** What each operation of the contract does. */
export function desktopHandlers(parts: HandlerParts): Handlers {
  const { electron, life, autostart, move, resolve, settings, updater } = parts;
  return {
    life: async () => life.state(),
    retry: async () => {
      // The page is told how it goes; it does not wait for the end of a start.
      void life.up();
      return null;
    },
    'restart-service': async ({ name }) => {
      await life.restartService(name);
      return null;
    },
    'open-logs': async () => {
      const problem = await electron.shell.openPath(resolve().data.logs);
      if (problem !== '') throw new ApplianceError(problem);
      return null;
    },
    quit: async () => {
      parts.quit();
      return null;
    },
    'sign-in': async () => {
      await signInWindow(parts);
      return null;
    },
    settings: async () => await settingsNow(parts),
    'set-server': async (change) => {
      await setServer(parts, change);
      return null;
    },
    'set-shell': async ({ autostart: isWanted, ...change }) => {
      if (isWanted !== undefined) autostart.set(isWanted);
      settings.change(
        Object.fromEntries(Object.entries(change).filter(([, v]) => v !== undefined)),
      );
      return null;
    },
    'choose-folder': async () => {
      const { canceled, filePaths } = await electron.dialog.showOpenDialog({
        properties: ['openDirectory', 'createDirectory'],
      });
      return canceled ? null : (filePaths[0] ?? null);
    },
    'move-data': async ({ keepOld, to }) => {
      if (parts.isDataDirFixed) {
        throw new ApplianceError(
          'The data folder is given on the command line or in ACOUSTID_DATA_DIR. Move it yourself and change it there.',
        );
      }
      return await move.run(resolve().data.root, to, { keepOld });
    },
    'cancel-move': async () => {
      move.cancel();
      return null;
    },
    'check-updates': async () => await updater.check(),
    'install-update': async () => {
      await updater.install();
      return null;
    },
  };
}

/** Gives the window a session of the running server. */
export async function signInWindow({
  life,
  session,
}: Pick<HandlerParts, 'life' | 'session'>): Promise<void> {
  const { url } = life;
  if (url === undefined) throw new ApplianceError('The server does not run.');
  await signIn({ url, session: session(), ask: async (question) => await life.ask(question) });
}

async function settingsNow({
  electron,
  life,
  autostart,
  resolve,
  settings,
}: HandlerParts): Promise<Output<'settings'>> {
  const config = resolve();
  const { keepAwake, notify, onClose } = settings.get();
  return {
    server: { host: config.settings['server.host'], port: config.settings['server.port'] },
    fixed: fixedOf(config),
    hasAdminPassword: (await life.ask({ ask: 'admin-password' })) === true,
    autostart: autostart.isSet(),
    keepAwake,
    notify,
    onClose,
    updates: { feed: config.settings['updates.url'] ?? null, version: electron.app.getVersion() },
  };
}

async function setServer(parts: HandlerParts, change: Input<'set-server'>): Promise<void> {
  const { life, resolve } = parts;
  const config = resolve();
  const fixed = fixedOf(config).filter((name) => change[name] !== undefined);
  if (fixed.length > 0) {
    throw new ApplianceError(
      `${fixed.join(' and ')} of [server] is set by the command line or the environment, and is changed there.`,
    );
  }
  if (change.host !== undefined && !isLoopbackHost(change.host)) await assertPassword(life);
  const edits = (['host', 'port'] as const).flatMap((name) =>
    change[name] === undefined ? [] : [{ section: 'server', name, value: String(change[name]) }],
  );
  const file = config.file ?? config.data.configFile;
  const before = (['host', 'port'] as const).map((name) => ({
    section: 'server',
    name,
    value: String(config.settings[`server.${name}`]),
  }));
  const runs = await life.anew(async () => await writeConfigEdits(file, edits));
  if (runs) return;
  const { error = 'it did not start' } = life.state();
  await life.anew(async () => await writeConfigEdits(file, before));
  throw new ApplianceError(`${error} The old address is in use again.`);
}

/** Whoever can reach the address can reach the administration: it needs a password then. */
async function assertPassword(life: ApplianceLife): Promise<void> {
  if ((await life.ask({ ask: 'admin-password' })) === true) return;
  throw new ApplianceError(
    'Others on the network could then administer this appliance. Set an administrator’s password first.',
  );
}

function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function fixedOf({ file, origins }: ApplianceConfig): ('host' | 'port')[] {
  return (['host', 'port'] as const).filter((name) => {
    const origin = origins[`server.${name}`] ?? 'default';
    return origin !== 'default' && !(file !== undefined && origin.startsWith(file));
  });
}
