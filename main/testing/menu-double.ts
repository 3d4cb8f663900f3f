/** Menus, the tray and a session, for tests. */
import { EventEmitter } from 'node:events';
import type { CookiesSetDetails, MenuItemConstructorOptions } from 'electron';
import type { MenuPart, SessionPart, TrayPart } from '../electron-parts.ts';

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
