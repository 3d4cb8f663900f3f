/**
 * `npm run dist`: packages of the desktop application for this platform, into dist/packages. What is
 * said after `--` goes to electron-builder: `npm run dist -- --dir` leaves the unpacked application.
 * PostgreSQL is the one that npm installed for this platform, so each platform packs its own.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ApplianceError, messageOf } from '../main/errors.ts';
import { buildApp } from './build-app.ts';
import { build } from './build.ts';
import { fetchElectron } from './dist-electron.ts';
import { programsFolder, stagePrograms } from './dist-programs.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OTHER_PLATFORM: Readonly<Record<string, readonly string[]>> = {
  darwin: ['--linux', '-l', '--win', '-w', '--windows'],
  linux: ['--mac', '-m', '-o', '--macos', '--win', '-w', '--windows'],
  win32: ['--mac', '-m', '-o', '--macos', '--linux', '-l'],
};

const ARCHITECTURES = ['--x64', '--ia32', '--armv7l', '--arm64', '--universal'];

async function dist(args: readonly string[]): Promise<void> {
  const foreign = args.find(
    (arg) =>
      OTHER_PLATFORM[process.platform]?.includes(arg) ||
      (ARCHITECTURES.includes(arg) && arg !== `--${process.arch}`),
  );
  if (foreign !== undefined) {
    throw new ApplianceError(
      `${foreign} cannot be packed here: PostgreSQL is at hand for ${process.platform}-${process.arch} only. Run it on that platform.`,
    );
  }
  await build();
  await buildApp();
  const electron = await fetchElectron();
  await stagePrograms(programsFolder());
  const builder = createRequire(import.meta.url).resolve('electron-builder/cli.js');
  const own = ['--config', 'electron-builder.yml', '--publish', 'never'];
  // What was just fetched and checked is packed, instead of a second copy.
  const unpacked = `--config.electronDist=${electronFolderOf(electron)}`;
  const child = spawn(process.execPath, [builder, ...own, unpacked, ...args], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new ApplianceError('electron-builder gave up; its words are above.');
}

/** Of the program inside, the folder that came with it. */
function electronFolderOf(program: string): string {
  const inBundle = join('Electron.app', 'Contents', 'MacOS', 'Electron');
  return program.endsWith(inBundle) ? program.slice(0, -inBundle.length - 1) : dirname(program);
}

if (import.meta.main) {
  try {
    await dist(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof ApplianceError)) throw error;
    console.error(messageOf(error));
    process.exitCode = 1;
  }
}
