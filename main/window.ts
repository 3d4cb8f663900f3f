import type { ElectronParts, Preventable, WindowPart } from './electron-parts.ts';
import { messageOf } from './errors.ts';
import { eventChannelOf } from './ipc/channels.ts';
import type { EventName, EventOf } from './ipc/contract.ts';
import type { Log } from './log.ts';
import { BOOT_URL, webPreferencesOf } from './security.ts';
import type { ShellSettingsFile } from './shell-settings.ts';
import type { Texts } from './texts.ts';
import { HEIGHT_MIN, keepWindowState, placeOf, WIDTH_MIN } from './window-state.ts';

/** A page that was taken away by another navigation, which is no failure. */
const ERR_ABORTED = -3;
/** A page that crashes again this soon is not loaded again by itself. */
const CRASH_AGAIN_MS = 60_000;

export interface WindowOptions {
  readonly electron: Pick<ElectronParts, 'BrowserWindow' | 'dialog' | 'screen'>;
  readonly preload: string;
  readonly icon: string;
  readonly settings: ShellSettingsFile;
  readonly texts: Texts;
  readonly log: () => Pick<Log, 'error' | 'warn'> | undefined;
  /** Whether everything is on its way down: then a close is a close. */
  readonly isQuitting: () => boolean;
  readonly quit: () => void;
  readonly now?: () => number;
}

/**
 * The one window. It shows the boot page or the server's pages; closed it is gone, and the services
 * run on. Nothing that happens to it touches them.
 */
export class ShellWindow {
  readonly #options: WindowOptions;
  readonly #now: () => number;
  #window: WindowPart | undefined;
  /** Where to go on after the window was closed. */
  #lastUrl: string | undefined;
  #crashedAt = Number.NEGATIVE_INFINITY;

  constructor(options: WindowOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  get isOpen(): boolean {
    return this.#window !== undefined;
  }

  get isOnBootPage(): boolean {
    return this.#window?.webContents.getURL().startsWith(BOOT_URL) ?? false;
  }

  /** Brings the window to the front; returns whether it had to be made, and shows nothing yet. */
  open(): boolean {
    if (this.#window) {
      if (this.#window.isMinimized()) this.#window.restore();
      this.#window.show();
      this.#window.focus();
      return false;
    }
    this.#window = this.#make();
    return true;
  }

  showBootPage(): void {
    this.#load(BOOT_URL);
  }

  /** Shows the pages of the server at this address, where the person was if it is the same server. */
  showPages(url: string): void {
    const isSame = this.#lastUrl !== undefined && URL.parse(this.#lastUrl)?.origin === url;
    this.#load(isSame && this.#lastUrl !== undefined ? this.#lastUrl : `${url}/`);
  }

  reload(): void {
    this.#window?.webContents.reload();
  }

  send<K extends EventName>(name: K, event: EventOf<K>): void {
    const contents = this.#window?.webContents;
    if (contents && !contents.isDestroyed()) contents.send(eventChannelOf(name), event);
  }

  close(): void {
    this.#window?.destroy();
  }

  #make(): WindowPart {
    const { electron, icon, preload, settings } = this.#options;
    const saved = settings.get().window;
    const screens = electron.screen.getAllDisplays().map(({ workArea }) => workArea);
    const window = new electron.BrowserWindow({
      ...placeOf(saved, screens),
      minWidth: WIDTH_MIN,
      minHeight: HEIGHT_MIN,
      title: 'AcoustID',
      icon,
      show: false,
      webPreferences: webPreferencesOf(preload),
    });
    if (saved?.isMaximized === true) window.maximize();
    keepWindowState(window, (state) => settings.change({ window: state }));
    // Before that it would be a white rectangle.
    window.once('ready-to-show', () => window.show());
    window.on('close', (event) => this.#onClose(event));
    window.on('closed', () => (this.#window = undefined));
    window.on('session-end', this.#options.quit);
    window.on('unresponsive', () => this.#inBackground(this.#onUnresponsive()));
    const { webContents } = window;
    webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason !== 'clean-exit') this.#inBackground(this.#onCrash(reason));
    });
    webContents.on('did-fail-load', (_event, ...failure) => {
      const [code, description, url, isMainFrame] = failure;
      if (!isMainFrame || code === ERR_ABORTED || url.startsWith(BOOT_URL)) return;
      this.#options.log()?.warn({ url, description }, 'page not loaded');
      this.showBootPage();
    });
    return window;
  }

  #load(url: string): void {
    const window = this.#window;
    if (!window) return;
    // Its failure is an event of its own, `did-fail-load`, and met there.
    window.loadURL(url).catch(() => undefined);
  }

  #onClose(event: Preventable): void {
    if (this.#options.isQuitting()) return;
    const { onClose } = this.#options.settings.get();
    const url = this.#window?.webContents.getURL();
    if (url !== undefined && !url.startsWith(BOOT_URL)) this.#lastUrl = url;
    if (onClose === 'keep') return;
    event.preventDefault();
    if (onClose === 'quit') this.#options.quit();
    else this.#inBackground(this.#askOnClose());
  }

  async #askOnClose(): Promise<void> {
    const { electron, quit, settings, texts } = this.#options;
    const { checkboxChecked, response } = await electron.dialog.showMessageBox({
      type: 'question',
      message: texts.backgroundAsk,
      detail: texts.backgroundDetail,
      buttons: [texts.backgroundKeep, texts.backgroundQuit, texts.cancel],
      defaultId: 0,
      cancelId: 2,
      checkboxLabel: texts.remember,
      checkboxChecked: true,
    });
    if (response === 2) return;
    const choice = response === 0 ? 'keep' : 'quit';
    if (checkboxChecked) settings.change({ onClose: choice });
    if (choice === 'quit') quit();
    else this.#window?.destroy();
  }

  /** Once it is loaded again at once; a page that crashes again waits for the person. */
  async #onCrash(reason: string): Promise<void> {
    const { electron, log, texts } = this.#options;
    log()?.error({ reason }, 'page crashed');
    const isAgain = this.#now() - this.#crashedAt < CRASH_AGAIN_MS;
    this.#crashedAt = this.#now();
    if (isAgain) {
      const { response } = await electron.dialog.showMessageBox({
        type: 'error',
        message: texts.crashAsk,
        detail: texts.crashDetail,
        buttons: [texts.reload, texts.cancel],
        defaultId: 0,
        cancelId: 1,
      });
      if (response !== 0) return;
    }
    this.reload();
  }

  async #onUnresponsive(): Promise<void> {
    const { electron, texts } = this.#options;
    const { response } = await electron.dialog.showMessageBox({
      type: 'warning',
      message: texts.unresponsive,
      detail: texts.crashDetail,
      buttons: [texts.wait, texts.reload],
      defaultId: 0,
      cancelId: 0,
    });
    if (response === 1) this.reload();
  }

  #inBackground(work: Promise<void>): void {
    work.catch((error: unknown) =>
      this.#options.log()?.error({ error: messageOf(error) }, 'window event not handled'),
    );
  }
}
