/**
 * `npm start`: builds what is stale, fetches nats-server when the machine has none, then opens the
 * desktop window where that is possible, else does what `acoustid serve` does, in this process.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { resolveAppliance } from '../main/config.ts';
import { ApplianceError, messageOf } from '../main/errors.ts';
import { programPaths } from '../main/paths.ts';
import { findNatsBinary } from '../main/services/nats-binary.ts';
import { build } from './build.ts';
import { fetchForThisMachine } from './fetch-binaries.ts';

/** What decides whether there can be a window. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Electron's own program, when its package has fetched it. */
  readonly electron: string | undefined;
  /** Whether the desktop application is part of this checkout. */
  readonly hasDesktop: boolean;
}

/** The window needs Electron's program, which is never downloaded unasked, and a display. */
export function chooseShell(surroundings: Surroundings): 'desktop' | 'headless' {
  const { electron, environment, hasDesktop, platform } = surroundings;
  const needsDisplay = platform !== 'darwin' && platform !== 'win32';
  const hasDisplay = Boolean(environment['DISPLAY']) || Boolean(environment['WAYLAND_DISPLAY']);
  const isPossible = hasDesktop && electron !== undefined && (!needsDisplay || hasDisplay);
  return isPossible ? 'desktop' : 'headless';
}

/** Electron's program; asking its package for the path would download it. */
function findElectron(root: string): string | undefined {
  const names = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };
  const name = process.platform in names ? names[process.platform as 'win32'] : 'electron';
  const path = join(root, 'node_modules', 'electron', 'dist', name);
  return existsSync(path) ? path : undefined;
}

async function start(args: readonly string[]): Promise<void> {
  const { root } = programPaths();
  await build();
  await fetchMissing();
  const desktop = join(root, 'main', 'main.ts');
  const electron = findElectron(root);
  const shell = chooseShell({
    platform: process.platform,
    environment: process.env,
    electron,
    hasDesktop: existsSync(desktop),
  });
  if (shell === 'desktop' && electron !== undefined) {
    const child = spawn(electron, [desktop, ...args], { stdio: 'inherit' });
    const [code] = await once(child, 'exit');
    process.exitCode = typeof code === 'number' ? code : 1;
    return;
  }
  process.argv = [process.execPath, join(root, 'main', 'cli.ts'), 'serve', ...args];
  await import('../main/cli.ts');
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
