import { iniPlaceOf, SETTINGS } from '../config/settings.ts';
import type { SettingKey } from '../config/settings.ts';

const PLACES = (Object.keys(SETTINGS) as SettingKey[])
  .filter((key) => SETTINGS[key].secret)
  .map(iniPlaceOf);

const SECTION_LINE = /^\[(?<section>.+)\]/;
const VALUE_LINE = /^\s*(?<name>[^#;=:\s][^=:]*?)\s*[=:]/;
const COMMENT_LINE = /^\s*[#;]/;

/**
 * The text of a configuration file with its passwords taken out; all else stays as it is. A value
 * may go on in the indented lines below it (server/config/ini.ts), which go with it.
 */
export function withoutSecrets(text: string): string {
  let section = '';
  let isInSecret = false;
  return text
    .split('\n')
    .flatMap((line) => {
      if (COMMENT_LINE.test(line)) return [line];
      if (isInSecret && /^\s+\S/.test(line)) return [];
      section = SECTION_LINE.exec(line)?.groups?.['section'] ?? section;
      const name = VALUE_LINE.exec(line)?.groups?.['name']?.toLowerCase();
      isInSecret = name !== undefined && isSecret(section, name);
      return [isInSecret ? `# ${name} was left out of the backup` : line];
    })
    .join('\n');
}

/** What `[DEFAULT]` says counts for every section. */
function isSecret(section: string, name: string): boolean {
  return PLACES.some(
    (place) => place.name === name && (section === 'DEFAULT' || section === place.section),
  );
}

/** Whether a configuration file sets nothing: all it holds are comments and section names. */
export function isAllComments(text: string): boolean {
  return text.split('\n').every((line) => /^\s*([#;[].*)?$/.test(line));
}
