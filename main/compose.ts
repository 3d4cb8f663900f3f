import { databaseSettingsOf } from '../server/config/database-settings.ts';
import type { DatabaseSettings } from '../server/config/database-settings.ts';
import type { RunFile } from '../server/config/run-file.ts';
import { DATABASE_NAMES } from '../server/config/settings.ts';
import type { DatabaseName } from '../server/config/settings.ts';
import { programEnvironment, serverEnvironment } from './children-environment.ts';
import type { EmbeddedPlaces } from './children-environment.ts';
import type { ApplianceConfig } from './config.ts';
import { openToUser } from './data-folder.ts';
import { chooseInternalPort } from './ports.ts';
import { openSecrets } from './secrets.ts';
import type { Secrets } from './secrets.ts';
import { ServiceLog } from './service-log.ts';
import type { SpawnProgram } from './services/child-process.ts';
import {
  afterChecks,
  checkDatabase,
  checkIndex,
  checkNats,
  checkRedis,
  ExternalService,
} from './services/external.ts';
import { IndexEngineService } from './services/index-engine.ts';
import { MigrationsService } from './services/migrations.ts';
import { findNatsBinary } from './services/nats-binary.ts';
import { NatsService } from './services/nats.ts';
import { binariesFor, findPostgresBinaries } from './services/postgres-binaries.ts';
import type { PostgresBinaries } from './services/postgres-binaries.ts';
import { PostgresService } from './services/postgres.ts';
import type { RunModule, RunningProcess } from './services/run-process.ts';
import { ServerService } from './services/server.ts';
import { SERVICE_NAMES } from './services/service.ts';
import type { Exit, Service, ServiceName } from './services/service.ts';
import type { ServiceStatus } from './services/supervised.ts';
import type { Planned } from './services/supervisor.ts';
import { ensureUser } from './system-user.ts';
import type { SystemUser } from './system-user.ts';

const ADMIN_NAME = 'postgres';
/** Owns the databases; the server connects as this role, which may not touch files or programs. */
const ROLE_NAME = 'acoustid';

/** Requests begun are finished within this at a stop, which is to take under 5 s in all. */
const DRAIN_MS = 3000;
/** Lines that are kept of a command; its result is one of the last. */
const COMMAND_LINES_MAX = 1000;

export interface Runners {
  readonly runModule: RunModule;
  readonly spawn: SpawnProgram;
}

/** Ends the command when the signal aborts. */
export type RunCommand = (
  args: readonly string[],
  signal: AbortSignal,
) => Promise<{ readonly exit: Exit; readonly lines: readonly string[] }>;

/** The services of one configuration, in order, and where they are. */
export interface Composition {
  readonly plan: readonly Planned[];
  readonly addresses: Pick<RunFile, 'index' | 'nats' | 'postgres'>;
  /** Known for sure once the server is ready, for its port may be the system's choice. */
  apiUrl(): string;
  /** Asks the running server over its private channel; see server/shell-questions.ts. */
  ask(question: object): Promise<unknown>;
  /** Tells the running server how the services are; its pages show it. */
  tellServices(services: readonly ServiceStatus[]): void;
  /** Calls back when an administrator wants a service started afresh. */
  onRestartAsked(listener: (name: ServiceName) => void): void;
  /** Runs a command of the server's against the running parts; gives its exit and its lines. */
  readonly runCommand: RunCommand;
  close(): void;
}

/** What the embedded parts need that is found or made before anything is started. */
interface Parts {
  readonly config: ApplianceConfig;
  readonly runners: Runners;
  readonly logs: Readonly<Record<ServiceName, ServiceLog>>;
  readonly secrets: Secrets;
  readonly places: EmbeddedPlaces;
  readonly postgres:
    | { readonly binaries: PostgresBinaries; readonly user: SystemUser | undefined }
    | undefined;
  readonly natsBinary: string | undefined;
}

/**
 * Builds the services that the configuration asks for. Everything a person must mend is found out
 * here, before the first process is started: throws `ApplianceError`.
 */
export async function composeServices(
  config: ApplianceConfig,
  runners: Runners,
): Promise<Composition> {
  const parts = await prepareParts(config, runners);
  const server = serverOf(parts);
  const plan: Planned[] = [
    { service: postgresOf(parts), needs: {} },
    {
      service: migrationsOf(parts),
      needs: { postgres: 'the tables are changed in the databases themselves' },
    },
    // These two need nothing of PostgreSQL: by the time the migrations are through they are ready.
    { service: natsOf(parts), needs: {} },
    { service: indexOf(parts), needs: {} },
    {
      service: afterChecks(server, redisChecks(config)),
      needs: {
        postgres: 'every request reads the databases',
        migrations: 'the queries are written for the tables of this version',
        nats: 'workers take submissions from its queue',
        index: 'lookups ask it for candidates, and the updater writes to it',
      },
    },
  ];
  return {
    plan,
    addresses: addressesOf(parts),
    apiUrl: () => `http://${urlHost(config.settings['server.host'])}:${server.port}`,
    ask: async (question) => await server.ask(question),
    tellServices: (services) =>
      server.tell({ type: 'services', services: services.map(withoutLines) }),
    onRestartAsked: (listener) => server.onRestartAsked(listener),
    runCommand: async (args, signal) => {
      const child = startCommand(parts, args, server.port);
      signal.addEventListener('abort', () => child.process.kill('SIGKILL'), { once: true });
      return { exit: await child.process.exited, lines: child.lines };
    },
    close: () => {
      for (const log of Object.values(parts.logs)) log.close();
    },
  };
}

/** The lines of a service may say more than its pages should. */
function withoutLines({ lastLines: _lines, ...status }: ServiceStatus): object {
  return status;
}

async function prepareParts(config: ApplianceConfig, runners: Runners): Promise<Parts> {
  const { data, settings } = config;
  const natsBinary = settings['nats.url'] === undefined ? findNatsBinary(config) : undefined;
  const postgres = embeddedNames(config).length > 0 ? await preparePostgres(config) : undefined;
  const secrets = await openSecrets(data.secrets);
  const places: EmbeddedPlaces = {
    postgres: postgres && {
      port: await chooseInternalPort(settings['postgres.port']),
      user: ROLE_NAME,
      passwordFile: secrets.fileOf('postgres-password'),
    },
    nats:
      natsBinary === undefined
        ? undefined
        : {
            port: await chooseInternalPort(settings['nats.port']),
            tokenFile: secrets.fileOf('nats-token'),
          },
    index:
      settings['index.url'] === undefined
        ? { port: await chooseInternalPort(settings['index.port']) }
        : undefined,
    clusterSecretFile: secrets.fileOf('cluster-secret'),
    websiteSecretFile: secrets.fileOf('website-secret'),
  };
  const logs = Object.fromEntries(
    SERVICE_NAMES.map((name) => [name, new ServiceLog(data.logs, name)]),
    // fromEntries forgets that every name is there.
  ) as Record<ServiceName, ServiceLog>;
  return { config, runners, logs, secrets, places, postgres, natsBinary };
}

async function preparePostgres(config: ApplianceConfig): Promise<NonNullable<Parts['postgres']>> {
  const { data, isRoot, settings } = config;
  const found = await findPostgresBinaries(config.program);
  // PostgreSQL refuses to run as root.
  const user = isRoot ? await ensureUser(settings['appliance.pg_user']) : undefined;
  if (user) await openToUser(data, user);
  return { user, binaries: await binariesFor(user, found, data.programs) };
}

function embeddedNames({ settings }: ApplianceConfig): readonly DatabaseName[] {
  return DATABASE_NAMES.filter((name) => databaseSettingsOf(settings, name) === undefined);
}

function externalDatabases({ settings }: ApplianceConfig): readonly [string, DatabaseSettings][] {
  return DATABASE_NAMES.flatMap((name) => {
    const database = databaseSettingsOf(settings, name);
    return database ? [[`database:${name}`, database] as [string, DatabaseSettings]] : [];
  });
}

function postgresOf(parts: Parts): Service {
  const { config, logs, places, postgres, runners, secrets } = parts;
  const checks = externalDatabases(config).map(
    ([section, database]) =>
      () =>
        checkDatabase(section, database),
  );
  if (!postgres || !places.postgres) return new ExternalService('postgres', checks);
  const service = new PostgresService({
    ...postgres,
    data: config.data,
    env: programEnvironment(config),
    port: places.postgres.port,
    maxConnections: config.settings['postgres.max_connections'],
    adminName: ADMIN_NAME,
    adminPassword: secrets.valueOf('postgres-admin-password'),
    roleName: ROLE_NAME,
    rolePassword: secrets.valueOf('postgres-password'),
    databases: embeddedNames(config).map((name) => config.settings[`database.${name}.name`]),
    spawn: runners.spawn,
    log: logs.postgres,
  });
  return afterChecks(service, checks);
}

function migrationsOf({ config, logs, places, runners }: Parts): Service {
  return new MigrationsService({
    modulePath: config.program.serverCli,
    args: configArgs(config),
    cwd: config.program.root,
    env: () => serverEnvironment(config, places, config.settings['server.port']),
    run: runners.runModule,
    log: logs.migrations,
  });
}

function natsOf({ config, logs, natsBinary, places, runners, secrets }: Parts): Service {
  const { 'nats.url': url } = config.settings;
  if (url !== undefined) return new ExternalService('nats', [() => checkNats(url)]);
  if (natsBinary === undefined || !places.nats) throw new Error('nats was not prepared');
  return new NatsService({
    binary: natsBinary,
    configFile: config.data.natsConfig,
    storeDir: config.data.nats,
    port: places.nats.port,
    token: secrets.valueOf('nats-token'),
    spawn: runners.spawn,
    env: programEnvironment(config),
    log: logs.nats,
  });
}

function indexOf({ config, logs, places, runners }: Parts): Service {
  const { 'index.url': url } = config.settings;
  if (url !== undefined) return new ExternalService('index', [() => checkIndex(url)]);
  if (!places.index) throw new Error('the index engine was not prepared');
  return new IndexEngineService({
    modulePath: config.program.indexEngineMain,
    dir: config.data.index,
    port: places.index.port,
    logLevel: config.settings['appliance.log_level'],
    cwd: config.program.root,
    env: () => programEnvironment(config),
    run: runners.runModule,
    log: logs.index,
  });
}

function serverOf({ config, logs, places, runners }: Parts): ServerService {
  return new ServerService({
    modulePath: config.program.serverMain,
    args: configArgs(config),
    cwd: config.program.root,
    env: (port) => serverEnvironment(config, places, port),
    port: config.settings['server.port'],
    // It fails its health checks for the delay first, so that balancers look elsewhere.
    drainMs: DRAIN_MS + config.settings['website.shutdown_delay'] * 1000,
    run: runners.runModule,
    log: logs.server,
  });
}

function startCommand(
  { config, places, runners }: Parts,
  args: readonly string[],
  serverPort: number,
): { readonly process: RunningProcess; readonly lines: readonly string[] } {
  const lines: string[] = [];
  const process = runners.runModule({
    name: `acoustid ${args[0]}`,
    modulePath: config.program.serverCli,
    args: [...args, ...configArgs(config)],
    env: serverEnvironment(config, places, serverPort),
    cwd: config.program.root,
    onLine: (line) => {
      lines.push(line);
      if (lines.length > COMMAND_LINES_MAX) lines.shift();
    },
    onMessage: () => undefined,
  });
  return { process, lines };
}

function redisChecks({ settings }: ApplianceConfig): readonly (() => Promise<void>)[] {
  const { 'redis.url': url } = settings;
  return url === undefined ? [] : [() => checkRedis(url)];
}

function configArgs(config: ApplianceConfig): readonly string[] {
  return config.file === undefined ? [] : ['--config', config.file];
}

function addressesOf({ config, places, secrets }: Parts): Composition['addresses'] {
  const { settings } = config;
  const database = (name: DatabaseName): string => {
    const external = databaseSettingsOf(settings, name);
    const host = external?.host ?? '127.0.0.1';
    const port = external?.port ?? places.postgres?.port ?? 0;
    const user = external?.user ?? ROLE_NAME;
    const password = external ? (external.password ?? '') : secrets.valueOf('postgres-password');
    const credentials = [user, password].map(encodeURIComponent).join(':');
    const path = encodeURIComponent(settings[`database.${name}.name`]);
    return `postgres://${credentials}@${urlHost(host)}:${port}/${path}`;
  };
  const token = encodeURIComponent(secrets.valueOf('nats-token'));
  return {
    index: settings['index.url'] ?? `http://127.0.0.1:${places.index?.port}`,
    nats: settings['nats.url'] ?? `nats://${token}@127.0.0.1:${places.nats?.port}`,
    postgres: {
      app: database('app'),
      fingerprint: database('fingerprint'),
      ingest: database('ingest'),
      musicbrainz: database('musicbrainz'),
    },
  };
}

/** A host as it stands in a URL: IPv6 in brackets, "every address" as one that can be called. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::' || host === '') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
