/**
 * `npm run build`: makes what is not committed and out of date: the WebAssembly kernels, the web pages,
 * and the JavaScript of packages and of Electron. From a checkout, Node runs the sources.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build as buildPages } from 'vite';
import { buildApp } from './build-app.ts';
import { buildWasm } from './build-wasm.ts';
import { newestChange } from './newest-change.ts';

const RENDERER = fileURLToPath(new URL('../renderer', import.meta.url));
const PAGES = `${RENDERER}/dist`;

/** Builds what a start from the sources needs; does next to nothing when all is fresh. */
export async function build(): Promise<void> {
  await buildWasm();
  if (arePagesStale()) {
    await buildPages({ configFile: `${RENDERER}/vite.config.ts`, logLevel: 'warn' });
  }
}

function arePagesStale(): boolean {
  const entry = `${PAGES}/index.html`;
  return !existsSync(entry) || newestChange(RENDERER, ['dist']) > newestChange(entry);
}

if (import.meta.main) {
  await build();
  await buildApp();
}
