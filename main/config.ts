import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { resolveConfig } from '../server/config/config.ts';
import type { Config } from '../server/config/config.ts';
import {
  dataDirOf,
  findMovedDataDir,
  movedDataDirFileOf,
  thisHost,
} from '../server/config/data-dir.ts';
import type { Host } from '../server/config/data-dir.ts';
import { deepFreeze } from '../server/config/deep-freeze.ts';
import type { SettingKey } from '../server/config/settings.ts';
import { ApplianceError } from './errors.ts';
import { dataPathsOf, programPaths } from './paths.ts';
import type { DataPaths, ProgramPaths } from './paths.ts';

/** The options of `acoustid serve` and of the desktop application, as they were typed. */
export interface Flags {
  readonly dataDir?: string | undefined;
  readonly config?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly pgUser?: string | undefined;
  readonly logLevel?: string | undefined;
}

/** Everything the supervisor needs to know, resolved once and frozen. */
export interface ApplianceConfig extends Config {
  readonly data: DataPaths;
  readonly program: ProgramPaths;
  /** The environment that children start from. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isRoot: boolean;
}

const SETTING_OF_FLAG = {
  host: 'server.host',
  port: 'server.port',
  pgUser: 'appliance.pg_user',
  logLevel: 'appliance.log_level',
} as const satisfies Partial<Record<keyof Flags, SettingKey>>;

/**
 * Resolves flags, environment and `acoustid.conf` for the supervisor. A configuration file that was
 * named must be there; the one in the data folder is read when it is. Throws `ConfigError`, and
 * `ApplianceError` when the data folder was moved to a place that is not there.
 */
export function resolveAppliance(flags: Flags, host: Host = thisHost()): ApplianceConfig {
  const root = dataDirOf(flags.dataDir, host);
  assertMovedIsThere(root, host);
  const data = dataPathsOf(root);
  const named = flags.config ?? host.environment['ACOUSTID_CONFIG'];
  const inDataDir = existsSync(data.configFile) ? data.configFile : undefined;
  const config = resolveConfig({
    file: named === undefined || named === '' ? inDataDir : resolve(named),
    environment: host.environment,
    flags: settingsOfFlags(flags),
  });
  return deepFreeze({
    ...config,
    data,
    program: programPaths(),
    environment: { ...host.environment },
    isRoot: host.isRoot,
  });
}

/** A folder that was moved to a disk which is away must not be made afresh, and empty. */
function assertMovedIsThere(root: string, host: Host): void {
  if (existsSync(root) || root !== findMovedDataDir(host)) return;
  throw new ApplianceError(
    `The data folder was moved to ${root}, which is not there. Connect its disk, or choose another folder with --data-dir (${movedDataDirFileOf(host)} names it).`,
  );
}

function settingsOfFlags(flags: Flags): Partial<Record<SettingKey, string>> {
  const settings: Partial<Record<SettingKey, string>> = {};
  for (const flag of ['host', 'port', 'pgUser', 'logLevel'] as const) {
    const value = flags[flag];
    if (value !== undefined) settings[SETTING_OF_FLAG[flag]] = value;
  }
  return settings;
}
