/**
 * `npm start`: builds what is stale, fetches nats-server when the machine has none, then opens the
 * desktop window where that is possible, else does what `acoustid serve` does, in this process.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { resolveAppliance } from '../main/config.ts';
import { findElectron } from '../main/electron-program.ts';
import { ApplianceError, messageOf } from '../main/errors.ts';
import { programPaths } from '../main/paths.ts';
import { findNatsBinary } from '../main/services/nats-binary.ts';
import { APP_DIR, buildApp } from './build-app.ts';
import { build } from './build.ts';
import { fetchForThisMachine } from './fetch-binaries.ts';

/** What decides whether there can be a window. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Electron's own program, when its package has fetched it. */
  readonly electron: string | undefined;
  readonly isRoot: boolean;
}

/** The window needs Electron's program, which is never downloaded unasked, and a display. */
export function chooseShell(surroundings: Surroundings): 'desktop' | 'headless' {
  const { electron, environment, isRoot, platform } = surroundings;
  const needsDisplay = platform !== 'darwin' && platform !== 'win32';
  const hasDisplay = Boolean(environment['DISPLAY']) || Boolean(environment['WAYLAND_DISPLAY']);
  // Chromium's sandbox, which is not given up here, refuses to be root's on Linux.
  const canSandbox = !(isRoot && platform === 'linux');
  const isPossible = canSandbox && electron !== undefined && (!needsDisplay || hasDisplay);
  return isPossible ? 'desktop' : 'headless';
}

async function start(args: readonly string[]): Promise<void> {
  await prepare();
  const electron = findElectron(programPaths());
  const shell = chooseShell({
    platform: process.platform,
    environment: process.env,
    electron,
    isRoot: process.getuid?.() === 0,
  });
  if (shell === 'desktop' && electron !== undefined) {
    await startDesktop(electron, args);
    return;
  }
  const { root } = programPaths();
  process.argv = [process.execPath, join(root, 'main', 'cli.ts'), 'serve', ...args];
  await import('../main/cli.ts');
}

/** Builds what is stale and fetches nats-server when the machine has none. */
export async function prepare(): Promise<void> {
  await build();
  await fetchMissing();
}

/** Opens the window and waits for its end. Electron runs no TypeScript, so it gets what is built. */
export async function startDesktop(electron: string, args: readonly string[]): Promise<void> {
  await buildApp();
  const child = spawn(electron, [APP_DIR, ...args], { stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  process.exitCode = typeof code === 'number' ? code : 1;
}

/** A checkout on a fresh machine lacks one program; what else is wrong `serve` itself will say. */
async function fetchMissing(): Promise<void> {
  if (!needsNats()) return;
  console.log('Fetching nats-server …');
  await fetchForThisMachine().catch((error: unknown) => console.log(messageOf(error)));
}

function needsNats(): boolean {
  try {
    const config = resolveAppliance({});
    if (config.settings['nats.url'] !== undefined) return false;
    findNatsBinary(config);
    return false;
  } catch (error) {
    return error instanceof ApplianceError;
  }
}

if (import.meta.main) await start(process.argv.slice(2));
