/**
 * `npm run package-headless`: everything a server needs in one archive, into dist/packages: Node, the
 * built code, PostgreSQL, nats-server, a systemd unit and an install script. Needs nothing of the
 * machine but a C library.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, copyFile, cp, mkdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ApplianceError, messageOf } from '../main/errors.ts';
import { APP_DIR, buildApp } from './build-app.ts';
import { build } from './build.ts';
import { stagePrograms } from './dist-programs.ts';

const run = promisify(execFile);

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const RESOURCES = join(ROOT, 'resources', 'headless');
const SCRIPTS = ['install.sh', 'uninstall.sh'];
const TEXTS = ['acoustid-appliance.service', 'README.txt'];
const WORDS_MAX = 1024 * 1024;

/**
 * Makes the archive in a folder, at this level of gzip (1 fast … 9 small). Returns its path. Throws
 * `ApplianceError` on platforms that have other ways to install a service.
 */
export async function packageHeadless(folder: string, level = 6): Promise<string> {
  if (process.platform !== 'linux') {
    throw new ApplianceError('Headless packages are for Linux; here is npm run dist.');
  }
  await build();
  await buildApp();
  const name = `acoustid-appliance-${versionOf()}-linux-${process.arch}`;
  const staged = join(folder, name);
  await rm(staged, { recursive: true, force: true });
  await stage(staged);
  const archive = `${staged}.tar.gz`;
  // The same files make the same archive, but for their times.
  const order = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner'];
  const gzip = `--use-compress-program=gzip -n -${level}`;
  await run('tar', [...order, gzip, '-cf', archive, '-C', folder, basename(staged)], {
    maxBuffer: WORDS_MAX,
  });
  await rm(staged, { recursive: true });
  return archive;
}

async function stage(folder: string): Promise<void> {
  await mkdir(join(folder, 'bin'), { recursive: true });
  await copyProgram(process.execPath, join(folder, 'bin', 'node'));
  await copyProgram(join(RESOURCES, 'acoustid'), join(folder, 'bin', 'acoustid'));
  for (const script of SCRIPTS) await copyProgram(join(RESOURCES, script), join(folder, script));
  for (const text of TEXTS) await copyFile(join(RESOURCES, text), join(folder, text));
  for (const text of ['LICENSE', 'THIRD-PARTY.md']) {
    await copyFile(join(ROOT, text), join(folder, text));
  }
  await cp(APP_DIR, join(folder, 'app'), { recursive: true });
  // The desktop's own parts: nothing here could run them.
  for (const part of ['main/main.mjs', 'main/preload.cjs', 'main/boot', 'main/services']) {
    await rm(join(folder, 'app', part), { recursive: true, force: true });
  }
  await stagePrograms(join(folder, 'programs'));
}

async function copyProgram(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  await chmod(to, 0o755);
}

function versionOf(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return (manifest as { readonly version: string }).version;
}

if (import.meta.main) {
  try {
    const packages = join(ROOT, 'dist', 'packages');
    await mkdir(packages, { recursive: true });
    const archive = await packageHeadless(packages);
    console.log(`${archive} (${((await stat(archive)).size / 1e6).toFixed(1)} MB)`);
  } catch (error) {
    if (!(error instanceof ApplianceError)) throw error;
    console.error(messageOf(error));
    process.exitCode = 1;
  }
}
