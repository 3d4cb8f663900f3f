import type { MenuItemConstructorOptions } from 'electron';
import type { ElectronParts, TrayPart } from './electron-parts.ts';
import type { Life } from './ipc/contract.ts';
import type { Texts } from './texts.ts';

export interface TrayActs {
  readonly open: () => void;
  readonly setJobsPaused: (paused: boolean) => void;
  readonly copyApi: () => void;
  readonly quit: () => void;
}

export interface TrayOptions {
  readonly electron: Pick<ElectronParts, 'Menu' | 'Tray'>;
  readonly icon: string;
  readonly texts: Texts;
  readonly acts: TrayActs;
}

/** The symbol beside the clock: how things are, and what is wanted without a window. */
export class ShellTray {
  readonly #options: TrayOptions;
  readonly #tray: TrayPart;
  #shown = '';

  constructor(options: TrayOptions) {
    this.#options = options;
    this.#tray = new options.electron.Tray(options.icon);
    this.#tray.on('click', options.acts.open);
  }

  /** Shows a state. A menu that is open closes when it is replaced, so only a change does that. */
  show(life: Life, jobsPaused: boolean): void {
    const { electron, texts } = this.#options;
    const state = stateText(life, texts);
    const shown = `${state} ${jobsPaused}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#tray.setToolTip(`AcoustID: ${state}`);
    this.#tray.setContextMenu(electron.Menu.buildFromTemplate(this.#template(life, jobsPaused)));
  }

  destroy(): void {
    this.#tray.destroy();
  }

  #template(life: Life, jobsPaused: boolean): MenuItemConstructorOptions[] {
    const { acts, texts } = this.#options;
    const enabled = life.phase === 'running';
    return [
      { label: stateText(life, texts), enabled: false },
      { type: 'separator' },
      { label: texts.open, click: acts.open },
      {
        label: jobsPaused ? texts.resumeJobs : texts.pauseJobs,
        enabled,
        click: () => acts.setJobsPaused(!jobsPaused),
      },
      { label: texts.copyApi, enabled, click: acts.copyApi },
      { type: 'separator' },
      { label: texts.quit, click: acts.quit },
    ];
  }
}

/** One line on how the appliance is, naming what has failed. */
export function stateText({ phase, services, url }: Life, texts: Texts): string {
  const failed = services.filter(({ state }) => state === 'failed').map(({ name }) => name);
  if (phase === 'running' && failed.length > 0) return `${texts.failed}: ${failed.join(', ')}`;
  if (phase === 'running' && url !== undefined) return texts.running(url);
  if (phase === 'failed') return texts.stateFailed;
  return phase === 'starting' ? texts.starting : texts.stopping;
}
