import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const CLI = fileURLToPath(new URL('./cli.ts', import.meta.url));

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function acoustid(args: readonly string[], environment: Record<string, string> = {}): Outcome {
  const env = { ...process.env, ...environment };
  return spawnSync(process.execPath, [CLI, ...args], { encoding: 'utf8', env });
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'acoustid-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('help lists every command, whoever carries it out', () => {
  const { status, stdout } = acoustid(['--help']);
  expect(status).toBe(0);
  for (const name of [
    'serve',
    'doctor',
    'run',
    'index',
    'db',
    'account',
    'application',
    'config',
  ]) {
    expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  }
});

test.for([
  ['serve --help', '--data-dir'],
  ['help serve', '--data-dir'],
  ['db --help', 'migrate'],
  ['help db', 'migrate'],
  ['index --help', '--dir'],
  ['run --help', '--roles'],
] as const)('"acoustid %s" is answered by whoever knows', ([line, word]) => {
  const { status, stdout } = acoustid(line.split(' '));
  expect(stdout).toContain(word);
  expect(status).toBe(0);
});

test.for(['', 'serve --nonsense', 'doctor --nonsense', 'nonsense', 'config nonsense'])(
  '"acoustid %s" fails, and standard output stays clean',
  (line) => {
    const { status, stderr, stdout } = acoustid(line === '' ? [] : line.split(' '));
    expect(status).not.toBe(0);
    expect(stdout).toBe('');
    expect(stderr).not.toBe('');
  },
);

test('a command of the server’s gives its result and its exit code through', () => {
  const shown = acoustid(['config', 'show', '--json'], { ACOUSTID_SERVER_PORT: '4321' });
  expect(shown.status).toBe(0);
  expect(JSON.parse(shown.stdout)).toMatchObject({ settings: { 'server.port': { value: 4321 } } });
  const refused = acoustid(['config', 'show', '--json'], { ACOUSTID_SERVER_PORT: 'high' });
  expect(refused.status).not.toBe(0);
  expect(refused.stderr.trimEnd().split('\n')).toHaveLength(1);
});

test('the doctor finds this machine fit, and says so to programs as well', () => {
  const { status, stdout } = acoustid(['doctor', '--json', '--data-dir', makeFolder()], {
    ACOUSTID_SERVER_PORT: '0',
  });
  const { checks, ok } = JSON.parse(stdout);
  expect({
    ok,
    problems: checks.filter((check: { state: string }) => check.state === 'problem'),
  }).toEqual({
    ok: true,
    problems: [],
  });
  expect(status).toBe(0);
  const names = checks.map((check: { name: string }) => check.name);
  for (const name of ['Node', 'configuration', 'data folder', 'PostgreSQL', 'nats-server']) {
    expect(names).toContain(name);
  }
});

test('the doctor names each thing that is missing, and what to do', () => {
  const { status, stdout } = acoustid(['doctor', '--data-dir', makeFolder()], {
    ACOUSTID_NATS_BINARY: '/nowhere/nats-server',
    ACOUSTID_DATABASE_HOST: '127.0.0.1',
    ACOUSTID_DATABASE_PORT: '1',
    ACOUSTID_SERVER_HOST: '203.0.113.7',
    ACOUSTID_SERVER_PROT: '1',
    PATH: '/nowhere',
  });
  expect(status).toBe(1);
  expect(stdout).toMatch(/^problem +nats-server +.*\/nowhere\/nats-server/m);
  expect(stdout).toMatch(/^problem +database:app/m);
  expect(stdout).toMatch(/^problem +API port .*203\.0\.113\.7/m);
  expect(stdout).toMatch(/^note +environment +ACOUSTID_SERVER_PROT/m);
  expect(stdout).toMatch(/^note +fpcalc +not installed\n +→ .*libchromaprint-tools/m);
});

test('the doctor says that a configuration file is none, and stops there', () => {
  const { status, stdout } = acoustid(['doctor', '--json', '--config', '/nowhere/acoustid.conf']);
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ ok: false });
  expect(stdout).toContain('/nowhere/acoustid.conf');
});
