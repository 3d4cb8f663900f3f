/**
 * Electron as far as it is used, handed to every module of the shell: plain Node never loads it, and
 * tests put a double in its place. `electron-double.test.ts` holds all of this against Electron's
 * own types.
 */
import type {
  App,
  BrowserWindowConstructorOptions,
  Clipboard,
  Cookies,
  CustomScheme,
  HandlerDetails,
  MenuItemConstructorOptions,
  MessageBoxOptions,
  NotificationConstructorOptions,
  OpenDialogOptions,
  PowerSaveBlocker,
  Rectangle,
  Shell,
  WindowOpenHandlerResponse,
} from 'electron';
import type { UtilityFork } from './services/utility-process.ts';

/** An event that can be kept from having its effect. */
export interface Preventable {
  preventDefault(): void;
}

export type AppPart = Pick<
  App,
  | 'enableSandbox'
  | 'exit'
  | 'getLoginItemSettings'
  | 'getPath'
  | 'getPreferredSystemLanguages'
  | 'getVersion'
  | 'quit'
  | 'requestSingleInstanceLock'
  | 'setAppUserModelId'
  | 'setLoginItemSettings'
> & {
  whenReady(): Promise<void>;
  on(event: 'activate' | 'second-instance' | 'window-all-closed', listener: () => void): unknown;
  on(event: 'before-quit', listener: (event: Preventable) => void): unknown;
  on(
    event: 'web-contents-created',
    listener: (event: unknown, contents: ContentsPart) => void,
  ): unknown;
  on(
    event: 'child-process-gone',
    listener: (event: unknown, details: { readonly type: string; readonly reason: string }) => void,
  ): unknown;
};

/** What shows a page. */
export interface ContentsPart {
  on(event: 'will-attach-webview', listener: (event: Preventable) => void): unknown;
  on(
    event: 'will-frame-navigate' | 'will-redirect',
    listener: (details: Preventable & { readonly url: string }) => void,
  ): unknown;
  on(
    event: 'render-process-gone',
    listener: (event: unknown, details: { readonly reason: string }) => void,
  ): unknown;
  on(
    event: 'did-fail-load',
    listener: (
      event: unknown,
      ...failure: [code: number, description: string, url: string, isMainFrame: boolean]
    ) => void,
  ): unknown;
  setWindowOpenHandler(handler: (details: HandlerDetails) => WindowOpenHandlerResponse): void;
  send(channel: string, ...args: unknown[]): void;
  reload(): void;
  getURL(): string;
  isDestroyed(): boolean;
}

export interface WindowPart {
  readonly webContents: ContentsPart;
  loadURL(url: string): Promise<void>;
  show(): void;
  hide(): void;
  focus(): void;
  restore(): void;
  maximize(): void;
  destroy(): void;
  isMinimized(): boolean;
  isMaximized(): boolean;
  isVisible(): boolean;
  isDestroyed(): boolean;
  getNormalBounds(): Rectangle;
  on(event: 'close', listener: (event: Preventable) => void): unknown;
  on(
    event:
      | 'closed'
      | 'responsive'
      | 'unresponsive'
      | 'resized'
      | 'moved'
      | 'maximize'
      | 'unmaximize',
    listener: () => void,
  ): unknown;
  /** Windows only: the person signs out, or the machine is turned off. */
  on(event: 'session-end', listener: () => void): unknown;
  once(event: 'ready-to-show', listener: () => void): unknown;
}

export interface SessionPart {
  readonly cookies: Pick<Cookies, 'set'>;
  readonly protocol: {
    handle(scheme: string, handler: (request: Request) => Response | Promise<Response>): void;
  };
  setPermissionRequestHandler(
    handler: (contents: unknown, permission: string, callback: (granted: boolean) => void) => void,
  ): void;
  setPermissionCheckHandler(handler: () => boolean): void;
  setDevicePermissionHandler(handler: () => boolean): void;
  on(
    event: 'will-download',
    listener: (event: Preventable, item: { getURL(): string }) => void,
  ): unknown;
}

/** Made by Electron from a template, and handed back to it. */
export interface MenuPart {
  readonly items: readonly unknown[];
}

export interface TrayPart {
  setContextMenu(menu: MenuPart | null): void;
  setToolTip(text: string): void;
  destroy(): void;
  on(event: 'click', listener: () => void): unknown;
}

export interface NotificationPart {
  show(): void;
  on(event: 'click', listener: () => void): unknown;
}

/** A call from a page, with the frame it comes from. */
export interface CallPart {
  readonly senderFrame: { readonly url: string; readonly parent: unknown } | null;
}

export interface ElectronParts {
  readonly app: AppPart;
  readonly BrowserWindow: new (options: BrowserWindowConstructorOptions) => WindowPart;
  readonly Menu: {
    buildFromTemplate(template: MenuItemConstructorOptions[]): MenuPart;
    setApplicationMenu(menu: MenuPart | null): void;
  };
  readonly Tray: new (image: string) => TrayPart;
  readonly Notification: {
    new (options: NotificationConstructorOptions): NotificationPart;
    isSupported(): boolean;
  };
  readonly clipboard: Pick<Clipboard, 'writeText'>;
  readonly dialog: {
    showMessageBox(
      options: MessageBoxOptions,
    ): Promise<{ readonly response: number; readonly checkboxChecked: boolean }>;
    showOpenDialog(
      options: OpenDialogOptions,
    ): Promise<{ readonly canceled: boolean; readonly filePaths: string[] }>;
  };
  readonly ipcMain: {
    handle(channel: string, listener: (event: CallPart, input: unknown) => Promise<unknown>): void;
  };
  readonly powerMonitor: {
    on(event: 'resume' | 'shutdown' | 'suspend', listener: () => void): unknown;
  };
  readonly powerSaveBlocker: Pick<PowerSaveBlocker, 'start' | 'stop'>;
  readonly protocol: { registerSchemesAsPrivileged(schemes: CustomScheme[]): void };
  readonly screen: { getAllDisplays(): readonly { readonly workArea: Rectangle }[] };
  readonly session: { fromPartition(partition: string): SessionPart };
  readonly shell: Pick<Shell, 'openExternal' | 'openPath'>;
  readonly utilityProcess: UtilityFork;
}
