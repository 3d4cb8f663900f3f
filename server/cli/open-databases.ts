import { databaseSettingsOf } from '../config/database-settings.ts';
import { dataDirOf } from '../config/data-dir.ts';
import { loadConfig } from '../config/load-config.ts';
import { findRunFile } from '../config/run-file.ts';
import { DATABASE_NAMES } from '../config/settings.ts';
import { openDatabases } from '../db/databases.ts';
import type { DatabaseLocation, DatabaseLocations, Databases } from '../db/databases.ts';
import { CommandError } from './output.ts';
import type { GlobalOptions } from './output.ts';

/** A command asks for little at a time. */
const POOL_SIZE = 2;

/**
 * Where the databases are for a command: what is configured, else those of the running appliance
 * of the data folder. Throws `CommandError` when neither is there.
 */
export function locateDatabases(options: GlobalOptions): DatabaseLocations {
  const { settings } = loadConfig({ file: options.config, dataDir: options.dataDir });
  const dataDir = dataDirOf(options.dataDir);
  const run = findRunFile(dataDir);
  const located = DATABASE_NAMES.map((name): [string, DatabaseLocation] => {
    const configured = databaseSettingsOf(settings, name);
    const location = configured ? { ...configured, poolSize: POOL_SIZE } : run?.postgres[name];
    if (location === undefined) {
      throw new CommandError(
        `The appliance of ${dataDir} is not running, so its databases cannot be reached; start it with "npm start" or "acoustid serve", or name another data folder with --data-dir.`,
      );
    }
    return [name, location];
  });
  // One entry for each name.
  return Object.fromEntries(located) as unknown as DatabaseLocations;
}

/** Opens the databases a command works on. */
export function openConfiguredDatabases(options: GlobalOptions): Databases {
  return openDatabases(locateDatabases(options), { applicationName: 'acoustid-cli' });
}
