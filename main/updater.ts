import { ApplianceError, messageOf } from './errors.ts';
import type { UpdateState } from './ipc/contract.ts';
import type { Log } from './log.ts';

/** electron-updater as far as it is used; `updater.test.ts` holds it against its own types. */
export interface AutoUpdater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  allowDowngrade: boolean;
  logger: unknown;
  setFeedURL(options: { readonly provider: 'generic'; readonly url: string }): void;
  checkForUpdates(): Promise<{
    readonly isUpdateAvailable: boolean;
    readonly updateInfo: { readonly version: string };
  } | null>;
  downloadUpdate(): Promise<unknown>;
  quitAndInstall(isSilent?: boolean, isForceRunAfter?: boolean): void;
  on(
    event: 'download-progress',
    listener: (progress: { readonly percent: number }) => void,
  ): unknown;
}

export interface UpdaterOptions {
  /** Loads electron-updater, which is not done before a feed is configured. */
  readonly load: () => Promise<AutoUpdater>;
  /** `[updates] url`; without it nothing is ever asked. Throws when the configuration is bad. */
  readonly feed: () => string | undefined;
  /** How many jobs run; rejects when nobody can say. */
  readonly runningJobs: () => Promise<number>;
  readonly backup: () => Promise<void>;
  /** Stops all services, so that the installer finds nothing of ours running. */
  readonly stopAll: () => Promise<void>;
  readonly onChange: (state: UpdateState) => void;
  readonly log: () => Pick<Log, 'error' | 'info' | 'warn'> | undefined;
}

/** Looks for new versions where the configuration says, and installs one when a person says so. */
export class Updater {
  readonly #options: UpdaterOptions;
  #loaded: AutoUpdater | undefined;
  #state: UpdateState = { state: 'off' };

  constructor(options: UpdaterOptions) {
    this.#options = options;
  }

  get state(): UpdateState {
    return this.#state;
  }

  /** Asks the feed and downloads what is newer. Never rejects: a feed that fails is a state. */
  async check(): Promise<UpdateState> {
    if (this.#isBusy()) return this.#state;
    try {
      const feed = this.#options.feed();
      if (feed === undefined) return this.#enter({ state: 'off' });
      const updater = await this.#updaterFor(feed);
      const found = await updater.checkForUpdates();
      if (!found?.isUpdateAvailable) return this.#enter({ state: 'none' });
      const { version } = found.updateInfo;
      this.#enter({ state: 'downloading', version, percent: 0 });
      await updater.downloadUpdate();
      return this.#enter({ state: 'ready', version });
    } catch (error) {
      this.#options.log()?.warn({ error: messageOf(error) }, 'update not found out');
      return this.#enter({ state: 'failed', error: messageOf(error) });
    }
  }

  /**
   * Backs up, stops everything and hands over to the installer, which starts the new version.
   * Throws `ApplianceError` while jobs run and when the backup fails; then all goes on as it was.
   */
  async install(): Promise<void> {
    const { backup, runningJobs, stopAll } = this.#options;
    const { state, version } = this.#state;
    if (state !== 'ready' || version === undefined || !this.#loaded) {
      throw new ApplianceError('There is no update that could be installed.');
    }
    const running = await runningJobs();
    if (running > 0) {
      throw new ApplianceError(
        `${running} job${running === 1 ? ' is' : 's are'} running. Pause or finish ${running === 1 ? 'it' : 'them'} first.`,
      );
    }
    this.#enter({ state: 'installing', version });
    try {
      await backup();
    } catch (error) {
      this.#enter({ state: 'ready', version });
      throw new ApplianceError(
        `The backup before the update failed, so nothing was installed: ${messageOf(error)}`,
        { cause: error },
      );
    }
    await stopAll();
    this.#loaded.quitAndInstall(false, true);
  }

  /** The feed may be changed while we run; electron-updater takes the newest. */
  async #updaterFor(feed: string): Promise<AutoUpdater> {
    this.#loaded ??= await this.#load();
    this.#loaded.setFeedURL({ provider: 'generic', url: feed });
    return this.#loaded;
  }

  async #load(): Promise<AutoUpdater> {
    const updater = await this.#options.load();
    // When to download and to install is decided here: never unasked, never at a quit.
    updater.autoDownload = false;
    updater.autoInstallOnAppQuit = false;
    updater.allowDowngrade = false;
    updater.logger = null;
    updater.on('download-progress', ({ percent }) => {
      if (this.#state.state === 'downloading') this.#enter({ ...this.#state, percent });
    });
    return updater;
  }

  #isBusy(): boolean {
    return ['downloading', 'installing', 'ready'].includes(this.#state.state);
  }

  #enter(state: UpdateState): UpdateState {
    this.#state = state;
    this.#options.onChange(state);
    return state;
  }
}
