import { existsSync } from 'node:fs';
import { ConfigError } from '../../config/config.ts';
import type { Config } from '../../config/config.ts';
import { configFileOf } from '../../config/data-dir.ts';
import { readConfig } from '../../config/load-config.ts';
import type { Context } from '../../context.ts';
import { parentOf } from '../../parent-process.ts';
import { SettingWriter } from '../../settings/change-setting.ts';
import type { SettingRefusal } from '../../settings/change-setting.ts';
import { listSettings } from '../../settings/list-settings.ts';
import { AdminError } from './admin-error.ts';
import type { AdminErrorKind } from './admin-error.ts';
import { adminPart } from './admin-api.ts';
import type { AdminPart, Handlers } from './admin-api.ts';
import { settingsContract } from './contract/settings.ts';

const KINDS = {
  unknown: 'not_found',
  fixed: 'forbidden',
  bad: 'bad_request',
  refused: 'refused',
} as const satisfies Record<SettingRefusal['kind'], AdminErrorKind>;

/** The configuration: what is in force, and what the file says for the next start. */
export function settingsPart({ config, dataDir, log }: Context): AdminPart {
  const file = config.file ?? configFileOf(dataDir);
  const writer = new SettingWriter(file);
  const isSupervised = parentOf(process) !== undefined;
  const handlers: Handlers<typeof settingsContract> = {
    'GET /settings': async () => {
      const { fresh, problem } = reread(file, config);
      return { file, dataDir, problem, settings: listSettings(config, fresh, { isSupervised }) };
    },
    'PUT /settings/:key': async ({ account, body, params }) => {
      const refusal = await writer.change(params.key, body.value);
      if (refusal) throw new AdminError(KINDS[refusal.kind], refusal.text);
      // Never the value: it may be a secret.
      log.info({ setting: params.key, by: account?.id }, 'setting written');
    },
  };
  return adminPart(settingsContract, handlers);
}

/** The configuration of the next start; that of this one while the file is not readable. */
function reread(file: string, config: Config): { fresh: Config; problem: string | null } {
  try {
    return { fresh: readConfig(existsSync(file) ? file : undefined), problem: null };
  } catch (error) {
    if (error instanceof ConfigError) return { fresh: config, problem: error.message };
    throw error;
  }
}
