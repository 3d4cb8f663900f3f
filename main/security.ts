/**
 * Electron's security checklist in one place: what a page of ours may do, and that no other page is
 * ever shown. `security.test.ts` walks over the list.
 */
import type { WebPreferences } from 'electron';
import type { ContentsPart, SessionPart } from './electron-parts.ts';

/** Pages of ours before there is a server: the boot page alone. */
export const SHELL_SCHEME = 'acoustid-shell';
export const BOOT_URL = `${SHELL_SCHEME}://boot/`;
/** Cookies and storage apart from whatever else Electron might show. */
export const PARTITION = 'persist:acoustid';

/** What a page may ask for and get: nothing of the machine but to put text on the clipboard. */
const GRANTED = new Set(['clipboard-sanitized-write']);

/** Pages run in the sandbox, apart from the preload script, with nothing of Node. */
export function webPreferencesOf(preload: string): WebPreferences {
  return {
    preload,
    partition: PARTITION,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInSubFrames: false,
    nodeIntegrationInWorker: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    safeDialogs: true,
    // Its dictionaries would be fetched from elsewhere, and nothing goes out that was not asked for.
    spellcheck: false,
  };
}

/** Whether an address is one of our own: the boot page, or the server's pages at `apiUrl`. */
export function isOurPage(url: string, apiUrl: string | undefined): boolean {
  const parsed = URL.parse(url);
  if (!parsed) return false;
  // A scheme of our own has no origin in the eyes of `URL`.
  if (parsed.protocol === `${SHELL_SCHEME}:`) return parsed.host === 'boot';
  return apiUrl !== undefined && parsed.origin === URL.parse(apiUrl)?.origin;
}

/** Refuses every permission but the harmless one, and that to our own pages only. */
export function guardSession(session: SessionPart): void {
  session.setPermissionRequestHandler((_contents, permission, callback) => {
    callback(GRANTED.has(permission));
  });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
}

export interface Guard {
  /** The server's base address, when it is known. */
  readonly apiUrl: () => string | undefined;
  /** Offers to open an address of others in the browser. */
  readonly openElsewhere: (url: string) => void;
}

/** Keeps any contents on our own pages: no other page, no second window, no webview. */
export function guardContents(contents: ContentsPart, guard: Guard): void {
  const onNavigate = (details: { readonly url: string; preventDefault(): void }): void => {
    if (isOurPage(details.url, guard.apiUrl())) return;
    details.preventDefault();
    guard.openElsewhere(details.url);
  };
  contents.on('will-frame-navigate', onNavigate);
  contents.on('will-redirect', onNavigate);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    guard.openElsewhere(url);
    return { action: 'deny' };
  });
}

/** The browser is given nothing but web addresses: others could start programs. */
export function isWebAddress(url: string): boolean {
  const protocol = URL.parse(url)?.protocol;
  return protocol === 'https:' || protocol === 'http:';
}
