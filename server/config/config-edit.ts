import { existsSync, readFileSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** One setting to write, as it stands in the file: `[section]`, `name = value`. */
export interface Edit {
  readonly section: string;
  readonly name: string;
  /** Without one the setting is taken back: what stands below the file in order speaks again. */
  readonly value: string | undefined;
}

const SECTION = /^\[(.+)\]\s*$/;

/**
 * The text of an `acoustid.conf` with some settings changed; comments and everything else stay. A
 * setting goes where it stands, else below the line that shows it commented out, else to the end of
 * its section, which is added when there is none.
 */
export function editConfig(text: string, edits: readonly Edit[]): string {
  return edits.reduce(applyEdit, text);
}

/**
 * Changes settings in a file, which is made when missing; a reader never sees half of it. `check`
 * reads the new text from the path it is given; what it throws is thrown, and the file stays as it was.
 */
export async function writeConfigEdits(
  file: string,
  edits: readonly Edit[],
  check: (fresh: string) => void = () => undefined,
): Promise<void> {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  // Passwords may be in it.
  const fresh = await open(`${file}.new`, 'w', 0o600);
  try {
    await fresh.writeFile(editConfig(text, edits));
    await fresh.sync();
  } finally {
    await fresh.close();
  }
  try {
    check(`${file}.new`);
  } catch (error) {
    await rm(`${file}.new`);
    throw error;
  }
  await rename(`${file}.new`, file);
}

function applyEdit(text: string, { name, section, value }: Edit): string {
  if (value !== undefined && /[\r\n]/.test(value))
    throw new Error(`the value of ${name} has more than one line`);
  const lines = text.split('\n');
  const fresh = value === undefined ? [] : [`${name} = ${value}`];
  const begin = lines.findIndex((each) => SECTION.exec(each)?.[1] === section);
  if (begin === -1) {
    if (value === undefined) return text;
    const kept = text.trimEnd();
    return `${kept === '' ? '' : `${kept}\n\n`}[${section}]\n${fresh.join('')}\n`;
  }
  const after = lines.findIndex((each, index) => index > begin && SECTION.test(each));
  const end = after === -1 ? lines.length : after;
  const isSet = new RegExp(String.raw`^${name}\s*[=:]`);
  const isShown = new RegExp(String.raw`^[#;]\s*${name}\s*[=:]`);
  const find = (pattern: RegExp): number =>
    lines.findIndex((each, index) => index > begin && index < end && pattern.test(each));
  const place = find(isSet);
  if (place !== -1) {
    // A value goes on in indented lines, which belong to the old one.
    let next = place + 1;
    while (next < end && /^\s+\S/.test(lines[next] ?? '')) next += 1;
    return lines.toSpliced(place, next - place, ...fresh).join('\n');
  }
  const shown = find(isShown);
  let last = end;
  while (last > begin + 1 && lines[last - 1]?.trim() === '') last -= 1;
  return lines.toSpliced(shown === -1 ? last : shown + 1, 0, ...fresh).join('\n');
}
