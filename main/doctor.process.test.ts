import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { APP_DIR, buildApp } from '../scripts/build-app.ts';
import { build } from '../scripts/build.ts';
import type { Finding } from './doctor-checks.ts';

let folder: string;

/** An installation from which everything is missing that can be. */
beforeAll(async () => {
  await build();
  await buildApp();
  folder = mkdtempSync(join(tmpdir(), 'acoustid-doctor-'));
  cpSync(APP_DIR, join(folder, 'app'), { recursive: true });
  rmSync(join(folder, 'app', 'renderer'), { recursive: true });
  mkdirSync(join(folder, 'programs'));
  mkdirSync(join(folder, 'bin'));
  // The one tool of the system that tells who a user is.
  symlinkSync('/usr/bin/id', join(folder, 'bin', 'id'));
  writeFileSync(join(folder, 'file'), '');
});

afterAll(() => rmSync(folder, { recursive: true }));

function examine(environment: Record<string, string>): { ok: boolean; checks: Finding[] } {
  const args = [join(folder, 'app', 'main', 'cli.mjs'), 'doctor', '--json'];
  const { stdout } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { PATH: join(folder, 'bin'), HOME: folder, ...environment },
  });
  return JSON.parse(stdout) as { ok: boolean; checks: Finding[] };
}

test('each missing part is named, with what to do about it', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { checks, ok } = examine({
    ACOUSTID_DATA_DIR: join(folder, 'file', 'data'),
    ACOUSTID_NATS_BINARY: '/nowhere/nats-server',
    ACOUSTID_SERVER_PORT: String(port),
  });
  server.close();
  expect(ok).toBe(false);
  const said = new Map(
    checks.map(({ cure = '', name, state, text }) => [name, [state, `${text} ${cure}`]]),
  );
  expect(Object.fromEntries(said)).toMatchObject({
    PostgreSQL: ['problem', expect.stringMatching(/missing in .*postgresql\. Install the program/)],
    'nats-server': ['problem', expect.stringMatching(/nowhere.*Correct binary in \[nats\]/)],
    'data folder': ['problem', expect.stringMatching(/in the way.*--data-dir/)],
    'API port': ['problem', expect.stringMatching(new RegExp(`${port}.*--port`))],
    'web pages': ['note', expect.stringContaining('npm run build')],
    fpcalc: ['note', expect.stringContaining('apt-get install libchromaprint-tools')],
    ffmpeg: ['note', expect.stringContaining('apt-get install ffmpeg')],
  });
});

test('a fresh machine with everything else in place lacks nothing but what is optional', () => {
  const { checks } = examine({ ACOUSTID_SERVER_PORT: '0' });
  const states = new Map(checks.map(({ name, state }) => [name, state]));
  expect([states.get('Node'), states.get('data folder'), states.get('instance')]).toEqual([
    'ok',
    'ok',
    'ok',
  ]);
});
