import { databaseSettingsOf } from '../server/config/database-settings.ts';
import { DATABASE_NAMES, environmentNameOf } from '../server/config/settings.ts';
import type { SettingKey } from '../server/config/settings.ts';
import type { ApplianceConfig } from './config.ts';

/** Where the embedded parts are; `undefined` for a part that the configuration puts elsewhere. */
export interface EmbeddedPlaces {
  readonly postgres:
    | { readonly port: number; readonly user: string; readonly passwordFile: string }
    | undefined;
  readonly nats: { readonly port: number; readonly tokenFile: string } | undefined;
  readonly index: { readonly port: number } | undefined;
  readonly clusterSecretFile: string;
  readonly websiteSecretFile: string;
}

/**
 * Names that would make a child another program than ours: loaders, inspectors, preloaded code.
 * What a person sets for the appliance as a whole is for the supervisor alone.
 */
const DANGEROUS = new Set([
  'NODE_OPTIONS',
  'NODE_V8_COVERAGE',
  'ELECTRON_RUN_AS_NODE',
  'LD_PRELOAD',
  'DYLD_INSERT_LIBRARIES',
]);

/** The environment of programs that are not ours: theirs is cleared of everything about us. */
export function programEnvironment(config: ApplianceConfig): Record<string, string> {
  const entries = Object.entries(config.environment).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !DANGEROUS.has(entry[0]) && !/^(ACOUSTID_|PG)/.test(entry[0]),
  );
  return Object.fromEntries(entries);
}

/**
 * The environment of the server and of migrations: what ours says, and over it where the embedded
 * parts are. Secrets go as names of files, for an environment is open to every process of its user.
 */
export function serverEnvironment(
  config: ApplianceConfig,
  places: EmbeddedPlaces,
  serverPort: number,
): Record<string, string> {
  const environment = new Map(
    Object.entries(config.environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !DANGEROUS.has(entry[0]),
    ),
  );
  const set = (key: SettingKey, value: string | number): void => {
    environment.delete(`${environmentNameOf(key)}_FILE`);
    environment.set(environmentNameOf(key), String(value));
  };
  const setFile = (key: SettingKey, path: string): void => {
    environment.delete(environmentNameOf(key));
    environment.set(`${environmentNameOf(key)}_FILE`, path);
  };
  const { settings } = config;
  environment.set('ACOUSTID_DATA_DIR', config.data.root);
  set('appliance.log_level', settings['appliance.log_level']);
  set('server.host', settings['server.host']);
  set('server.port', serverPort);
  if (places.postgres) {
    for (const name of DATABASE_NAMES) {
      // Each for itself: `[database]` may speak for another one that is external.
      if (databaseSettingsOf(settings, name)) continue;
      set(`database.${name}.host`, '127.0.0.1');
      set(`database.${name}.port`, places.postgres.port);
      set(`database.${name}.user`, places.postgres.user);
      setFile(`database.${name}.password`, places.postgres.passwordFile);
    }
  }
  if (places.nats) {
    set('nats.url', `nats://127.0.0.1:${places.nats.port}`);
    setFile('nats.token', places.nats.tokenFile);
  }
  if (places.index) set('index.url', `http://127.0.0.1:${places.index.port}`);
  const { 'cluster.secret': cluster, 'website.secret': website } = settings;
  if (cluster === undefined) setFile('cluster.secret', places.clusterSecretFile);
  if (website === undefined) setFile('website.secret', places.websiteSecretFile);
  return Object.fromEntries(environment);
}
