import type { IniDocument } from './ini.ts';
import { SETTING_FAMILIES } from './settings.ts';
import type { SettingFamily } from './settings.ts';
import type { Found } from './value.ts';

const FAMILIES = Object.keys(SETTING_FAMILIES) as SettingFamily[];

interface Sources {
  readonly document: IniDocument;
  readonly file: string | undefined;
  readonly flags: Readonly<Record<string, string | undefined>>;
}

/** The family that a name in a section of the file belongs to. */
export function familyOf(section: string, name: string): SettingFamily | undefined {
  return FAMILIES.find((family) => `${section}.${name}`.startsWith(`${family}.`));
}

/** What was written for each member of a family, by the free part of its name. */
export function membersOf(
  family: SettingFamily,
  { document, file, flags }: Sources,
): ReadonlyMap<string, Found> {
  const members = new Map<string, Found>();
  const prefix = `${family}.`;
  for (const [section, values] of document) {
    for (const [name, { line, value }] of values) {
      if (familyOf(section, name) !== family) continue;
      const member = `${section}.${name}`.slice(prefix.length);
      members.set(member, { text: value, origin: `${file}, line ${line}` });
    }
  }
  for (const [key, text] of Object.entries(flags)) {
    if (text === undefined || !key.startsWith(prefix)) continue;
    members.set(key.slice(prefix.length), { text, origin: 'command line' });
  }
  return members;
}
