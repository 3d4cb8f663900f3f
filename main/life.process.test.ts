/** The appliance's life through real processes: up, deaths of each part, stop, and up again. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { serveToEnd, startAppliance } from '../e2e/harness/appliance.ts';
import type { ApplianceOptions, EmbeddedService, TestAppliance } from '../e2e/harness/appliance.ts';
import { processesIn } from '../e2e/harness/left-behind.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from '../e2e/harness/temporary-folder.ts';
import { runFileSchema } from '../server/config/run-file.ts';
import { dataPathsOf, programPaths } from './paths.ts';
import { describeProcess, isAlive } from './process-table.ts';
import { SERVICE_NAMES } from './services/service.ts';

const CLI = fileURLToPath(new URL('./cli.ts', import.meta.url));
const CHILDREN: readonly EmbeddedService[] = ['postgres', 'nats', 'index', 'server'];

async function start(options: ApplianceOptions = {}): Promise<TestAppliance> {
  const appliance = await startAppliance(options);
  onTestFinished(async () => await appliance[Symbol.asyncDispose]());
  return appliance;
}

async function makeFolder(): Promise<string> {
  const folder = await makeTemporaryFolder('life');
  onTestFinished(() => removeTemporaryFolder(folder));
  return folder;
}

async function healthOf(appliance: TestAppliance): Promise<number> {
  const response = await fetch(`${appliance.api}/_health`);
  await response.arrayBuffer();
  return response.status;
}

describe('a start', () => {
  let appliance: TestAppliance;
  beforeAll(async () => {
    appliance = await startAppliance();
    return async () => await appliance[Symbol.asyncDispose]();
  });

  test('shows service by service, then the first keys and the addresses', async () => {
    const { stderr, stdout } = appliance.output();
    const up = [...stdout.matchAll(/^ {2}(?<name>\w+) +(ready|done) /gm)];
    expect(up.map((match) => match.groups?.['name'])).toEqual([...SERVICE_NAMES]);
    expect(stdout).toContain(`${appliance.api}/v2/`);
    expect(stdout).toMatch(/Application key +\S{8,}/);
    expect(stdout).toMatch(/User key +\S{8,}/);
    expect(stderr).toBe('');
    expect(await healthOf(appliance)).toBe(200);
  });

  test('leaves a run file that only its owner reads and that leads to every part', async () => {
    const { runFile } = dataPathsOf(appliance.dataDir);
    expect(statSync(runFile).mode & 0o777).toBe(0o600);
    const run = runFileSchema.parse(JSON.parse(readFileSync(runFile, 'utf8')));
    expect(run.pid).toBe(appliance.pid);
    expect(Object.keys(run.services)).toEqual([...SERVICE_NAMES]);
    for (const name of CHILDREN) {
      expect(run.services[name]?.state).toBe('ready');
      expect(isAlive(run.services[name]?.pid ?? 0)).toBe(true);
    }
    expect(run.services['migrations']).toEqual({ pid: null, state: 'done' });
    expect(new URL(run.postgres.musicbrainz).pathname).toBe('/musicbrainz');
    expect((await fetch(`${run.index}/_health`)).status).toBe(200);
  });

  test('keeps its secrets to itself: in no command line, no log, and in files of mode 0600', async () => {
    const { logs, natsConfig, secrets } = dataPathsOf(appliance.dataDir);
    const password = readFileSync(join(secrets, 'postgres-password'), 'utf8').trim();
    const token = readFileSync(join(secrets, 'nats-token'), 'utf8').trim();
    expect(appliance.run().postgres.app).toContain(password);
    expect(appliance.run().nats).toContain(token);
    const commands = (await processesIn(appliance.dataDir)).join('\n');
    const texts = ['supervisor', ...CHILDREN].map((name) =>
      readFileSync(join(logs, `${name}.log`), 'utf8'),
    );
    for (const text of [commands, ...texts]) {
      expect(text).not.toContain(password);
      expect(text).not.toContain(token);
    }
    for (const file of [natsConfig, join(secrets, 'postgres-password')]) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
    }
  });

  test('is what the doctor finds, with each of its services', () => {
    const args = [CLI, 'doctor', '--json', '--data-dir', appliance.dataDir];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    const { checks } = JSON.parse(stdout);
    const instance = checks.find((check: { name: string }) => check.name === 'instance');
    expect(instance).toMatchObject({ state: 'ok' });
    expect(instance.text).toContain(`process ${appliance.pid} at ${appliance.api}`);
    expect(instance.text).toContain('postgres ready, migrations done, nats ready');
    expect(status).toBe(0);
  });

  test('puts the commented example in the place of the configuration file', () => {
    const { configFile } = dataPathsOf(appliance.dataDir);
    expect(readFileSync(configFile)).toEqual(readFileSync(programPaths().defaultConfig));
    expect(statSync(configFile).mode & 0o777).toBe(0o600);
  });
});

describe('a death', () => {
  let appliance: TestAppliance;
  beforeAll(async () => {
    appliance = await startAppliance();
    return async () => await appliance[Symbol.asyncDispose]();
  });

  test.for(CHILDREN)('of %s by kill -9 ends in its return, on its old port', async (name) => {
    const before = appliance.run();
    const pid = await appliance.kill(name);
    await appliance.untilBack(name, pid);
    const after = appliance.run();
    expect({ ...after, services: undefined }).toEqual({ ...before, services: undefined });
    for (const other of CHILDREN.filter((each) => each !== name)) {
      expect(after.services[other]).toEqual(before.services[other]);
    }
    expect(await healthOf(appliance)).toBe(200);
    expect(await countAccounts(appliance)).toBe(1);
  });
});

describe('a start that is broken off', () => {
  test('by kill -9, again and again, is begun again and finds nothing half-made', async () => {
    const dataDir = await makeFolder();
    const points = [/^acoustid-appliance/, /postgres +ready/, /migrations +done/, /index +ready/];
    for (const when of points) {
      await serveToEnd(dataDir, { interruption: { signal: 'SIGKILL', when } });
    }
    const next = await start({ dataDir });
    expect(await healthOf(next)).toBe(200);
    expect(await countAccounts(next)).toBe(1);
    expect(existsSync(dataPathsOf(dataDir).postgresInit)).toBe(false);
    await next.stop();
    expect(await processesIn(dataDir)).toEqual([]);
  });

  test('by Ctrl-C ends in good order, without an error and not as a success', async () => {
    const dataDir = await makeFolder();
    const interruption = { signal: 'SIGINT', when: /postgres +ready/ } as const;
    const { code, stderr } = await serveToEnd(dataDir, { interruption });
    expect(code).toBe(130);
    expect(stderr).toBe('');
    expect(await processesIn(dataDir)).toEqual([]);
    expect(existsSync(dataPathsOf(dataDir).lock)).toBe(false);
  });
});

describe('a stop', () => {
  test('is clean, and the next start finds everything and shows no first keys', async () => {
    const dataDir = join(await makeFolder(), 'Björks Daten');
    const first = await start({ dataDir, args: ['--json'] });
    const said = first.output();
    expect(JSON.parse(said.stdout)).toMatchObject({
      pid: first.pid,
      api: `${first.api}/v2/`,
      web: `${first.api}/`,
      dataDir,
      keys: { account: {}, application: {} },
    });
    expect(said.stdout.trim().split('\n')).toHaveLength(1);
    expect(said.stderr).toContain('postgres');

    expect((await first.stop()).code).toBe(0);
    expect(await processesIn(dataDir)).toEqual([]);
    const { lock, runFile } = dataPathsOf(dataDir);
    expect([lock, runFile].filter((file) => existsSync(file))).toEqual([]);

    const second = await start({ dataDir, args: ['--json'] });
    expect(JSON.parse(second.output().stdout)).toMatchObject({ keys: null });
    expect(await countAccounts(second)).toBe(1);
    expect(await healthOf(second)).toBe(200);
  });

  test('that hangs is cut short by a second signal, and nothing is left all the same', async () => {
    const dataDir = await makeFolder();
    const appliance = await start({ dataDir });
    // A process that is stopped like this neither drains nor ends.
    process.kill(appliance.run().services['server']?.pid ?? 0, 'SIGSTOP');
    const ended = appliance.stop();
    const insisting = setInterval(() => process.kill(appliance.pid, 'SIGINT'), 100);
    const { code } = await ended;
    clearInterval(insisting);
    expect(code).toBe(130);
    await vi.waitFor(async () => expect(await processesIn(dataDir)).toEqual([]), 10_000);
    const { lock, runFile } = dataPathsOf(dataDir);
    expect([lock, runFile].filter((file) => existsSync(file))).toEqual([]);
  });

  test('by kill -9 of the supervisor leaves orphans, which the next start ends before its own', async () => {
    const dataDir = await makeFolder();
    const killed = await start({ dataDir });
    const { services } = killed.run();
    await killed.killSupervisor();
    expect(isAlive(services['postgres']?.pid ?? 0)).toBe(true);
    const next = await start({ dataDir });
    // One that ended may wait a while for whoever inherited it to notice; that is no life.
    const left = await Promise.all(
      CHILDREN.map((name) => describeProcess(services[name]?.pid ?? 0)),
    );
    expect(left.filter((each) => each !== undefined)).toEqual([]);
    expect(await healthOf(next)).toBe(200);
    await next.stop();
    expect(await processesIn(dataDir)).toEqual([]);
  });
});

/** Asks a database by its own connection, as a tool that reads the run file would. */
async function countAccounts(appliance: TestAppliance): Promise<number> {
  const client = new Client({ connectionString: appliance.run().postgres.app });
  await client.connect();
  try {
    const { rows } = await client.query<{ count: string }>('select count(*) from account');
    return Number(rows[0]?.count);
  } finally {
    await client.end();
  }
}
