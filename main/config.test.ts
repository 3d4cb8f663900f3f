import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Host } from '../server/config/data-dir.ts';
import { resolveAppliance } from './config.ts';
import { dataPathsOf } from './paths.ts';

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'acoustid-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function hostWith(environment: Record<string, string> = {}): Host {
  return { platform: 'linux', environment, isRoot: false, home: '/nowhere' };
}

function writeConfig(file: string, text: string): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

test('without anything the defaults hold, in the data folder of the platform', () => {
  const config = resolveAppliance({}, hostWith());
  expect(config.data.root).toBe('/nowhere/.local/share/acoustid-appliance');
  expect(config.settings['server.port']).toBe(8380);
  expect(config.file).toBeUndefined();
  expect(Object.isFrozen(config)).toBe(true);
});

test('flags win over the environment, which wins over the file of the data folder', () => {
  const dataDir = makeFolder();
  const text = '[server]\nport = 1001\nhost = 10.0.0.1\n[appliance]\npg_user = fromfile\n';
  writeConfig(dataPathsOf(dataDir).configFile, text);
  const environment = { ACOUSTID_SERVER_PORT: '1002', ACOUSTID_SERVER_HOST: '10.0.0.2' };
  const { settings } = resolveAppliance({ dataDir, port: '1003' }, hostWith(environment));
  expect(settings['server.port']).toBe(1003);
  expect(settings['server.host']).toBe('10.0.0.2');
  expect(settings['appliance.pg_user']).toBe('fromfile');
});

test('a file that was named is read instead of that of the data folder, and must be there', () => {
  const dataDir = makeFolder();
  writeConfig(dataPathsOf(dataDir).configFile, '[server]\nport = 1001\n');
  const named = writeConfig(join(makeFolder(), 'other.conf'), '[server]\nport = 1002\n');
  const byFlag = resolveAppliance({ dataDir, config: named }, hostWith());
  const byName = resolveAppliance({ dataDir }, hostWith({ ACOUSTID_CONFIG: named }));
  expect([byFlag, byName].map(({ settings }) => settings['server.port'])).toEqual([1002, 1002]);
  expect(() => resolveAppliance({ dataDir, config: `${named}.not` }, hostWith())).toThrow(
    /cannot be read/,
  );
});

test('a flag that is no usable value is refused by its setting', () => {
  expect(() => resolveAppliance({ port: 'high' }, hostWith())).toThrow(/server\.port/);
  expect(() => resolveAppliance({ logLevel: 'loud' }, hostWith())).toThrow(/log_level/);
});
