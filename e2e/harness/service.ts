/**
 * The AcoustID service for tests: real PostgreSQL (of the `pg` project), a real nats-server, a real
 * index engine, real HTTP. Only the server's roles run in the test's own process, so that a test
 * can look at its parts.
 */
import { EngineProcess, temporaryFolder } from '../../index-engine/testing/engine-process.ts';
import { insertAccount } from '../../server/account/account-queries.ts';
import { insertApplication } from '../../server/application/application-queries.ts';
import { resolveConfig } from '../../server/config/config.ts';
import { DATABASE_NAMES } from '../../server/config/settings.ts';
import type { FamilyKey, Role, SettingKey } from '../../server/config/settings.ts';
import { createContext } from '../../server/context.ts';
import type { Context, ContextOverrides } from '../../server/context.ts';
import { IndexUpdater } from '../../server/index/updater.ts';
import { startRoles } from '../../server/roles.ts';
import { ApiClient } from './api-client.ts';
import { startNats } from './nats.ts';
import type { Nats } from './nats.ts';
import { createTestDatabases } from './postgres.ts';
import type { TestDatabases } from './postgres.ts';

export interface ServiceOptions extends ContextOverrides {
  readonly roles?: readonly Role[];
  readonly settings?: Partial<Record<SettingKey | FamilyKey, string>>;
}

export interface TestService extends AsyncDisposable {
  readonly api: ApiClient;
  readonly context: Context;
  readonly databases: TestDatabases;
  readonly engine: EngineProcess;
  readonly nats: Nats;
}

/** Starts the service on databases, queue and index of its own, with one application and account. */
export async function startService(options: ServiceOptions = {}): Promise<TestService> {
  await using starting = new AsyncDisposableStack();
  const databases = starting.use(await createTestDatabases());
  const nats = starting.use(await startNats());
  const folder = starting.use(await temporaryFolder());
  const engine = starting.use(await EngineProcess.start(folder.path));
  const config = resolveConfig({
    flags: {
      ...databaseFlags(databases.settings),
      'nats.url': nats.url,
      'nats.token': nats.token,
      'index.url': engine.url,
      'server.port': '0',
      'appliance.log_level': 'fatal',
      ...options.settings,
    },
  });
  const context = starting.use(createContext(config, options));
  const account = await insertAccount(context.databases.app.pool, 'Tester');
  const application = await insertApplication(context.databases.app.pool, {
    account_id: account.id,
    name: 'Test',
    version: '1',
  });
  const roles = starting.use(
    await startRoles(context, options.roles ?? ['api', 'worker'], { pagesDir: undefined }),
  );
  const api = new ApiClient(`http://127.0.0.1:${roles.port}`, {
    client: application.apikey,
    user: account.apikey,
  });
  const running = starting.move();
  return {
    api,
    context,
    databases,
    engine,
    nats,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Carries what the database has into the index, which is made if it is not there. */
export async function fillIndex({ databases, index, log }: Context): Promise<void> {
  await using updater = new IndexUpdater(databases.fingerprint.pool, index, log);
  await updater.catchUp();
}

/** Where the databases are, as settings of the server. */
export function databaseFlags(
  settings: Awaited<ReturnType<typeof createTestDatabases>>['settings'],
): Partial<Record<SettingKey, string>> {
  const flags: Partial<Record<SettingKey, string>> = {};
  for (const name of DATABASE_NAMES) {
    const { database, host, password = '', port, user } = settings[name];
    flags[`database.${name}.host`] = host;
    flags[`database.${name}.port`] = String(port);
    flags[`database.${name}.user`] = user;
    flags[`database.${name}.password`] = password;
    flags[`database.${name}.name`] = database;
    flags[`database.${name}.pool_size`] = '4';
  }
  return flags;
}
