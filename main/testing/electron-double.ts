/**
 * Electron for tests: the parts that the shell uses, with what it was told kept and what it would
 * tell at hand. `electron-parts.test.ts` holds the parts against Electron's own types.
 */
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import type {
  BrowserWindowConstructorOptions,
  MessageBoxOptions,
  NotificationConstructorOptions,
  Settings,
} from 'electron';
import type { CallPart, ElectronParts, NotificationPart } from '../electron-parts.ts';
import { MenuDouble, SessionDouble, TrayDouble } from './menu-double.ts';
import { TestEvent, WindowDouble } from './window-double.ts';

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

/** What Electron was told, and what the person in front of it does. */
export class ElectronDouble {
  applicationMenu: MenuDouble | undefined;
  /** Buttons the person presses, one per dialog; the default when there is none left. */
  readonly presses: { response: number; checkboxChecked?: boolean }[] = [];
  readonly dialogs: MessageBoxOptions[] = [];
  readonly chosenFolders: string[] = [];
  readonly openedOutside: string[] = [];
  readonly openedPaths: string[] = [];
  readonly clipboard: string[] = [];
  readonly blockers = new Set<number>();
  readonly partitions: string[] = [];
  readonly schemes: unknown[] = [];
  readonly app = new AppDouble();
  readonly powerMonitor = new EventEmitter();
  readonly session = new SessionDouble();
  readonly windows: WindowDouble[] = [];
  readonly trays: TrayDouble[] = [];
  readonly notes: (NotificationConstructorOptions & NotificationPart & EventEmitter)[] = [];
  readonly calls = new Map<string, (event: CallPart, input: unknown) => Promise<unknown>>();

  /** A page of this address calls; what it is answered. */
  async call(url: string, channel: string, input?: unknown): Promise<unknown> {
    const handler = this.calls.get(channel);
    if (!handler) throw new Error(`nobody handles ${channel}`);
    return await handler({ senderFrame: { url, parent: null } }, input);
  }
}

/** A fresh Electron, and everything it was told. */
export function electronDouble(): ElectronDouble & { readonly parts: ElectronParts } {
  const world = new ElectronDouble();
  const { app, powerMonitor } = world;
  const parts = { app, powerMonitor, ...seenParts(world), ...unseenParts(world) };
  return Object.assign(world, { parts: parts satisfies ElectronParts });
}

/** What a person sees. */
function seenParts(world: ElectronDouble) {
  return {
    BrowserWindow: class extends WindowDouble {
      constructor(options: BrowserWindowConstructorOptions) {
        super(options);
        world.windows.push(this);
        world.app.emit('web-contents-created', {}, this.webContents);
      }
    },
    Menu: {
      buildFromTemplate: (template) => new MenuDouble(template),
      setApplicationMenu: (menu) => {
        world.applicationMenu = menu instanceof MenuDouble ? menu : undefined;
      },
    },
    Tray: class extends TrayDouble {
      constructor() {
        super();
        world.trays.push(this);
      }
    },
    Notification: Object.assign(
      class extends EventEmitter {
        constructor(options: NotificationConstructorOptions) {
          super();
          world.notes.push(Object.assign(this, options));
        }
        show(): void {
          // Seen by being in the list.
        }
      },
      { isSupported: () => true },
    ),
    dialog: {
      showMessageBox: async (options) => {
        world.dialogs.push(options);
        const { checkboxChecked = options.checkboxChecked ?? false, response } =
          world.presses.shift() ?? { response: options.defaultId ?? 0 };
        return { response, checkboxChecked };
      },
      showOpenDialog: async () => ({
        canceled: world.chosenFolders.length === 0,
        filePaths: world.chosenFolders,
      }),
    },
    screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
  } satisfies Partial<ElectronParts>;
}

/** What only the program and the system see. */
function unseenParts(world: ElectronDouble) {
  return {
    clipboard: { writeText: async (text) => void world.clipboard.push(text) },
    ipcMain: {
      handle: (channel, listener) => {
        if (world.calls.has(channel)) throw new Error(`a second handler for '${channel}'`);
        world.calls.set(channel, listener);
      },
    },
    powerSaveBlocker: {
      start: () => {
        world.blockers.add(world.blockers.size + 1);
        return world.blockers.size;
      },
      stop: (id) => world.blockers.delete(id),
    },
    protocol: { registerSchemesAsPrivileged: (schemes) => void world.schemes.push(...schemes) },
    session: {
      fromPartition: (partition) => {
        world.partitions.push(partition);
        return world.session;
      },
    },
    shell: {
      openExternal: async (url) => void world.openedOutside.push(url),
      openPath: async (path) => {
        world.openedPaths.push(path);
        return '';
      },
    },
    utilityProcess: { fork: () => new UtilityChildDouble() },
  } satisfies Partial<ElectronParts>;
}
