/**
 * `npm run build`: makes what is not committed and out of date: the WebAssembly kernels, the web pages,
 * and the JavaScript of packages and of Electron. From a checkout, Node runs the sources.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildApp } from './build-app.ts';
import { buildPages } from './build-pages.ts';
import { buildWasm } from './build-wasm.ts';
import { FIRST_LOAD_BYTES_MAX, firstLoadBytes } from './first-load.ts';
import { newestChange } from './newest-change.ts';

const RENDERER = fileURLToPath(new URL('../renderer', import.meta.url));
const PAGES = `${RENDERER}/dist`;

/** Builds what a start from the sources needs; does next to nothing when all is fresh. */
export async function build(): Promise<void> {
  await buildWasm();
  if (arePagesStale()) await buildPages();
}

function arePagesStale(): boolean {
  const entry = `${PAGES}/index.html`;
  return !existsSync(entry) || newestChange(RENDERER, ['dist']) > newestChange(entry);
}

if (import.meta.main) {
  await build();
  await buildApp();
  checkFirstLoad();
}

/** Each time, fresh or not: what was too heavy yesterday still is. */
function checkFirstLoad(): void {
  const bytes = firstLoadBytes(PAGES);
  console.log(`First load of the web pages: ${bytes} of ${FIRST_LOAD_BYTES_MAX} bytes, with gzip`);
  if (bytes > FIRST_LOAD_BYTES_MAX) process.exitCode = 1;
}
