/**
 * Makes `dist/app`: the whole program as plain JavaScript, which Electron and a server without npm
 * can run. It mirrors the checkout, so every path relative to a source still leads where it did:
 *
 *   chunks/           all code of the services, our own and that of the packages it uses
 *   main/cli.mjs …    one line per entry, at the place of its source: imports its chunk
 *   main/main.mjs     the shell, whole: under Electron it lies in the archive that is checked
 *   main/preload.cjs  alone in one file, for a sandboxed page can load no other
 *   main/boot/        the page shown while the services come up
 *   migrations/ renderer/dist/ resources/ **.wasm   as they are
 */
import { existsSync, globSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import type { InputOptions, Plugin } from 'rolldown';
import { codeOf } from '../main/errors.ts';
import { newestChange } from './newest-change.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const APP_DIR = join(ROOT, 'dist', 'app');

/** Started by path, so a bundler cannot know of them; threads are found by `threadEntries`. */
const ENTRIES = [
  'main/cli.ts',
  'main/services/utility-entry.ts',
  'server/main.ts',
  'server/cli.ts',
  'index-engine/main.ts',
];

/** Packages that are asked for in a `try`, and that nothing here needs. */
const OPTIONAL = ['pg-native', 'unix-dgram', 'msgpackr-extract', 'bufferutil', 'utf-8-validate'];
const EXTERNAL = ['electron', ...OPTIONAL, ...builtinModules, /^node:/];

const SOURCES = ['main', 'server', 'index-engine'];
/** What is data, and copied as it is. */
const DATA = [
  'migrations',
  'renderer/dist',
  'resources/default.conf',
  'resources/icons',
  'LICENSE',
];
const BOOT_PAGE = ['index.html', 'boot.css'];

/** Names a source from another by its place: a thread, or a file beside it. */
const SOURCE_URL = /(['"])(\.{1,2}\/[^'"]+)\.ts\1(?=,\s*import\.meta\.url)/g;

/** Builds the application into `dist/app` when a source is newer. Returns whether it did. */
export async function buildApp(): Promise<boolean> {
  if (!isStale()) return false;
  const fresh = `${APP_DIR}.${process.pid}.new`;
  try {
    await writeCode(fresh);
    await writeShell(fresh);
    await writePreload(fresh);
    await writeBootPage(fresh);
    await copyData(fresh);
    await writeManifest(fresh);
    await rm(APP_DIR, { recursive: true, force: true });
    await rename(fresh, APP_DIR).catch(refuseUnlessBuilt);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return true;
}

/** Another build at the same time was quicker, and made the same. */
function refuseUnlessBuilt(error: unknown): void {
  const isThere = ['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(codeOf(error) ?? '');
  if (!isThere || isStale()) throw error;
}

function isStale(): boolean {
  const manifest = join(APP_DIR, 'package.json');
  if (!existsSync(manifest)) return true;
  const parts = [...SOURCES, ...DATA, 'package-lock.json', 'package.json', 'scripts/build-app.ts'];
  const changes = parts.map((part) => newestChange(join(ROOT, part)));
  return Math.max(...changes) > newestChange(manifest);
}

async function writeCode(app: string): Promise<void> {
  const entries = [...ENTRIES, ...(await threadEntries())];
  const input = Object.fromEntries(entries.map((entry) => [chunkNameOf(entry), join(ROOT, entry)]));
  const bundle = await rolldown({ ...OPTIONS, input, plugins: [placesOfSources()] });
  await bundle.write({
    dir: join(app, 'chunks'),
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
  });
  await bundle.close();
  for (const entry of entries) {
    const file = join(app, builtNameOf(entry));
    const chunk = posix.join(posix.relative(posix.dirname(entry), 'chunks'), chunkNameOf(entry));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `import '${chunk}.mjs';\n`);
  }
}

const OPTIONS = {
  platform: 'node',
  external: EXTERNAL,
  cwd: ROOT,
  tsconfig: false,
  // A name that cannot be found is a fault here, not a warning in a log that nobody reads.
  onLog: (_level, log) => {
    if (log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message);
  },
} satisfies InputOptions;

/** Modules that run as threads, named in the sources as `new URL('./x.ts', import.meta.url)`. */
async function threadEntries(): Promise<string[]> {
  const found = new Set<string>();
  for (const source of globSync('{server,index-engine}/**/*.ts', { cwd: ROOT })) {
    if (/\.test\.ts$|testing/.test(source)) continue;
    const text = await readFile(join(ROOT, source), 'utf8');
    for (const [, , path = ''] of text.matchAll(SOURCE_URL)) {
      found.add(posix.join(posix.dirname(toPosix(source)), `${path}.ts`));
    }
  }
  return [...found];
}

/**
 * All code ends up in `chunks/`, where `import.meta.url` would be that of the chunk: each module is
 * given the place it has in the tree, one folder up and down again.
 */
function placesOfSources(): Plugin {
  return {
    name: 'places-of-sources',
    transform: {
      order: 'pre',
      handler: (code, id) => {
        const path = toPosix(relative(ROOT, id));
        if (!SOURCES.some((folder) => path.startsWith(`${folder}/`))) return undefined;
        if (!code.includes('import.meta.url')) return undefined;
        const place = `new URL('../${builtNameOf(path)}', import.meta.url).href`;
        return code.replaceAll(SOURCE_URL, '$1$2.mjs$1').replaceAll('import.meta.url', place);
      },
    },
  };
}

async function writeShell(app: string): Promise<void> {
  const bundle = await rolldown({
    ...OPTIONS,
    input: join(ROOT, 'main', 'main.ts'),
    plugins: [placesOfSources()],
  });
  await bundle.write({
    file: join(app, 'main', 'main.mjs'),
    format: 'esm',
    codeSplitting: false,
  });
  await bundle.close();
}

/** A sandboxed preload script is CommonJS and may require nothing but `electron`. */
async function writePreload(app: string): Promise<void> {
  const bundle = await rolldown({ ...OPTIONS, input: join(ROOT, 'main', 'preload.ts') });
  await bundle.write({ file: join(app, 'main', 'preload.cjs'), format: 'cjs' });
  await bundle.close();
}

async function writeBootPage(app: string): Promise<void> {
  const from = join(ROOT, 'main', 'boot');
  const to = join(app, 'main', 'boot');
  const bundle = await rolldown({
    ...OPTIONS,
    platform: 'browser',
    input: join(from, 'boot.ts'),
  });
  // A module would be asked for across origins, which a scheme of our own is not known for.
  await bundle.write({ file: join(to, 'boot.js'), format: 'iife' });
  await bundle.close();
  for (const name of BOOT_PAGE) await cp(join(from, name), join(to, name));
}

async function copyData(app: string): Promise<void> {
  const kernels = globSync('{server,index-engine}/**/*.wasm', { cwd: ROOT });
  for (const path of [...DATA, ...kernels]) {
    await cp(join(ROOT, path), join(app, path), { recursive: true });
  }
}

/** Written last of all and read first: a folder with it is whole. Has no dependencies to install. */
async function writeManifest(app: string): Promise<void> {
  const text = await readFile(join(ROOT, 'package.json'), 'utf8');
  const { description, license, name, version } = JSON.parse(text) as Record<string, string>;
  const manifest = {
    name,
    productName: 'AcoustID',
    version,
    description,
    license,
    main: 'main/main.mjs',
  };
  await writeFile(join(app, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** `.mjs`, for outside the archive there is no package.json that would say what `.js` is. */
function builtNameOf(source: string): string {
  return source.replace(/\.ts$/, '.mjs');
}

/** `server/main.ts` is the chunk `server-main`. */
function chunkNameOf(source: string): string {
  return source.replace(/\.ts$/, '').replaceAll('/', '-');
}

function toPosix(path: string): string {
  return path.split(sep).join('/');
}

if (import.meta.main) console.log((await buildApp()) ? APP_DIR : 'dist/app is fresh');
