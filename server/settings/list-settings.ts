import type { Config } from '../config/config.ts';
import { SETTING_FAMILIES, SETTINGS } from '../config/settings.ts';
import type { Setting, SettingFamily, SettingKey, SettingValue } from '../config/settings.ts';
import { isChangeable, restartOf } from './changeable.ts';

/** Where a value comes from; each overrules those before it. `start`: the appliance chose it. */
export type SettingSource = 'default' | 'file' | 'environment' | 'start' | 'command line';

export interface ListedSetting {
  readonly key: string;
  readonly type: Setting['type'];
  readonly about: string;
  readonly secret: boolean;
  /** As it is in force; null when there is none, and always for a secret. */
  readonly value: Shown;
  readonly isSet: boolean;
  readonly fallback: Shown;
  readonly source: SettingSource;
  /** File and line, or the name in the environment. */
  readonly origin: string;
  readonly isChangeable: boolean;
  readonly restart: 'server' | 'appliance';
  /** Whether the next start will find another value. */
  readonly isPending: boolean;
  /** The value of the next start. */
  readonly next: Shown;
  readonly oneOf: string[] | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly orNone: boolean;
}

type Shown = string | number | boolean | string[] | null;

interface Place {
  readonly key: string;
  readonly setting: Setting;
  readonly valueIn: (config: Config) => SettingValue;
}

/** Set by the supervisor for its server, whatever a person may have set besides. */
const HANDED =
  /^(appliance\.log_level|server\.(host|port)|database\.\w+\.\w+|nats\.(url|token)|index\.url|(cluster|website)\.secret)$/;

/**
 * Every setting with its value and where that is from. `fresh` is the configuration as the next
 * start would read it; a supervised server was handed some by the appliance.
 */
export function listSettings(
  config: Config,
  fresh: Config,
  { isSupervised }: { readonly isSupervised: boolean },
): ListedSetting[] {
  return placesOf(config, fresh).map(({ key, setting, valueIn }) => {
    const value = valueIn(config);
    const source = sourceOf(config.origins[key] ?? 'default', isSupervised && HANDED.test(key));
    // Flags are not read again, and hold at the next start too as far as anybody knows.
    const next = source === 'command line' ? value : valueIn(fresh);
    const hide = (shown: SettingValue): Shown => (setting.secret ? null : show(shown));
    return {
      key,
      type: setting.type,
      about: setting.about,
      secret: setting.secret,
      value: hide(value),
      isSet: value !== undefined,
      fallback: show(setting.fallback),
      source,
      origin: config.origins[key] ?? 'default',
      isChangeable: isChangeable(key) && ['default', 'file', 'start'].includes(source),
      restart: restartOf(key),
      isPending: JSON.stringify(next) !== JSON.stringify(value),
      next: hide(next),
      oneOf: setting.oneOf ? [...setting.oneOf] : null,
      min: setting.min ?? null,
      max: setting.max ?? null,
      orNone: setting.orNone === true,
    };
  });
}

function placesOf(config: Config, fresh: Config): Place[] {
  const single = (Object.keys(SETTINGS) as SettingKey[]).map((key): Place => ({
    key,
    setting: SETTINGS[key],
    valueIn: ({ settings }) => settings[key],
  }));
  const families = (Object.keys(SETTING_FAMILIES) as SettingFamily[]).flatMap((family) => {
    const names = [config, fresh].flatMap(({ settings }) => Object.keys(settings[family]));
    return [...new Set(names)].sort().map((name): Place => ({
      key: `${family}.${name}`,
      setting: SETTING_FAMILIES[family],
      valueIn: ({ settings }) => settings[family][name],
    }));
  });
  return [...single, ...families];
}

function sourceOf(origin: string, isHanded: boolean): SettingSource {
  if (origin === 'default' || origin === 'command line') return origin;
  if (!origin.startsWith('environment ')) return 'file';
  return isHanded ? 'start' : 'environment';
}

function show(value: SettingValue): Shown {
  if (value === undefined) return null;
  return typeof value === 'object' ? [...value] : value;
}
