/**
 * Electron's security checklist (its documentation, "Security", the numbered recommendations), point
 * by point over what the shell really sets.
 */
import { readFileSync } from 'node:fs';
import { FuseV1Options } from '@electron/fuses';
import { expect, test } from 'vitest';
import { BOOT_POLICY, BOOT_SCHEME, bootPages } from './boot-protocol.ts';
import { OPERATION_NAMES } from './ipc/channels.ts';
import { OPERATIONS } from './ipc/contract.ts';
import {
  BOOT_URL,
  guardContents,
  guardSession,
  isOurPage,
  isWebAddress,
  PARTITION,
  webPreferencesOf,
} from './security.ts';
import { SessionDouble } from './testing/menu-double.ts';
import { ContentsDouble, TestEvent } from './testing/window-double.ts';

const API = 'http://127.0.0.1:8380';
const preferences = webPreferencesOf('/app/preload.cjs');

function guarded(apiUrl: string | undefined = API): { contents: ContentsDouble; out: string[] } {
  const contents = new ContentsDouble();
  const out: string[] = [];
  guardContents(contents, { apiUrl: () => apiUrl, openElsewhere: (url) => out.push(url) });
  return { contents, out };
}

test('1: only our own pages and those of the server on this address are loaded', () => {
  expect(isOurPage(BOOT_URL, undefined)).toBe(true);
  expect(isOurPage(`${API}/tracks/1`, API)).toBe(true);
  const strangers = [
    'http://127.0.0.1:8381/',
    'https://127.0.0.1:8380/',
    'http://localhost:8380/',
    'http://127.0.0.1:8380@evil.example/',
    'acoustid-shell://evil/',
    'file:///etc/passwd',
    'data:text/html,x',
    'javascript:alert(1)',
    'no address',
  ];
  expect(strangers.filter((url) => isOurPage(url, API))).toEqual([]);
  expect(isOurPage(`${API}/`, undefined)).toBe(false);
});

test('2, 3, 4: no Node in pages, of their own world, in the sandbox', () => {
  expect(preferences).toMatchObject({
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    contextIsolation: true,
    sandbox: true,
  });
});

test('5: no permission is granted but to write text to the clipboard', () => {
  const session = new SessionDouble();
  guardSession(session);
  const asked = ['media', 'geolocation', 'notifications', 'midi', 'usb', 'openExternal', 'hid'];
  expect(asked.filter((permission) => session.grants(permission))).toEqual([]);
  expect(session.grants('clipboard-sanitized-write')).toBe(true);
  expect(session.grants('clipboard-read')).toBe(false);
  expect([session.checkHandler?.(), session.deviceHandler?.()]).toEqual([false, false]);
});

test('6, 8, 9, 10: web security is on, and nothing experimental', () => {
  expect(preferences).toMatchObject({
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
  });
  expect(preferences).not.toHaveProperty('enableBlinkFeatures');
});

test('7: the boot page has a policy without inline scripts, styles or addresses of others', async () => {
  expect(BOOT_POLICY).toContain("default-src 'none'");
  expect(BOOT_POLICY).not.toMatch(/unsafe|\*|http/);
  const pages = bootPages(new URL('./boot', import.meta.url).pathname);
  const page = await pages(new Request(BOOT_URL));
  expect(page.headers.get('Content-Security-Policy')).toBe(BOOT_POLICY);
  const html = await page.text();
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
});

test('11, 12: there is no webview, and none can be attached', () => {
  expect(preferences.webviewTag).toBe(false);
  const { contents } = guarded();
  const event = new TestEvent();
  contents.emit('will-attach-webview', event);
  expect(event.isPrevented).toBe(true);
});

test('13: navigation stays on our own pages, redirects too; others are offered to the browser', () => {
  const { contents, out } = guarded();
  expect(contents.navigate(`${API}/jobs`)).toBe(true);
  expect(contents.navigate(BOOT_URL)).toBe(true);
  expect(contents.navigate('https://musicbrainz.org/')).toBe(false);
  const redirect = Object.assign(new TestEvent(), { url: 'https://evil.example/' });
  contents.emit('will-redirect', redirect);
  expect(redirect.isPrevented).toBe(true);
  expect(out).toEqual(['https://musicbrainz.org/', 'https://evil.example/']);
});

test('14: no page opens a window', () => {
  const { contents, out } = guarded();
  const details = {
    url: `${API}/jobs`,
    frameName: '',
    features: '',
    disposition: 'new-window',
    referrer: { url: '', policy: 'no-referrer' },
  } as const;
  expect(contents.openHandler?.(details)).toEqual({ action: 'deny' });
  expect(out).toEqual([`${API}/jobs`]);
});

test('15: only web addresses are ever handed to the system', () => {
  expect(isWebAddress('https://musicbrainz.org/')).toBe(true);
  const dangerous = ['file:///bin/sh', 'smb://host/x', 'javascript:1', 'ms-msdt:/id', 'x'];
  expect(dangerous.filter(isWebAddress)).toEqual([]);
});

test('17: every operation has schemas; that a caller is ours is tested in handlers.test.ts', () => {
  expect(OPERATION_NAMES.toSorted()).toEqual(Object.keys(OPERATIONS).toSorted());
  const refused = OPERATION_NAMES.filter(
    (name) => OPERATIONS[name].input.safeParse({ x: 1 }).success,
  );
  // Those whose every field may be left out take an object, and nothing of it.
  expect(refused).toEqual(['set-server', 'set-shell']);
  expect(OPERATIONS['set-server'].input.parse({ x: 1 })).toEqual({});
});

test('18: pages come by a scheme of our own or by HTTP, never by file:', () => {
  expect(BOOT_URL).toMatch(/^acoustid-shell:/);
  expect(BOOT_SCHEME.privileges).toEqual({ standard: true, secure: true });
});

test('18: the scheme gives the three files there are, whatever is asked for', async () => {
  const pages = bootPages(new URL('./boot', import.meta.url).pathname);
  const paths = ['../view.ts', '%2e%2e/main.ts', 'boot.ts', '..%5cmain.ts', 'index.html'];
  for (const path of paths) {
    expect((await pages(new Request(`${BOOT_URL}${path}`))).status).toBe(404);
  }
  expect((await pages(new Request('acoustid-shell://other/'))).status).toBe(404);
  expect((await pages(new Request(BOOT_URL, { method: 'POST' }))).status).toBe(404);
});

test('19: the fuses are set so that the program is nothing but this program', () => {
  const config = readFileSync(new URL('../electron-builder.yml', import.meta.url), 'utf8');
  const fuses = config.split(/^electronFuses:\n/m)[1]?.split(/^\S/m)[0] ?? '';
  const set = Object.fromEntries(
    [...fuses.matchAll(/^ {2}(\w+): (true|false)$/gm)].map(([, name, value]) => [name, value]),
  );
  expect(set).toEqual({
    runAsNode: 'false',
    enableCookieEncryption: 'true',
    enableNodeOptionsEnvironmentVariable: 'false',
    enableNodeCliInspectArguments: 'false',
    enableEmbeddedAsarIntegrityValidation: 'true',
    onlyLoadAppFromAsar: 'true',
    loadBrowserProcessSpecificV8Snapshot: 'false',
    grantFileProtocolExtraPrivileges: 'false',
  });
  // All there are, but one that only says how WebAssembly checks its bounds.
  const names = Object.keys(FuseV1Options).filter((name) => /^[A-Z]/.test(name));
  const decided = Object.keys(set).map((name) => name.toLowerCase());
  expect(names.filter((name) => !decided.includes(name.toLowerCase()))).toEqual([
    'WasmTrapHandlers',
  ]);
});

test('20: the preload script hands out two functions, and nothing of Electron', () => {
  const source = readFileSync(new URL('./preload.ts', import.meta.url), 'utf8');
  expect(source.match(/exposeInMainWorld/g)).toHaveLength(1);
  expect(source).toContain("exposeInMainWorld('acoustid', shell)");
  expect(source).not.toMatch(/ipcRenderer[,;}\s]*\)|sendSync|require\(/);
});

test('the window has cookies and storage of its own, and nothing is fetched unasked', () => {
  expect(preferences).toMatchObject({ partition: PARTITION, spellcheck: false });
});
