import { readFileSync } from 'node:fs';
import { deepFreeze } from './deep-freeze.ts';
import { parseIni } from './ini.ts';
import type { IniDocument, IniValue } from './ini.ts';
import { familyOf, membersOf } from './families.ts';
import { environmentNameOf, iniPlaceOf, SETTING_FAMILIES, SETTINGS } from './settings.ts';
import type {
  FamilyKey,
  Setting,
  SettingFamily,
  SettingKey,
  Settings,
  SettingValue,
} from './settings.ts';
import { readValue } from './value.ts';
import type { Found, Origin } from './value.ts';

export interface Config {
  readonly settings: Settings;
  readonly origins: Readonly<Record<string, Origin>>;
  /** `ACOUSTID_*` names in the environment that mean nothing to us: likely a slip, so shown. */
  readonly unknownEnvironment: readonly string[];
  readonly file: string | undefined;
}

/** The configuration cannot be used; the message is one line that names the place and the cure. */
export class ConfigError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ConfigError';
  }
}

export interface ConfigSources {
  /** Path of `acoustid.conf`; `undefined` reads none. */
  readonly file?: string | undefined;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Values of command line options, by setting. */
  readonly flags?: Flags;
}

type Flags = Partial<Record<SettingKey | FamilyKey, string>>;

const KEYS = Object.keys(SETTINGS) as SettingKey[];
const FAMILIES = Object.keys(SETTING_FAMILIES) as SettingFamily[];

/** Not settings: they say where the settings and the data are. */
const PLACES = new Set(['ACOUSTID_CONFIG', 'ACOUSTID_DATA_DIR']);

/**
 * Resolves the configuration once: defaults < file < environment < flags, each secret also by a
 * file that holds it (`password_file = …`, `…_PASSWORD_FILE`). The result is frozen.
 * Throws `ConfigError` for anything that is not a known setting with a usable value.
 */
export function resolveConfig(sources: ConfigSources): Config {
  const { file, environment = {}, flags = {} } = sources;
  const document = file === undefined ? new Map() : readDocument(file);
  if (file !== undefined) refuseUnknown(document, file);
  const settings: Record<string, SettingValue | Readonly<Record<string, SettingValue>>> = {};
  const origins: Record<string, Origin> = {};
  for (const key of KEYS) {
    const found =
      fromFlags(key, flags) ?? fromEnvironment(key, environment) ?? fromFile(key, document, file);
    settings[key] = found ? valueOf(SETTINGS[key], key, found) : SETTINGS[key].fallback;
    origins[key] = found?.origin ?? 'default';
  }
  for (const family of FAMILIES) {
    const members: Record<string, SettingValue> = {};
    for (const [name, found] of membersOf(family, { document, file, flags })) {
      const key = `${family}.${name}`;
      members[name] = valueOf(SETTING_FAMILIES[family], key, found);
      origins[key] = found.origin;
    }
    settings[family] = members;
  }
  const known = new Set(KEYS.flatMap((key) => namesOf(environmentNameOf(key), '_FILE')));
  const unknownEnvironment = Object.keys(environment).filter(
    (name) => name.startsWith('ACOUSTID_') && !known.has(name) && !PLACES.has(name),
  );
  // Each value was read by its setting's own type above.
  return deepFreeze({
    settings: settings as unknown as Settings,
    origins,
    unknownEnvironment,
    file,
  });
}

function namesOf(name: string, suffix: string): [string, string] {
  return [name, `${name}${suffix}`];
}

function fromFlags(key: SettingKey, flags: Flags): Found | undefined {
  const text = flags[key];
  return text === undefined ? undefined : { text, origin: 'command line' };
}

function fromEnvironment(
  key: SettingKey,
  environment: Readonly<Record<string, string | undefined>>,
): Found | undefined {
  const [direct, byFile] = namesOf(environmentNameOf(key), '_FILE');
  const text = environment[direct];
  const path = environment[byFile];
  if (text !== undefined && path !== undefined) {
    throw new ConfigError(`Both ${direct} and ${byFile} are set; keep one of them.`);
  }
  if (text !== undefined) return { text, origin: `environment ${direct}` };
  return path === undefined
    ? undefined
    : { text: readSecret(path, byFile), origin: `environment ${byFile}` };
}

function fromFile(
  key: SettingKey,
  document: IniDocument,
  file: string | undefined,
): Found | undefined {
  const { section, name } = iniPlaceOf(key);
  const [direct, byFile] = namesOf(name, '_file').map((each) => document.get(section)?.get(each));
  if (direct && byFile) {
    throw new ConfigError(`${file}, line ${byFile.line}: both ${name} and ${name}_file are set.`);
  }
  const origin = ({ line }: IniValue): string => `${file}, line ${line}`;
  if (direct) return { text: direct.value, origin: origin(direct) };
  return byFile && { text: readSecret(byFile.value, origin(byFile)), origin: origin(byFile) };
}

function valueOf(setting: Setting, key: string, found: Found): SettingValue {
  const read = readValue(setting, found.text);
  if ('problem' in read) throw new ConfigError(`${key} (${found.origin}) ${read.problem}.`);
  return read.value;
}

function readDocument(file: string): IniDocument {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError(`The configuration file ${file} cannot be read: ${reason(cause)}.`, {
      cause,
    });
  }
  try {
    return parseIni(text);
  } catch (cause) {
    throw new ConfigError(`The configuration file ${file} is not valid, ${reason(cause)}.`, {
      cause,
    });
  }
}

function readSecret(path: string, origin: string): string {
  try {
    // Editors end files with a newline, which belongs to no password.
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    throw new ConfigError(`The file that ${origin} names cannot be read: ${reason(cause)}.`, {
      cause,
    });
  }
}

function refuseUnknown(document: IniDocument, file: string): void {
  const places = new Map<string, Set<string>>();
  for (const key of KEYS) {
    const { section, name } = iniPlaceOf(key);
    const names = places.get(section) ?? new Set();
    for (const each of namesOf(name, '_file')) names.add(each);
    places.set(section, names);
  }
  for (const [section, values] of document) {
    const names = places.get(section);
    if (!names) throw new ConfigError(`${file}: there is no section [${section}].`);
    for (const [name, { line }] of values) {
      if (!names.has(name) && familyOf(section, name) === undefined) {
        throw new ConfigError(`${file}, line ${line}: [${section}] has no setting "${name}".`);
      }
    }
  }
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
