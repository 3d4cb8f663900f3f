import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { resolveConfig } from '../server/config/config.ts';
import type { Config } from '../server/config/config.ts';
import { databaseSettingsOf } from '../server/config/database-settings.ts';
import { programEnvironment, serverEnvironment } from './children-environment.ts';
import type { EmbeddedPlaces } from './children-environment.ts';
import { resolveAppliance } from './config.ts';
import type { ApplianceConfig } from './config.ts';

function makeSecret(value: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'acoustid-environment-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'secret');
  writeFileSync(file, `${value}\n`);
  return file;
}

function configWith(environment: Record<string, string>): ApplianceConfig {
  return resolveAppliance(
    { dataDir: '/nowhere/data', logLevel: 'warn' },
    { platform: 'linux', environment, isRoot: false, home: '/nowhere' },
  );
}

function embedded(): EmbeddedPlaces {
  return {
    postgres: { port: 1001, user: 'acoustid', passwordFile: makeSecret('pg') },
    nats: { port: 1002, tokenFile: makeSecret('token') },
    index: { port: 1003 },
    clusterSecretFile: makeSecret('cluster'),
    websiteSecretFile: makeSecret('website'),
  };
}

/** What a child makes of its environment. */
function asSeenByChild(environment: Record<string, string>): Config {
  return resolveConfig({ environment });
}

test('a child finds every embedded part, and secrets only by the names of files', () => {
  const environment = serverEnvironment(configWith({}), embedded(), 8380);
  const { settings, unknownEnvironment } = asSeenByChild(environment);
  expect(databaseSettingsOf(settings, 'ingest')).toMatchObject({
    host: '127.0.0.1',
    port: 1001,
    user: 'acoustid',
    password: 'pg',
    database: 'acoustid_ingest',
  });
  expect(settings['nats.url']).toBe('nats://127.0.0.1:1002');
  expect(settings['nats.token']).toBe('token');
  expect(settings['index.url']).toBe('http://127.0.0.1:1003');
  expect(settings['cluster.secret']).toBe('cluster');
  expect(settings['website.secret']).toBe('website');
  expect(settings['appliance.log_level']).toBe('warn');
  expect(environment['ACOUSTID_DATA_DIR']).toBe('/nowhere/data');
  expect(unknownEnvironment).toEqual([]);
  const values = Object.values(environment);
  expect(values.filter((value) => ['pg', 'token', 'cluster', 'website'].includes(value))).toEqual(
    [],
  );
});

test('what is set for an embedded part by hand gives way, and is not set twice', () => {
  const stale = { ACOUSTID_NATS_TOKEN: 'old', ACOUSTID_DATABASE_APP_PASSWORD: 'old' };
  const { settings } = asSeenByChild(serverEnvironment(configWith(stale), embedded(), 8380));
  expect(settings['nats.token']).toBe('token');
  expect(databaseSettingsOf(settings, 'app')?.password).toBe('pg');
});

test('one external database keeps its own place and the defaults of an external one', () => {
  const mirror = { ACOUSTID_DATABASE_MUSICBRAINZ_HOST: 'mirror', ACOUSTID_DATABASE_PASSWORD: 'm' };
  const { settings } = asSeenByChild(serverEnvironment(configWith(mirror), embedded(), 8380));
  expect(databaseSettingsOf(settings, 'musicbrainz')).toMatchObject({
    host: 'mirror',
    port: 5432,
    password: 'm',
  });
  expect(databaseSettingsOf(settings, 'app')).toMatchObject({ port: 1001, password: 'pg' });
});

test('external parts and own secrets are left as they are', () => {
  const external = {
    ACOUSTID_DATABASE_HOST: 'db',
    ACOUSTID_NATS_URL: 'nats://queue',
    ACOUSTID_INDEX_URL: 'http://index',
    ACOUSTID_CLUSTER_SECRET: 'ours',
  };
  const places = { ...embedded(), postgres: undefined, nats: undefined, index: undefined };
  const { settings } = asSeenByChild(serverEnvironment(configWith(external), places, 8380));
  expect(databaseSettingsOf(settings, 'app')?.host).toBe('db');
  expect(settings['nats.url']).toBe('nats://queue');
  expect(settings['nats.token']).toBeUndefined();
  expect(settings['index.url']).toBe('http://index');
  expect(settings['cluster.secret']).toBe('ours');
});

test('nothing that would make a child another program reaches it', () => {
  const environment = { NODE_OPTIONS: '--inspect', LD_PRELOAD: '/x.so', HOME: '/root' };
  const server = serverEnvironment(configWith(environment), embedded(), 8380);
  const program = programEnvironment(configWith({ ...environment, PGPORT: '1', ACOUSTID_X: '1' }));
  expect(server).toMatchObject({ HOME: '/root' });
  expect(program).toEqual({ HOME: '/root' });
  expect(Object.keys(server)).not.toContain('NODE_OPTIONS');
  expect(Object.keys(server)).not.toContain('LD_PRELOAD');
});
