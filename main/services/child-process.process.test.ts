import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { isAlive } from '../process-table.ts';
import { ServiceLog } from '../service-log.ts';
import { forkModule, spawnProgram } from './child-process.ts';
import { startModule, stopModule } from './module-process.ts';
import type { ModuleStart } from './module-process.ts';
import type { RunningProcess } from './run-process.ts';

/** A module written for one test, run with what that needs. */
function makeModule(source: string): ModuleStart & { readonly log: ServiceLog } {
  const folder = mkdtempSync(join(tmpdir(), 'acoustid-module-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const modulePath = join(folder, 'module.mjs');
  writeFileSync(modulePath, source);
  const log = new ServiceLog(folder, 'module');
  onTestFinished(() => log.close());
  const env = { PATH: process.env['PATH'] ?? '' };
  return { name: 'test', modulePath, args: ['--x'], env, cwd: folder, readyLimitMs: 20_000, log };
}

async function startTest(source: string): Promise<{ process: RunningProcess; port: number }> {
  const { log, ...module } = makeModule(source);
  const started = await startModule(forkModule, module, log, new AbortController().signal);
  onTestFinished(() => started.process.kill('SIGKILL'));
  return started;
}

const WAIT = 'setInterval(() => {}, 1000);';
const READY = `process.send({ type: 'ready', port: 4711 });`;

test('a module is ready when it says so, and its port is what it says', async () => {
  const { port, process } = await startTest(`${READY}${WAIT}`);
  expect(port).toBe(4711);
  expect(await process.spawned).toBe(process.pid);
  expect(isAlive(process.pid ?? 0)).toBe(true);
});

test('other messages are not mistaken for ready', async () => {
  const { port } = await startTest(
    `process.send('ready'); process.send({ type: 'ready', port: 'x' }); ${READY}${WAIT}`,
  );
  expect(port).toBe(4711);
});

test('a module that ends first is told with its last words', async () => {
  const { log, ...module } = makeModule(`console.error('cannot open the index'); process.exit(3);`);
  const signal = new AbortController().signal;
  await expect(startModule(forkModule, module, log, signal)).rejects.toThrow(
    'it ended before it was ready (exit code 3): cannot open the index',
  );
});

test('a stop is a message, and what does not heed it is killed', async () => {
  const willing = await startTest(`process.on('message', () => process.exit(0)); ${READY}${WAIT}`);
  await stopModule(willing.process, 20_000);
  expect(await willing.process.exited).toEqual({ code: 0, signal: null });
  const deaf = await startTest(`process.on('message', () => {}); ${READY}${WAIT}`);
  await stopModule(deaf.process, 50);
  expect(await deaf.process.exited).toEqual({ code: null, signal: 'SIGKILL' });
});

test('its output is in the log, line by line, to the last word', async () => {
  const { log, ...module } = makeModule(
    `for (let i = 0; i < 1000; i++) console.log('line ' + i); process.exitCode = 1;`,
  );
  const signal = new AbortController().signal;
  await expect(startModule(forkModule, module, log, signal)).rejects.toThrow('line 999');
  expect(log.last().at(-1)).toBe('line 999');
});

test('a program that is not there is an end with its reason', async () => {
  const child = spawnProgram({
    path: '/nowhere/nats-server',
    args: [],
    env: {},
    cwd: '/',
    onLine: () => undefined,
  });
  expect(child.pid).toBeUndefined();
  const exit = await child.exited;
  expect(exit.error?.message).toContain('ENOENT');
});

test('a grandchild that keeps the pipe open does not keep an end from being seen', async () => {
  const grandchild = `import { spawn } from 'node:child_process';
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 30000)'], { stdio: 'inherit' });
    console.log(child.pid); child.unref();`;
  const { cwd, env, modulePath } = makeModule(grandchild);
  const lines: string[] = [];
  const child = spawnProgram({
    path: process.execPath,
    args: [modulePath],
    env,
    cwd,
    onLine: (line) => lines.push(line),
  });
  await vi.waitFor(() => expect(lines).toHaveLength(1));
  onTestFinished(() => {
    process.kill(Number(lines[0]), 'SIGKILL');
  });
  child.kill('SIGKILL');
  expect((await child.exited).error).toBeUndefined();
});
