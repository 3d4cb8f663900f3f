import type { DatabaseName, Settings } from './settings.ts';

/** How to connect to one database. */
export interface DatabaseSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | undefined;
  readonly database: string;
  readonly poolSize: number;
}

/**
 * How to connect to one database by the configuration: its own section first, `[database]` where
 * that is silent. `undefined` when neither names a host, which means the embedded PostgreSQL.
 */
export function databaseSettingsOf(
  settings: Settings,
  name: DatabaseName,
): DatabaseSettings | undefined {
  const host = settings[`database.${name}.host`] ?? settings['database.host'];
  if (host === undefined) return undefined;
  return {
    host,
    port: settings[`database.${name}.port`] ?? settings['database.port'],
    user: settings[`database.${name}.user`] ?? settings['database.user'],
    password: settings[`database.${name}.password`] ?? settings['database.password'],
    database: settings[`database.${name}.name`],
    poolSize: settings[`database.${name}.pool_size`] ?? settings['database.pool_size'],
  };
}
