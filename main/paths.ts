import { join } from 'node:path';
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
  readonly fetchBinaries: string;
}

export function programPaths(): ProgramPaths {
  const root = fileURLToPath(new URL('..', import.meta.url));
  return {
    root,
    serverMain: join(root, 'server', 'main.ts'),
    serverCli: join(root, 'server', 'cli.ts'),
    indexEngineMain: join(root, 'index-engine', 'main.ts'),
    defaultConfig: join(root, 'resources', 'default.conf'),
    programs: join(root, 'resources', 'bin', `${process.platform}-${process.arch}`),
    fetchBinaries: join(root, 'scripts', 'fetch-binaries.ts'),
  };
}
