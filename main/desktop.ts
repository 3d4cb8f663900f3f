import { ApplianceLife } from './appliance-life.ts';
import type { LifeOptions } from './appliance-life.ts';
import { bootPages, BOOT_SCHEME } from './boot-protocol.ts';
import type { ApplianceConfig } from './config.ts';
import { DataMove } from './data-move.ts';
import { desktopHandlers, signInWindow } from './desktop-handlers.ts';
import type { HandlerParts } from './desktop-handlers.ts';
import { backUp, isWell, runningJobs, setJobsPaused } from './desktop-jobs.ts';
import type { ElectronParts, Preventable, SessionPart } from './electron-parts.ts';
import { messageOf } from './errors.ts';
import type { Life } from './ipc/contract.ts';
import { bindHandlers } from './ipc/handlers.ts';
import { createLog } from './log.ts';
import type { Log } from './log.ts';
import { HIDDEN_ARGUMENT, autostartOf } from './autostart.ts';
import { menuTemplate } from './menu.ts';
import { Notifier } from './notifications.ts';
import { outsideOf } from './outside.ts';
import type { Outside } from './outside.ts';
import { Power } from './power.ts';
import { guardContents, guardSession, isOurPage, PARTITION, SHELL_SCHEME } from './security.ts';
import type { ShellSettingsFile } from './shell-settings.ts';
import { textsFor } from './texts.ts';
import type { Texts } from './texts.ts';
import { ShellTray } from './tray.ts';
import { Updater } from './updater.ts';
import type { AutoUpdater } from './updater.ts';
import { ShellWindow } from './window.ts';

/** Files of the application that Electron reads itself. */
export interface ShellFiles {
  readonly preload: string;
  readonly bootFolder: string;
  readonly icon: string;
  readonly trayIcon: string;
}

export interface DesktopOptions {
  readonly electron: ElectronParts;
  readonly files: ShellFiles;
  readonly settings: ShellSettingsFile;
  /** The configuration as it is now. Throws `ConfigError` and `ApplianceError`. */
  readonly resolve: () => ApplianceConfig;
  readonly openAppliance: LifeOptions['open'];
  readonly loadUpdater: () => Promise<AutoUpdater>;
  readonly isDataDirFixed: boolean;
  readonly movedToFile: string;
  /** Command line, environment, platform and path of this program. */
  readonly host: Pick<NodeJS.Process, 'argv' | 'env' | 'execPath' | 'platform'>;
}

/** The desktop application: a window, a tray symbol and a menu around the appliance. */
export class Desktop {
  readonly #options: DesktopOptions;
  readonly #texts: Texts;
  readonly #life: ApplianceLife;
  readonly #window: ShellWindow;
  readonly #notifier: Notifier;
  readonly #updater: Updater;
  readonly #outside: Outside;
  #log: Log | undefined;
  #session: SessionPart | undefined;
  #tray: ShellTray | undefined;
  #power: Power | undefined;
  #jobsPaused = false;
  #quitting: 'no' | 'stopping' | 'stopped' = 'no';

  /** To be made before Electron is ready: some things can only be said before. */
  constructor(options: DesktopOptions) {
    this.#options = options;
    const { electron, files, settings } = options;
    electron.app.enableSandbox();
    electron.protocol.registerSchemesAsPrivileged([BOOT_SCHEME]);
    this.#texts = textsFor(electron.app.getPreferredSystemLanguages());
    this.#life = new ApplianceLife({
      open: options.openAppliance,
      onChange: (life) => this.#lifeChanged(life),
      onServiceChange: (status) => this.#notifier.serviceChanged(status),
    });
    const shared = { electron, texts: this.#texts, log: () => this.#log };
    this.#window = new ShellWindow({
      ...shared,
      ...files,
      settings,
      isQuitting: () => this.#quitting !== 'no',
      quit: () => electron.app.quit(),
    });
    this.#notifier = new Notifier({
      ...shared,
      isWanted: () => settings.get().notify,
      open: () => this.#openWindow(),
    });
    this.#updater = this.#makeUpdater();
    this.#outside = outsideOf({
      ...shared,
      url: () => this.#life.url,
      logs: () => options.resolve().data.logs,
    });
    electron.app.on('second-instance', () => this.#openWindow());
    electron.app.on('activate', () => this.#openWindow());
    // Without a listener the last window would take everything with it.
    electron.app.on('window-all-closed', () => undefined);
    electron.app.on('before-quit', (event) => this.#beforeQuit(event));
    electron.app.on('web-contents-created', (_event, contents) =>
      guardContents(contents, {
        apiUrl: () => this.#life.url,
        openElsewhere: (url) => this.#inBackground(this.#outside.openElsewhere(url)),
      }),
    );
    electron.app.on('child-process-gone', (_event, { reason, type }) =>
      this.#log?.warn({ reason, type }, 'a process of Electron’s is gone'),
    );
  }

  /** Once Electron is ready: shows the window, unless told to stay hidden, and starts everything. */
  async open(): Promise<void> {
    const { electron, files, host, resolve } = this.#options;
    this.#log = openLog(resolve);
    this.#session = electron.session.fromPartition(PARTITION);
    guardSession(this.#session);
    this.#session.protocol.handle(SHELL_SCHEME, bootPages(files.bootFolder));
    bindHandlers({
      ipcMain: electron.ipcMain,
      handlers: desktopHandlers(this.#handlerParts(this.#session)),
      isOurs: (url) => isOurPage(url, this.#life.url),
      log: () => this.#log,
    });
    this.#makeMenus();
    this.#power = this.#makePower();
    if (!host.argv.includes(HIDDEN_ARGUMENT)) this.#openWindow();
    const isRunning = await this.#life.up();
    if (!isRunning && !this.#window.isOpen) {
      this.#notifier.tell(this.#texts.stateFailed, this.#life.state().error ?? '');
    }
    this.#inBackground(this.#power.watch());
    // Asks nobody unless a feed is configured.
    await this.#updater.check();
  }

  /** Ends every process of ours at once, unless they have ended in order. */
  kill(): void {
    if (this.#quitting !== 'stopped') this.#life.kill();
  }

  #makeUpdater(): Updater {
    const { loadUpdater, resolve } = this.#options;
    return new Updater({
      load: loadUpdater,
      feed: () => resolve().settings['updates.url'],
      runningJobs: async () => await runningJobs(this.#life),
      backup: async () => await backUp(this.#life),
      stopAll: async () => await this.#stopAll(),
      onChange: (state) => {
        this.#window.send('update', state);
        const { version } = state;
        if (state.state !== 'ready' || version === undefined) return;
        this.#notifier.tell(this.#texts.update(version), this.#texts.updateDetail);
      },
      log: () => this.#log,
    });
  }

  #makePower(): Power {
    const { electron, settings } = this.#options;
    return new Power({
      electron,
      runningJobs: async () => await runningJobs(this.#life),
      keepAwake: () => settings.get().keepAwake,
      isWell: async () => this.#life.url === undefined || (await isWell(this.#life.url)),
      restartServer: async () => await this.#life.restartService('server'),
      quit: () => electron.app.quit(),
      log: () => this.#log,
    });
  }

  #handlerParts(session: SessionPart): HandlerParts {
    const { electron, host, isDataDirFixed, movedToFile, resolve, settings } = this.#options;
    const { env: environment, execPath: program, platform } = host;
    return {
      electron,
      life: this.#life,
      resolve,
      isDataDirFixed,
      session: () => session,
      settings,
      autostart: autostartOf({ app: electron.app, platform, environment, program }),
      move: new DataMove({
        life: this.#life,
        pointerFile: movedToFile,
        onProgress: (progress) => this.#window.send('move', progress),
      }),
      updater: this.#updater,
      quit: () => electron.app.quit(),
    };
  }

  #makeMenus(): void {
    const { electron, files, host } = this.#options;
    const quit = (): void => electron.app.quit();
    const menu = menuTemplate(
      this.#texts,
      {
        openBrowser: () => this.#inBackground(this.#outside.openBrowser()),
        openLogs: () => this.#inBackground(this.#outside.openLogs()),
        reload: () => this.#window.reload(),
        quit,
      },
      host.platform,
    );
    electron.Menu.setApplicationMenu(electron.Menu.buildFromTemplate(menu));
    this.#tray = new ShellTray({
      electron,
      icon: files.trayIcon,
      texts: this.#texts,
      acts: {
        open: () => this.#openWindow(),
        setJobsPaused: (paused) => this.#inBackground(this.#setJobsPaused(paused)),
        copyApi: () =>
          this.#inBackground(electron.clipboard.writeText(`${this.#life.url ?? ''}/v2/`)),
        quit,
      },
    });
    this.#tray.show(this.#life.state(), this.#jobsPaused);
  }

  #openWindow(): void {
    if (!this.#window.open()) return;
    this.#window.showBootPage();
    this.#showWhatIs(this.#life.state());
  }

  #lifeChanged(life: Life): void {
    this.#tray?.show(life, this.#jobsPaused);
    this.#window.send('life', life);
    this.#showWhatIs(life);
  }

  /** The pages while their server is there, else the page that says how things are. */
  #showWhatIs({ phase, services, url }: Life): void {
    if (!this.#window.isOpen) return;
    const server = services.find(({ name }) => name === 'server');
    if (phase === 'running' && url !== undefined && server?.state === 'ready') {
      if (this.#window.isOnBootPage) this.#inBackground(this.#showPages(url));
    } else if ((phase === 'stopping' || phase === 'failed') && !this.#window.isOnBootPage) {
      this.#window.showBootPage();
    }
  }

  async #showPages(url: string): Promise<void> {
    try {
      await signInWindow({ life: this.#life, session: () => this.#sessionNow() });
    } catch (error) {
      // The pages offer the ordinary login then.
      this.#log?.error({ error: messageOf(error) }, 'window not signed in');
    }
    this.#window.showPages(url);
  }

  #sessionNow(): SessionPart {
    if (!this.#session) throw new Error('the window has no session yet');
    return this.#session;
  }

  async #setJobsPaused(paused: boolean): Promise<void> {
    await setJobsPaused(this.#life, paused);
    this.#jobsPaused = paused;
    this.#tray?.show(this.#life.state(), paused);
  }

  /** The first wish to quit stops the services, with the window saying so; then it is granted. */
  #beforeQuit(event: Preventable): void {
    if (this.#quitting === 'stopped') return;
    event.preventDefault();
    if (this.#quitting === 'stopping') return;
    this.#inBackground(this.#stopAll().then(() => this.#options.electron.app.quit()));
  }

  async #stopAll(): Promise<void> {
    this.#quitting = 'stopping';
    this.#power?.stop();
    await this.#life.down();
    this.#tray?.destroy();
    this.#tray = undefined;
    this.#quitting = 'stopped';
    this.#log?.close();
  }

  #inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) =>
      this.#log?.error({ error: messageOf(error) }, 'not done for the window'),
    );
  }
}

/** The shell's own log; without a data folder there is nowhere to write one. */
function openLog(resolve: () => ApplianceConfig): Log | undefined {
  try {
    const { data, settings } = resolve();
    return createLog(data.logs, settings['appliance.log_level'], 'desktop');
  } catch {
    // Bringing the appliance up meets the same error, and shows it.
    return undefined;
  }
}
