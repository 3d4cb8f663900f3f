import { ConfigError } from '../config/config.ts';
import type { Config } from '../config/config.ts';
import { writeConfigEdits } from '../config/config-edit.ts';
import { readConfig } from '../config/load-config.ts';
import type { Setting } from '../config/settings.ts';
import { readValue } from '../config/value.ts';
import { findSetting, isChangeable } from './changeable.ts';

const UNWRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC']);

/** A setting was not changed: for what reason, and in words. */
export interface SettingRefusal {
  readonly kind: 'unknown' | 'fixed' | 'bad' | 'refused';
  readonly text: string;
}

/** Writes settings into the configuration file, one change at a time. */
export class SettingWriter {
  readonly #file: string;
  /** Two changes at once would write one file. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(file: string) {
    this.#file = file;
  }

  /**
   * Writes a setting, or takes it back with `null`. The text is read as at a start before it takes
   * the file's place, so that a bad value never gets there.
   */
  async change(key: string, text: string | null): Promise<SettingRefusal | undefined> {
    const setting = findSetting(key);
    if (!setting) return { kind: 'unknown', text: 'there is no such setting' };
    if (!isChangeable(key)) return { kind: 'fixed', text: `${key} is changed in the file only` };
    const problem = text === null ? undefined : problemOf(setting, text);
    if (problem !== undefined) return { kind: 'bad', text: `${key} ${problem}` };
    const written = this.#turn.then(() => writeEdit(this.#file, key, text));
    this.#turn = written.catch(() => undefined);
    return written;
  }
}

function problemOf(setting: Setting, text: string): string | undefined {
  if (/\p{Cc}/u.test(text)) return 'must be one line';
  // The file's reader takes no blanks around a value, and nothing for nothing.
  if (text !== text.trim() || text === '') return 'must not be empty, or begin or end with blanks';
  const read = readValue(setting, text);
  return 'problem' in read ? read.problem : undefined;
}

async function writeEdit(
  file: string,
  key: string,
  value: string | null,
): Promise<SettingRefusal | undefined> {
  // `rate_limiter.ip.192.0.2.7` stands as `ip.192.0.2.7` in `[rate_limiter]`.
  const [section = '', ...name] = key.split('.');
  const edit = { section, name: name.join('.'), value: value ?? undefined };
  try {
    await writeConfigEdits(file, [edit], (fresh): Config => readConfig(fresh));
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) return { kind: 'refused', text: error.message };
    if (error instanceof Error && 'code' in error && UNWRITABLE.has(String(error.code))) {
      return { kind: 'refused', text: `${file} cannot be written: ${error.message}` };
    }
    throw error;
  }
}
