import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import type { UtilityProcess, utilityProcess } from 'electron';
import { expect, test, vi } from 'vitest';
import type { ModuleOptions } from './run-process.ts';
import { bridgeToParent } from './utility-bridge.ts';
import type { Bridged, UtilityPort } from './utility-bridge.ts';
import { runInUtilityProcess } from './utility-process.ts';
import type { UtilityChild, UtilityFork } from './utility-process.ts';

// The compiler's word that Electron's own types have the parts that are used here; the doubles
// below stand for no more than those.
const electronHasTheseParts = (
  electron: typeof utilityProcess,
  child: UtilityProcess,
): [UtilityFork, UtilityChild] => [electron, child];

/** One utility process as Electron gives it: without a pid until it has spawned. */
class FakeChild extends EventEmitter {
  pid: number | undefined = undefined;
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly sent: unknown[] = [];
  readonly kill = vi.fn<() => boolean>(() => true);

  postMessage(message: unknown): void {
    this.sent.push(message);
  }

  spawn(pid: number): void {
    this.pid = pid;
    this.emit('spawn');
  }

  exit(code: number): void {
    this.pid = undefined;
    this.emit('exit', code);
  }
}

function runFake() {
  const child = new FakeChild();
  const fork = vi.fn<UtilityFork['fork']>(() => child);
  const lines: string[] = [];
  const messages: unknown[] = [];
  const options: ModuleOptions = {
    name: 'acoustid server',
    modulePath: '/app/server/main.ts',
    args: ['--roles', 'api'],
    env: { HOME: '/home' },
    cwd: '/app',
    onLine: (line) => lines.push(line),
    onMessage: (message) => messages.push(message),
  };
  const running = runInUtilityProcess({ fork } satisfies UtilityFork)(options);
  return { child, fork, lines, messages, running };
}

test('the double has what Electron has', () => {
  expect(typeof electronHasTheseParts).toBe('function');
  expect(new FakeChild() satisfies UtilityChild).toBeInstanceOf(EventEmitter);
});

test('a module is started by the bridge, with its own path and arguments after it', () => {
  const { fork } = runFake();
  const [entry, args, options] = fork.mock.calls[0] ?? [];
  expect(entry).toMatch(/utility-entry\.ts$/);
  expect(args).toEqual(['/app/server/main.ts', '--roles', 'api']);
  expect(options).toMatchObject({
    env: { HOME: '/home' },
    cwd: '/app',
    stdio: 'pipe',
    serviceName: 'acoustid server',
  });
});

test('its pid is known once it has spawned', async () => {
  const { child, running } = runFake();
  expect(running.pid).toBeUndefined();
  child.spawn(77);
  expect(await running.spawned).toBe(77);
  expect(running.pid).toBe(77);
});

test('one that ends before it spawned has no pid', async () => {
  const { child, running } = runFake();
  child.exit(1);
  expect(await running.spawned).toBeUndefined();
  expect(await running.exited).toEqual({ code: 1, signal: null });
});

test('lines and messages arrive, of standard error as well', async () => {
  const { child, lines, messages } = runFake();
  child.stdout.write('one\n');
  child.stderr.write('two\n');
  child.emit('message', { type: 'ready', port: 1 });
  await vi.waitFor(() => expect(lines).toEqual(['one', 'two']));
  expect(messages).toEqual([{ type: 'ready', port: 1 }]);
});

test('a message to one that is gone is lost without harm', () => {
  const { child, running } = runFake();
  child.spawn(77);
  running.send({ type: 'shutdown' });
  child.exit(0);
  running.send({ type: 'shutdown' });
  expect(child.sent).toEqual([{ type: 'shutdown' }]);
});

test('a kill that is meant is one of the system, for Electron only knows the gentle one', () => {
  const { child, running } = runFake();
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
  running.kill('SIGKILL');
  expect(child.kill).toHaveBeenCalledOnce();
  child.spawn(77);
  running.kill('SIGKILL');
  expect(kill).toHaveBeenCalledWith(77, 'SIGKILL');
  running.kill('SIGTERM');
  expect(child.kill).toHaveBeenCalledTimes(2);
  kill.mockRestore();
});

test('behind the bridge a module finds the channel that a forked child has', () => {
  const posted: unknown[] = [];
  const port = Object.assign(new EventEmitter(), {
    postMessage: (message: unknown) => posted.push(message),
  });
  const target = Object.assign(new EventEmitter(), {
    argv: ['/electron', '/app/utility-entry.ts', '/app/server/main.ts', '--roles', 'api'],
    connected: false,
  }) as Bridged; // send is what the bridge adds
  const received = vi.fn<(message: unknown) => void>();
  target.on('message', received);

  expect(bridgeToParent(target, port satisfies UtilityPort)).toBe('/app/server/main.ts');
  expect(target.argv).toEqual(['/electron', '/app/server/main.ts', '--roles', 'api']);
  expect(target.connected).toBe(true);
  target.send?.({ type: 'ready' });
  expect(posted).toEqual([{ type: 'ready' }]);
  port.emit('message', { data: { type: 'shutdown' }, ports: [] });
  expect(received).toHaveBeenCalledWith({ type: 'shutdown' }, undefined);
});
