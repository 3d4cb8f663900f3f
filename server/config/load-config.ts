import { existsSync } from 'node:fs';
import { resolveConfig } from './config.ts';
import type { Config } from './config.ts';
import { configFileOf, dataDirOf } from './data-dir.ts';
import type { SettingKey } from './settings.ts';

export interface LoadOptions {
  readonly file: string | undefined;
  readonly dataDir: string | undefined;
  readonly flags?: Partial<Record<SettingKey, string>>;
}

/**
 * Resolves the configuration of this process: the named file, which must be there then, else
 * `ACOUSTID_CONFIG`, else the data folder's own, which need not. Throws `ConfigError`.
 */
export function loadConfig({ dataDir, file, flags = {} }: LoadOptions): Config {
  const named = file ?? process.env['ACOUSTID_CONFIG'];
  const own = configFileOf(dataDirOf(dataDir));
  return resolveConfig({
    file: named ?? (existsSync(own) ? own : undefined),
    environment: process.env,
    flags,
  });
}

/** What this process would be given if it started now, but for its flags. Throws `ConfigError`. */
export function readConfig(file: string | undefined): Config {
  return resolveConfig({ file, environment: process.env });
}
