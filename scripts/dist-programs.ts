/**
 * Puts the programs that an installed appliance brings into one folder: the package of PostgreSQL as
 * npm installed it, and nats-server. Used by `npm run dist` and by scripts/package-headless.ts.
 */
import { existsSync } from 'node:fs';
import { chmod, copyFile, cp, mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveAppliance } from '../main/config.ts';
import { findNatsBinary } from '../main/services/nats-binary.ts';
import { findPackage } from '../main/services/postgres-binaries.ts';
import { fetchForThisMachine } from './fetch-binaries.ts';

/** What electron-builder calls a platform in `${os}-${arch}`. */
const OS_NAMES: Readonly<Record<string, string>> = { darwin: 'mac', linux: 'linux', win32: 'win' };

/** Headers and libraries to link against: nobody compiles against an installed appliance. */
const NOT_NEEDED =
  /\.(a|la|pc)$|[\\/]native[\\/](include|lib[\\/]pkgconfig|share[\\/](man|doc))([\\/]|$)/;

/** The folder electron-builder.yml names for this platform. */
export function programsFolder(): string {
  const os = OS_NAMES[process.platform] ?? process.platform;
  return fileURLToPath(new URL(`../dist/staged/${os}-${process.arch}`, import.meta.url));
}

/** Fills a folder that is made afresh. Throws `ApplianceError` naming what cannot be had. */
export async function stagePrograms(folder: string): Promise<void> {
  const postgres = findPackage();
  const nats = await findNats();
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const part of ['package.json', 'LICENSE.md', 'native']) {
    await cp(join(postgres, part), join(folder, 'postgresql', part), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !NOT_NEEDED.test(path),
    });
  }
  const program = join(folder, basename(nats));
  await copyFile(nats, program);
  await chmod(program, 0o755);
}

/** The fetched one, that of the system, or one fetched now. */
async function findNats(): Promise<string> {
  const config = resolveAppliance({});
  const fetched = join(config.program.programs, 'nats-server');
  if (existsSync(fetched)) return fetched;
  try {
    return findNatsBinary(config);
  } catch {
    // Not on this machine: whatever keeps it from being fetched is the error that counts.
    return await fetchForThisMachine();
  }
}

if (import.meta.main) {
  await stagePrograms(programsFolder());
  console.log(programsFolder());
}
