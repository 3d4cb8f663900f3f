/**
 * Reads INI text by the rules of Python's `RawConfigParser`, which is what upstream reads its
 * `acoustid.conf` with. The differences from other INI dialects matter here:
 *
 * - a comment is a whole line starting with `#` or `;`; inside a value both are ordinary characters,
 *   so a password may contain them;
 * - the delimiter is the first `=` or `:`, keys are case-insensitive, sections are not;
 * - an indented line continues the value above it; nothing is interpolated;
 * - `[DEFAULT]` gives values to every section; a section or key that comes twice is an error.
 */

export interface IniValue {
  readonly value: string;
  readonly line: number;
}

export type IniDocument = ReadonlyMap<string, ReadonlyMap<string, IniValue>>;

/** The text is not INI; `line` is 1-based. */
export class IniSyntaxError extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`);
    this.name = 'IniSyntaxError';
    this.line = line;
  }
}

const SECTION = /^\[(?<name>.+)\]/;

/**
 * Parses INI text into sections of lower-cased keys, with `[DEFAULT]` already folded in.
 * Throws `IniSyntaxError` on the first line that is not INI.
 */
export function parseIni(text: string): IniDocument {
  const sections = new Map<string, Map<string, IniValue>>();
  const defaults = new Map<string, IniValue>();
  let section: Map<string, IniValue> | undefined;
  let open: { key: string; indent: number; lines: string[]; line: number } | undefined;

  const close = (): void => {
    if (open && section) {
      const value = open.lines.join('\n').replace(/\n+$/, '');
      section.set(open.key, { value, line: open.line });
    }
    open = undefined;
  };

  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    const line = index + 1;
    const trimmed = raw.trim();
    if (trimmed.startsWith('#') || trimmed.startsWith(';')) continue;
    const indent = raw.length - raw.trimStart().length;
    if (open && (trimmed === '' || indent > open.indent)) {
      open.lines.push(trimmed);
      continue;
    }
    if (trimmed === '') continue;
    close();
    const header = SECTION.exec(trimmed)?.groups?.['name'];
    if (header !== undefined) {
      section = openSection(sections, defaults, header, line);
      continue;
    }
    if (!section) throw new IniSyntaxError(line, 'a setting comes before the first [section]');
    open = { ...openKey(section, trimmed, line), indent, line };
  }
  close();
  return withDefaults(sections, defaults);
}

function openSection(
  sections: Map<string, Map<string, IniValue>>,
  defaults: Map<string, IniValue>,
  name: string,
  line: number,
): Map<string, IniValue> {
  if (name === 'DEFAULT') return defaults;
  if (sections.has(name)) throw new IniSyntaxError(line, `section [${name}] comes twice`);
  const section = new Map<string, IniValue>();
  sections.set(name, section);
  return section;
}

function openKey(
  section: ReadonlyMap<string, IniValue>,
  text: string,
  line: number,
): { key: string; lines: string[] } {
  const at = text.search(/[=:]/);
  if (at <= 0) throw new IniSyntaxError(line, `"${text.slice(0, 40)}" is not "key = value"`);
  const key = text.slice(0, at).trim().toLowerCase();
  if (section.has(key)) throw new IniSyntaxError(line, `"${key}" comes twice in its section`);
  return { key, lines: [text.slice(at + 1).trim()] };
}

function withDefaults(
  sections: ReadonlyMap<string, ReadonlyMap<string, IniValue>>,
  defaults: ReadonlyMap<string, IniValue>,
): IniDocument {
  return new Map(
    [...sections].map(([name, values]) => [name, new Map([...defaults, ...values])] as const),
  );
}
