import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ProgramPaths } from './paths.ts';

/** Electron's program in a checkout; asking its package for the path would download it. */
export function findElectron({ electronPackage }: ProgramPaths): string | undefined {
  if (electronPackage === undefined) return undefined;
  const names = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };
  const name = process.platform in names ? names[process.platform as 'win32'] : 'electron';
  const path = join(electronPackage, 'dist', name);
  return existsSync(path) ? path : undefined;
}
