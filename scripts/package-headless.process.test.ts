/**
 * The archive for servers as somebody gets it: made, unpacked elsewhere, and run by a user who has
 * nothing to do with the checkout. So this also tests the built code: threads, kernels, migrations,
 * pages, and that nothing of it is looked for where it was built.
 */
import { execFile, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
} from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { ApiClient } from '../e2e/harness/api-client.ts';
import { fingerprintText, syntheticHashes } from '../e2e/harness/synthetic-fingerprint.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from '../e2e/harness/temporary-folder.ts';
import { packageHeadless } from './package-headless.ts';

const run = promisify(execFile);

/** `nobody` of every system, when the test itself is root's. */
const NOBODY = 65_534;
const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
const environment = {
  PATH: '/usr/bin:/bin',
  ACOUSTID_POSTGRES_PORT: '0',
  ACOUSTID_NATS_PORT: '0',
  ACOUSTID_INDEX_PORT: '0',
};

const MBID = '11111111-2222-4333-8444-555555555555';

const startedSchema = z.object({
  api: z.url(),
  web: z.url(),
  keys: z.object({
    application: z.object({ apikey: z.string() }),
    account: z.object({ apikey: z.string() }),
  }),
});

let folder: string;
let program: string;

beforeAll(async () => {
  folder = await makeTemporaryFolder('package');
  chmodSync(folder, 0o755);
  const archive = await packageHeadless(folder, 1);
  await run('tar', ['-xzf', archive, '-C', folder]);
  program = archive.replace(/\.tar\.gz$/, '');
});

afterAll(() => removeTemporaryFolder(folder));

test('it runs as a user without rights, from where it was unpacked, and answers', async () => {
  const data = join(folder, 'data');
  mkdirSync(data);
  if (identity.uid !== undefined) chownSync(data, identity.uid, identity.gid);
  const child = spawn(join(program, 'bin', 'acoustid'), ['serve', '--json', '--port', '0'], {
    ...identity,
    cwd: '/',
    env: { ...environment, ACOUSTID_DATA_DIR: data },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = (): boolean => child.kill('SIGKILL');
  process.once('exit', stop);
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [first] = (await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => [Buffer.from(`{"ended":${JSON.stringify(errors)}}`)]),
  ])) as [Buffer];
  const started = startedSchema.parse(JSON.parse(first.toString()));

  const { application, account } = started.keys;
  const api = new ApiClient(started.api.replace(/\/v2\/$/, ''), {
    client: application.apikey,
    user: account.apikey,
  });
  const song = { fingerprint: fingerprintText(syntheticHashes(1)), duration: 200 };
  expect(await api.lookup(song)).toEqual([]);
  const [gid = ''] = await api.untilImported(await api.submit({ ...song, mbid: MBID }));
  expect(await api.lookup({ ...song, meta: 'recordingids' })).toMatchObject([
    { id: gid, score: 1, recordings: [{ id: MBID }] },
  ]);
  const page = await fetch(started.web);
  expect([page.status, await page.text()]).toEqual([
    200,
    expect.stringContaining('<div id="root">'),
  ]);
  // Not the slower twin: the kernels were found.
  const logs = join(data, 'logs');
  const said = readdirSync(logs).map((name) => readFileSync(join(logs, name), 'utf8'));
  expect(said.join('')).not.toMatch(/wasm|ENOENT|Cannot find|\.ts\b/i);

  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  process.off('exit', stop);
  expect(code).toBe(0);
});

test('everything that may be run is owned by nobody in particular and writable by nobody else', async () => {
  const { stdout } = await run('tar', ['-tvzf', `${program}.tar.gz`], { maxBuffer: 16e6 });
  const lines = stdout.trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(100);
  expect(lines.filter((line) => !/^\S+ 0\/0 /.test(line))).toEqual([]);
  expect(lines.filter((line) => /^-.......w/.test(line))).toEqual([]);
});

test('what only a build needs is left out', () => {
  const programs = join(program, 'programs', 'postgresql', 'native');
  expect(readdirSync(join(programs, 'lib')).filter((name) => name.endsWith('.a'))).toEqual([]);
  expect(existsSync(join(programs, 'include'))).toBe(false);
  expect(existsSync(join(program, 'app', 'main', 'main.mjs'))).toBe(false);
  expect(existsSync(join(program, 'app', 'node_modules'))).toBe(false);
});

test('its scripts are shell that a small system has, and refuse what they do not know', async () => {
  for (const script of ['install.sh', 'uninstall.sh']) {
    const path = join(program, script);
    expect(statSync(path).mode & 0o111).toBe(0o111);
    await run('sh', ['-n', path]);
    const refused = await run('sh', [path, '--frobnicate']).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--frobnicate') });
  }
});

test.skipIf(identity.uid === undefined)('only root installs', async () => {
  const refused = await run('sh', [join(program, 'install.sh')], identity).catch(
    (error: unknown) => error,
  );
  expect(refused).toMatchObject({ code: 1, stderr: 'install.sh: run it as root\n' });
});
