import type { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import { SETTING_FAMILIES, SETTINGS } from '../config/settings.ts';
import type { Setting, SettingFamily, SettingKey, SettingValue } from '../config/settings.ts';
import type { GlobalOptions, Output } from './output.ts';

const MASK = '********';

interface Shown {
  readonly value: SettingValue | null;
  readonly origin: string;
}

/** `acoustid config show`: every setting with its value, secrets masked, and where it comes from. */
export function registerConfig(program: Command, output: Output): void {
  const config = program.command('config').description('the configuration');
  config
    .command('show')
    .description('print every setting, its value and where it comes from')
    .action((_options: object, command: Command) => {
      const { config: file, dataDir, json } = command.optsWithGlobals<GlobalOptions>();
      const resolved = loadConfig({ file, dataDir });
      const shown = showConfig(resolved);
      output.result(
        json,
        { file: resolved.file ?? null, settings: shown },
        textOf(shown, resolved),
      );
    });
}

/** The settings as they may be shown to anybody. */
export function showConfig(config: Config): Record<string, Shown> {
  const keys = Object.keys(SETTINGS) as SettingKey[];
  const single = keys.map((key): [string, Shown] => {
    const setting: Setting = SETTINGS[key];
    const value = config.settings[key];
    const masked = setting.secret && value !== undefined ? MASK : (value ?? null);
    return [key, { value: masked, origin: config.origins[key] ?? 'default' }];
  });
  const families = Object.keys(SETTING_FAMILIES) as SettingFamily[];
  const members = families.flatMap((family) =>
    Object.entries(config.settings[family]).map(([name, value]): [string, Shown] => {
      const key = `${family}.${name}`;
      return [key, { value, origin: config.origins[key] ?? 'default' }];
    }),
  );
  return Object.fromEntries([...single, ...members]);
}

function textOf(shown: Readonly<Record<string, Shown>>, config: Config): string {
  const entries = Object.entries(shown);
  const width = Math.max(...entries.map(([key]) => key.length));
  const lines = entries.map(([key, { origin, value }]) => {
    const text = Array.isArray(value) ? value.join(', ') : String(value ?? '(not set)');
    return `${key.padEnd(width)}  ${text.padEnd(24)}  ${origin}`;
  });
  const unknown = config.unknownEnvironment.map(
    (name) => `${name} is in the environment and means nothing here.`,
  );
  return [...lines, ...unknown].join('\n');
}
