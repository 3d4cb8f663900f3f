import type { ElectronParts } from './electron-parts.ts';
import { isWebAddress } from './security.ts';
import type { Texts } from './texts.ts';

export interface OutsideOptions {
  readonly electron: Pick<ElectronParts, 'dialog' | 'shell'>;
  readonly texts: Texts;
  /** Base address of the running server. */
  readonly url: () => string | undefined;
  /** The folder of the logs. */
  readonly logs: () => string;
}

/** What is shown by other programs than this one: the browser, the file manager. */
export interface Outside {
  /** Offers to open an address of others in the browser; what is no web address is passed over. */
  readonly openElsewhere: (url: string) => Promise<void>;
  readonly openBrowser: () => Promise<void>;
  readonly openLogs: () => Promise<void>;
}

export function outsideOf({ electron, logs, texts, url }: OutsideOptions): Outside {
  return {
    openElsewhere: async (address) => {
      if (!isWebAddress(address)) return;
      const { response } = await electron.dialog.showMessageBox({
        type: 'question',
        message: texts.openBrowserAsk,
        detail: address,
        buttons: [texts.openBrowser, texts.cancel],
        defaultId: 1,
        cancelId: 1,
      });
      if (response === 0) await electron.shell.openExternal(address);
    },
    openBrowser: async () => {
      const address = url();
      if (address !== undefined) await electron.shell.openExternal(address);
    },
    openLogs: async () => {
      const problem = await electron.shell.openPath(logs());
      if (problem !== '') throw new Error(problem);
    },
  };
}
