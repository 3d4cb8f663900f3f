import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { showConfig } from '../cli/config.ts';
import { ConfigError, resolveConfig } from './config.ts';
import { databaseSettingsOf } from './database-settings.ts';
import { SETTINGS } from './settings.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'acoustid-config-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test('flags win over the environment, it over the file, it over the default', () => {
  const path = file('a.conf', '[server]\nport = 1\nhost = file\n[index]\nname = file\n');
  const { origins, settings } = resolveConfig({
    file: path,
    environment: { ACOUSTID_SERVER_PORT: '2', ACOUSTID_INDEX_NAME: 'environment' },
    flags: { 'server.port': '3' },
  });
  expect(settings['server.port']).toBe(3);
  expect(settings['index.name']).toBe('environment');
  expect(settings['server.host']).toBe('file');
  expect(settings['nats.port']).toBe(42_280);
  expect([origins['server.port'], origins['index.name'], origins['nats.port']]).toEqual([
    'command line',
    'environment ACOUSTID_INDEX_NAME',
    'default',
  ]);
  expect(origins['server.host']).toBe(`${path}, line 3`);
});

test('a secret may be in a file of its own, named in the file or in the environment', () => {
  const secret = file('secret', 'from file\n');
  const path = file('a.conf', `[cluster]\nsecret_file = ${secret}\n`);
  expect(resolveConfig({ file: path }).settings['cluster.secret']).toBe('from file');
  const environment = { ACOUSTID_NATS_TOKEN_FILE: secret };
  expect(resolveConfig({ environment }).settings['nats.token']).toBe('from file');
});

test('a secret given twice, directly and by file, is refused', () => {
  const environment = { ACOUSTID_NATS_TOKEN: 'a', ACOUSTID_NATS_TOKEN_FILE: 'b' };
  expect(() => resolveConfig({ environment })).toThrow(ConfigError);
});

test('a family has one setting per address or application, in the file only', () => {
  const path = file(
    'a.conf',
    '[rate_limiter]\nip.192.0.2.7 = 1.5\napplication.3 = 50\nglobal = none\n',
  );
  const { origins, settings } = resolveConfig({
    file: path,
    flags: { 'rate_limiter.application.4': '2' },
  });
  expect(settings['rate_limiter.ip']).toEqual({ '192.0.2.7': 1.5 });
  expect(settings['rate_limiter.application']).toEqual({ 3: 50, 4: 2 });
  expect(settings['rate_limiter.global']).toBeUndefined();
  expect(origins['rate_limiter.ip.192.0.2.7']).toBe(`${path}, line 2`);
});

test('the result cannot be changed', () => {
  const config = resolveConfig({});
  expect(Object.isFrozen(config.settings)).toBe(true);
  expect(Object.isFrozen(config.settings['server.trusted_proxies'])).toBe(true);
});

test.each([
  ['[server]\nport = many\n', 'server.port (FILE, line 2) must be a whole number from 0 to 65535.'],
  ['[server]\nprot = 1\n', 'FILE, line 2: [server] has no setting "prot".'],
  ['[sever]\nport = 1\n', 'FILE: there is no section [sever].'],
  ['port = 1\n', 'The configuration file FILE is not valid, line 1: a setting comes before'],
  [
    '[rate_limiter]\nip.192.0.2.7 = x\n',
    'rate_limiter.ip.192.0.2.7 (FILE, line 2) must be a number from 0 to 1000000.',
  ],
  ['[cluster]\nrole = boss\n', 'cluster.role (FILE, line 2) must be one of master, slave.'],
  ['[cluster]\nsecret_file = /nowhere/at/all\n', 'The file that FILE, line 2 names cannot be read'],
])('%j is refused in one line that names the place', (text, message) => {
  const path = file('bad.conf', text);
  let thrown: unknown;
  try {
    resolveConfig({ file: path });
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(ConfigError);
  const said = thrown instanceof Error ? thrown.message : '';
  expect(said).toContain(message.replace('FILE', path));
  expect(said).not.toContain('\n');
});

test('a database asks [database] for what its own section does not say', () => {
  const path = file(
    'a.conf',
    '[database]\nhost = h\npassword = p;q\n[database:ingest]\nhost = other\nname = n\n',
  );
  const { settings } = resolveConfig({ file: path });
  expect(databaseSettingsOf(settings, 'app')).toMatchObject({
    host: 'h',
    password: 'p;q',
    database: 'acoustid_app',
  });
  expect(databaseSettingsOf(settings, 'ingest')).toMatchObject({ host: 'other', database: 'n' });
  expect(databaseSettingsOf(resolveConfig({}).settings, 'app')).toBeUndefined();
});

test('secrets are masked wherever the configuration is shown', () => {
  const secrets = Object.entries(SETTINGS).flatMap(([key, { secret }]) => (secret ? [key] : []));
  expect(secrets.length).toBeGreaterThan(5);
  const environment = Object.fromEntries(
    secrets.map((key) => [`ACOUSTID_${key.replaceAll('.', '_').toUpperCase()}`, 'hush-hush']),
  );
  expect(JSON.stringify(showConfig(resolveConfig({ environment })))).not.toContain('hush-hush');
});

test('names in the environment that mean nothing are told, not obeyed or refused', () => {
  const environment = { ACOUSTID_SERVER_PROT: '1', ACOUSTID_CONFIG: 'x', PATH: '/' };
  expect(resolveConfig({ environment }).unknownEnvironment).toEqual(['ACOUSTID_SERVER_PROT']);
});
