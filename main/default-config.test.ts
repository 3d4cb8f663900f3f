import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { resolveConfig } from '../server/config/config.ts';
import { iniPlaceOf, SETTINGS } from '../server/config/settings.ts';
import type { SettingKey } from '../server/config/settings.ts';
import { programPaths } from './paths.ts';

const KEYS = Object.keys(SETTINGS) as SettingKey[];
const example = readFileSync(programPaths().defaultConfig, 'utf8');
const SETTING_LINE = /^#(?=[a-z_]+ =)/gm;

function resolveText(text: string): ReturnType<typeof resolveConfig> {
  const folder = mkdtempSync(join(tmpdir(), 'acoustid-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'acoustid.conf');
  writeFileSync(file, text);
  return resolveConfig({ file });
}

test('the example changes nothing as it is', () => {
  const { origins } = resolveText(example);
  expect(new Set(Object.values(origins))).toEqual(new Set(['default']));
});

test('the example shows every setting, with its default where there is one', () => {
  const { origins, settings } = resolveText(example.replaceAll(SETTING_LINE, ''));
  expect(KEYS.filter((key) => origins[key] === 'default')).toEqual([]);
  const defaults = KEYS.filter((key) => SETTINGS[key].fallback !== undefined);
  expect(defaults.map((key) => [key, settings[key]])).toEqual(
    defaults.map((key) => [key, SETTINGS[key].fallback]),
  );
});

test('the example explains every setting in the words of the table', () => {
  const unexplained = KEYS.filter((key) => {
    const { name, section } = iniPlaceOf(key);
    const inSection = example.split(`[${section}]\n`)[1]?.split(/^\[/m)[0] ?? '';
    return !new RegExp(`^# ${escape(SETTINGS[key].about)}.*\n#${name} =`, 'm').test(inSection);
  });
  expect(unexplained).toEqual([]);
});

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
