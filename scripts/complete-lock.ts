/**
 * Adds to package-lock.json the packages of other platforms that the registry at hand does not have.
 * `npm install` leaves those out of the lock, and `npm ci` then refuses the lock everywhere. Run it
 * after every change of dependencies: node scripts/complete-lock.ts. See docs/decisions/0005.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

interface LockedPackage {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

interface Lock {
  packages: Record<string, LockedPackage>;
}

const LOCK = fileURLToPath(new URL('../package-lock.json', import.meta.url));

const SYSTEMS: Readonly<Record<string, string>> = {
  android: 'android',
  darwin: 'darwin',
  freebsd: 'freebsd',
  linux: 'linux',
  openharmony: 'openharmony',
  win32: 'win32',
};
const PROCESSORS = /\b(arm64|arm|x64|ia32|ppc64|riscv64|s390x)\b/;

/** Adds an entry for each exact optional dependency that has none; returns their names. */
export function completeLock(lock: Lock): string[] {
  const added: string[] = [];
  for (const parent of Object.values(lock.packages)) {
    for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
      const path = `node_modules/${name}`;
      const isExact = /^\d+\.\d+\.\d+[\w.-]*$/.test(version);
      if (isExact && lock.packages[path] === undefined) {
        lock.packages[path] = entryOf(name, version, parent.dev === true);
        added.push(name);
      }
    }
  }
  // npm keeps the entries by path, and a lock in another order would change at the next install.
  lock.packages = Object.fromEntries(
    Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')),
  );
  return added;
}

/** Such packages say in their name what they are for, which is all npm needs to pass them over. */
function entryOf(name: string, version: string, dev: boolean): LockedPackage {
  const system = Object.keys(SYSTEMS).find((each) => name.includes(each));
  const processor = PROCESSORS.exec(name.replaceAll('-', ' '))?.[1];
  if (system === undefined || processor === undefined) {
    throw new Error(`${name} does not say which platform it is for`);
  }
  return {
    version,
    cpu: [processor],
    ...(dev ? { dev } : {}),
    ...(/-(musl|musleabihf)$/.test(name) ? { libc: ['musl'] } : {}),
    ...(system === 'linux' && /-gnu(eabihf)?$/.test(name) ? { libc: ['glibc'] } : {}),
    optional: true,
    os: [SYSTEMS[system] ?? system],
  };
}

if (import.meta.main) {
  const lock = JSON.parse(readFileSync(LOCK, 'utf8')) as Lock;
  const added = completeLock(lock);
  writeFileSync(LOCK, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${added.length} packages of other platforms added`);
}
