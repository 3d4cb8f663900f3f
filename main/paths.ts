import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configFileOf, runFileOf } from '../server/config/data-dir.ts';

/** Every path inside a data folder. Nothing else knows the layout. */
export interface DataPaths {
  readonly root: string;
  readonly config: string;
  readonly configFile: string;
  /** One file per secret, mode 0600. */
  readonly secrets: string;
  /** Its presence says that the keys of the first start were made and shown. */
  readonly firstKeysShown: string;
  readonly postgres: string;
  /** Where a cluster is made before it is renamed to `postgres`; a leftover is debris. */
  readonly postgresInit: string;
  readonly nats: string;
  readonly natsConfig: string;
  readonly index: string;
  readonly backups: string;
  readonly logs: string;
  /** Copies of programs that lie where the system user of PostgreSQL cannot reach them. */
  readonly programs: string;
  /** Compiled code of our modules, by Node itself: halves the time until a child is ready. */
  readonly codeCache: string;
  readonly runFile: string;
  readonly lock: string;
}

export function dataPathsOf(dataDir: string): DataPaths {
  const config = join(dataDir, 'config');
  const nats = join(dataDir, 'nats');
  return {
    root: dataDir,
    config,
    configFile: configFileOf(dataDir),
    secrets: join(config, 'secrets'),
    firstKeysShown: join(config, 'first-keys-shown'),
    postgres: join(dataDir, 'postgres'),
    postgresInit: join(dataDir, 'postgres.init'),
    nats,
    natsConfig: join(nats, 'nats-server.conf'),
    index: join(dataDir, 'index'),
    backups: join(dataDir, 'backups'),
    logs: join(dataDir, 'logs'),
    programs: join(dataDir, 'bin'),
    codeCache: join(dataDir, 'cache'),
    runFile: runFileOf(dataDir),
    lock: join(dataDir, 'lock'),
  };
}

/** Where the program's own parts are; tests put fakes in their place. */
export interface ProgramPaths {
  readonly root: string;
  readonly serverMain: string;
  readonly serverCli: string;
  readonly indexEngineMain: string;
  readonly defaultConfig: string;
  /** Fetched programs of this platform (`nats-server`). */
  readonly programs: string;
  /** The package of PostgreSQL that an installed program brings; `undefined` in a checkout. */
  readonly postgresPackage: string | undefined;
  readonly fetchBinaries: string;
  /** npm's package of Electron in a checkout; what is installed needs none or is in it. */
  readonly electronPackage: string | undefined;
}

/**
 * The program runs from its sources, from what `scripts/build-app.ts` makes of them, or installed.
 * Installed, `programs/` lies beside the folder of the code: `resources/programs` under Electron.
 */
export function programPaths(): ProgramPaths {
  // Processes and threads are started by path, and need real files where Electron has an archive.
  const root = unpacked(fileURLToPath(new URL('..', import.meta.url)));
  const extension = extname(import.meta.url);
  const checkout = extension === '.ts' ? root : join(root, '..', '..');
  const installed = join(root, '..', 'programs');
  const isInstalled = existsSync(installed);
  return {
    root,
    serverMain: join(root, 'server', `main${extension}`),
    serverCli: join(root, 'server', `cli${extension}`),
    indexEngineMain: join(root, 'index-engine', `main${extension}`),
    defaultConfig: join(root, 'resources', 'default.conf'),
    programs: isInstalled
      ? installed
      : join(checkout, 'resources', 'bin', `${process.platform}-${process.arch}`),
    postgresPackage: isInstalled ? join(installed, 'postgresql') : undefined,
    fetchBinaries: join(checkout, 'scripts', 'fetch-binaries.ts'),
    electronPackage: isInstalled ? undefined : join(checkout, 'node_modules', 'electron'),
  };
}

function unpacked(path: string): string {
  return path.replace(/app\.asar(?=[\\/]|$)/, 'app.asar.unpacked');
}
