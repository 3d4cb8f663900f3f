/**
 * Electron for tests: the parts that the shell uses, with what it was told kept and what it would
 * tell at hand. `electron-double.test.ts` holds the parts against Electron's own types.
 */
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import type {
  BrowserWindowConstructorOptions,
  CookiesSetDetails,
  HandlerDetails,
  MenuItemConstructorOptions,
  MessageBoxOptions,
  NotificationConstructorOptions,
  Rectangle,
  Settings,
  WindowOpenHandlerResponse,
} from 'electron';
import type {
  CallPart,
  ContentsPart,
  ElectronParts,
  MenuPart,
  NotificationPart,
  Preventable,
  SessionPart,
  TrayPart,
  WindowPart,
} from '../electron-parts.ts';

/** An event a test sends, and whether it was prevented. */
export class TestEvent implements Preventable {
  isPrevented = false;

  preventDefault(): void {
    this.isPrevented = true;
  }
}

export class ContentsDouble extends EventEmitter implements ContentsPart {
  url = '';
  reloads = 0;
  readonly sent: { readonly channel: string; readonly args: unknown[] }[] = [];
  openHandler: ((details: HandlerDetails) => WindowOpenHandlerResponse) | undefined;

  setWindowOpenHandler(handler: (details: HandlerDetails) => WindowOpenHandlerResponse): void {
    this.openHandler = handler;
  }

  send(channel: string, ...args: unknown[]): void {
    this.sent.push({ channel, args });
  }

  reload(): void {
    this.reloads += 1;
  }

  getURL(): string {
    return this.url;
  }

  isDestroyed(): boolean {
    return false;
  }

  /** The page, or whoever is on it, wants to go there. Returns whether it may. */
  navigate(url: string): boolean {
    const event = Object.assign(new TestEvent(), { url });
    this.emit('will-frame-navigate', event);
    return !event.isPrevented;
  }
}

export class WindowDouble extends EventEmitter implements WindowPart {
  readonly webContents = new ContentsDouble();
  readonly options: BrowserWindowConstructorOptions;
  bounds: Rectangle = { x: 10, y: 20, width: 1280, height: 860 };
  isHidden = true;
  isGone = false;
  isMax = false;
  isMin = false;
  readonly loaded: string[] = [];

  constructor(options: BrowserWindowConstructorOptions) {
    super();
    this.options = options;
  }

  async loadURL(url: string): Promise<void> {
    this.loaded.push(url);
    this.webContents.url = url;
  }

  show(): void {
    this.isHidden = false;
  }

  hide(): void {
    this.isHidden = true;
  }

  focus(): void {
    this.isHidden = false;
  }

  restore(): void {
    this.isMin = false;
  }

  maximize(): void {
    this.isMax = true;
  }

  destroy(): void {
    if (this.isGone) return;
    this.isGone = true;
    this.emit('closed');
  }

  isMinimized(): boolean {
    return this.isMin;
  }

  isMaximized(): boolean {
    return this.isMax;
  }

  isVisible(): boolean {
    return !this.isHidden;
  }

  isDestroyed(): boolean {
    return this.isGone;
  }

  getNormalBounds(): Rectangle {
    return this.bounds;
  }

  /** What the person does with the button of the window. Returns whether it closed. */
  close(): boolean {
    const event = new TestEvent();
    this.emit('close', event);
    if (!event.isPrevented) this.destroy();
    return !event.isPrevented;
  }
}

export class TrayDouble extends EventEmitter implements TrayPart {
  menu: MenuDouble | undefined;
  tip = '';
  isGone = false;

  setContextMenu(menu: MenuPart | null): void {
    this.menu = menu instanceof MenuDouble ? menu : undefined;
  }

  setToolTip(text: string): void {
    this.tip = text;
  }

  destroy(): void {
    this.isGone = true;
  }
}

export class MenuDouble implements MenuPart {
  readonly items: readonly MenuItemConstructorOptions[];

  constructor(items: readonly MenuItemConstructorOptions[]) {
    this.items = items;
  }

  /** The entry with this label, submenus included. */
  find(label: string): MenuItemConstructorOptions | undefined {
    return findItem(this.items, label);
  }

  click(label: string): void {
    const item = this.find(label);
    if (!item?.click) throw new Error(`the menu has no "${label}" to click`);
    // None of ours looks at what Electron hands over.
    (item.click as () => void)();
  }
}

function findItem(
  items: readonly MenuItemConstructorOptions[],
  label: string,
): MenuItemConstructorOptions | undefined {
  for (const item of items) {
    if (item.label === label) return item;
    const below = Array.isArray(item.submenu) ? findItem(item.submenu, label) : undefined;
    if (below) return below;
  }
  return undefined;
}

export class SessionDouble extends EventEmitter implements SessionPart {
  readonly cookieJar: CookiesSetDetails[] = [];
  readonly schemes = new Map<string, (request: Request) => Response | Promise<Response>>();
  readonly cookies = {
    set: async (details: CookiesSetDetails): Promise<void> => {
      this.cookieJar.push(details);
    },
  };
  readonly protocol = {
    handle: (scheme: string, handler: (request: Request) => Response | Promise<Response>): void => {
      this.schemes.set(scheme, handler);
    },
  };
  permissionHandler: Parameters<SessionPart['setPermissionRequestHandler']>[0] | undefined;
  checkHandler: (() => boolean) | undefined;
  deviceHandler: (() => boolean) | undefined;

  setPermissionRequestHandler(
    handler: Parameters<SessionPart['setPermissionRequestHandler']>[0],
  ): void {
    this.permissionHandler = handler;
  }

  setPermissionCheckHandler(handler: () => boolean): void {
    this.checkHandler = handler;
  }

  setDevicePermissionHandler(handler: () => boolean): void {
    this.deviceHandler = handler;
  }

  /** Whether a page that asks for this gets it. */
  grants(permission: string): boolean {
    let isGranted: boolean | undefined;
    this.permissionHandler?.({}, permission, (granted) => (isGranted = granted));
    if (isGranted === undefined) throw new Error('nobody answered the request');
    return isGranted;
  }
}

/** What happened to the application as a whole. */
class AppDouble extends EventEmitter {
  hasLock = true;
  isSandboxed = false;
  languages: string[] = ['en-GB'];
  readonly ready = Promise.withResolvers<void>();
  /** Times `quit` was granted: no listener held it up. */
  quits = 0;
  loginItem: Settings = { openAtLogin: false };
  home = '/nowhere';

  enableSandbox(): void {
    this.isSandboxed = true;
  }

  exit(): void {
    this.quits += 1;
  }

  getLoginItemSettings(): ReturnType<ElectronParts['app']['getLoginItemSettings']> {
    const openAtLogin = this.loginItem.openAtLogin ?? false;
    return {
      openAtLogin,
      wasOpenedAtLogin: false,
      status: openAtLogin ? 'enabled' : 'not-registered',
      executableWillLaunchAtLogin: openAtLogin,
      launchItems: [],
    };
  }

  getPath(): string {
    return this.home;
  }

  getPreferredSystemLanguages(): string[] {
    return this.languages;
  }

  getVersion(): string {
    return '1.2.3';
  }

  quit(): void {
    const event = new TestEvent();
    this.emit('before-quit', event);
    if (!event.isPrevented) this.quits += 1;
  }

  requestSingleInstanceLock(): boolean {
    return this.hasLock;
  }

  setAppUserModelId(): void {
    // Windows only, and without an answer.
  }

  setLoginItemSettings(settings: Settings): void {
    this.loginItem = settings;
  }

  async whenReady(): Promise<void> {
    await this.ready.promise;
  }
}

class UtilityChildDouble extends EventEmitter {
  readonly pid = undefined;
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();

  postMessage(): void {
    // Nobody is there.
  }

  kill(): boolean {
    return false;
  }
}

/** A fresh Electron, and everything it was told. */
export function electronDouble() {
  const app = new AppDouble();
  const powerMonitor = new EventEmitter();
  const session = new SessionDouble();
  const windows: WindowDouble[] = [];
  const trays: TrayDouble[] = [];
  const notes: (NotificationConstructorOptions & NotificationPart & EventEmitter)[] = [];
  const calls = new Map<string, (event: CallPart, input: unknown) => Promise<unknown>>();
  const told = {
    applicationMenu: undefined as MenuDouble | undefined,
    /** Buttons the person presses, one per dialog; the default when there is none left. */
    presses: [] as { response: number; checkboxChecked?: boolean }[],
    dialogs: [] as MessageBoxOptions[],
    chosenFolders: [] as string[],
    openedOutside: [] as string[],
    openedPaths: [] as string[],
    clipboard: [] as string[],
    blockers: new Set<number>(),
    partitions: [] as string[],
    schemes: [] as unknown[],
  };
  const parts = {
    app,
    BrowserWindow: class extends WindowDouble {
      constructor(options: BrowserWindowConstructorOptions) {
        super(options);
        windows.push(this);
        app.emit('web-contents-created', {}, this.webContents);
      }
    },
    Menu: {
      buildFromTemplate: (template) => new MenuDouble(template),
      setApplicationMenu: (menu) => {
        told.applicationMenu = menu instanceof MenuDouble ? menu : undefined;
      },
    },
    Tray: class extends TrayDouble {
      constructor() {
        super();
        trays.push(this);
      }
    },
    Notification: Object.assign(
      class extends EventEmitter {
        constructor(readonlyOptions: NotificationConstructorOptions) {
          super();
          notes.push(Object.assign(this, readonlyOptions));
        }
        show(): void {
          // Seen by being in the list.
        }
      },
      { isSupported: () => true },
    ),
    clipboard: { writeText: async (text) => void told.clipboard.push(text) },
    dialog: {
      showMessageBox: async (options) => {
        told.dialogs.push(options);
        const { checkboxChecked = options.checkboxChecked ?? false, response } =
          told.presses.shift() ?? { response: options.defaultId ?? 0 };
        return { response, checkboxChecked };
      },
      showOpenDialog: async () => ({
        canceled: told.chosenFolders.length === 0,
        filePaths: told.chosenFolders,
      }),
    },
    ipcMain: {
      handle: (channel, listener) => {
        if (calls.has(channel)) throw new Error(`a second handler for '${channel}'`);
        calls.set(channel, listener);
      },
    },
    powerMonitor,
    powerSaveBlocker: {
      start: () => {
        told.blockers.add(told.blockers.size + 1);
        return told.blockers.size;
      },
      stop: (id) => told.blockers.delete(id),
    },
    protocol: { registerSchemesAsPrivileged: (schemes) => void told.schemes.push(...schemes) },
    screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
    session: {
      fromPartition: (partition) => {
        told.partitions.push(partition);
        return session;
      },
    },
    shell: {
      openExternal: async (url) => void told.openedOutside.push(url),
      openPath: async (path) => {
        told.openedPaths.push(path);
        return '';
      },
    },
    utilityProcess: { fork: () => new UtilityChildDouble() },
  } satisfies ElectronParts;

  /** A page of this address calls; what it is answered. */
  const call = async (url: string, channel: string, input?: unknown): Promise<unknown> => {
    const handler = calls.get(channel);
    if (!handler) throw new Error(`nobody handles ${channel}`);
    return await handler({ senderFrame: { url, parent: null } }, input);
  };
  return { ...told, told, app, call, calls, notes, parts, powerMonitor, session, trays, windows };
}

export type ElectronDouble = ReturnType<typeof electronDouble>;
