/**
 * `acoustid-shell://boot/`: the page shown while the services come up and when they stop. A scheme
 * of our own instead of `file:`, which could read every file of the machine.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CustomScheme } from 'electron';
import { SHELL_SCHEME } from './security.ts';

/** Everything there is; a table, so that no path can lead out of the folder. */
const FILES = new Map([
  ['/', { name: 'index.html', type: 'text/html; charset=utf-8' }],
  ['/boot.css', { name: 'boot.css', type: 'text/css; charset=utf-8' }],
  ['/boot.js', { name: 'boot.js', type: 'text/javascript; charset=utf-8' }],
]);

export const BOOT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** To be registered before Electron is ready: with an origin, and as safe as HTTPS. */
export const BOOT_SCHEME: CustomScheme = {
  scheme: SHELL_SCHEME,
  privileges: { standard: true, secure: true },
};

/** Answers requests for the boot page from its folder. */
export function bootPages(folder: string): (request: Request) => Promise<Response> {
  return async ({ method, url }) => {
    const { host, pathname } = new URL(url);
    const file = host === 'boot' && method === 'GET' ? FILES.get(pathname) : undefined;
    if (!file) return new Response(null, { status: 404 });
    const body = new Uint8Array(await readFile(join(folder, file.name)));
    return new Response(body, {
      headers: {
        'Content-Type': file.type,
        'Content-Security-Policy': BOOT_POLICY,
        'X-Content-Type-Options': 'nosniff',
        'Cache-Control': 'no-store',
      },
    });
  };
}
