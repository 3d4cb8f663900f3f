import { expect, test, vi } from 'vitest';
import { endWithin, retryUntil, untilReady } from './readiness.ts';
import type { RunningProcess } from './run-process.ts';
import type { Exit } from './service.ts';

function fakeProcess() {
  const life = Promise.withResolvers<Exit>();
  const kill = vi.fn<RunningProcess['kill']>((signal) => life.resolve({ code: null, signal }));
  const process: RunningProcess = {
    pid: 1,
    spawned: Promise.resolve(1),
    exited: life.promise,
    send: () => undefined,
    kill,
  };
  return { die: life.resolve, kill, process };
}

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);
const open = new AbortController().signal;

test('ready is what the service says it is', async () => {
  const { kill, process } = fakeProcess();
  const options = { signal: open, limitMs: 60_000, lastLines: () => [] };
  expect(await untilReady(process, () => Promise.resolve(8380), options)).toBe(8380);
  expect(kill).not.toHaveBeenCalled();
});

test('an end before it was ready is told with its last words', async () => {
  const { die, process } = fakeProcess();
  const lastLines = (): string[] => ['starting', 'FATAL: the disk is on fire'];
  const waiting = untilReady(process, never, { signal: open, limitMs: 60_000, lastLines });
  die({ code: 3, signal: null });
  await expect(waiting).rejects.toThrow(
    'it ended before it was ready (exit code 3): FATAL: the disk is on fire',
  );
});

test('one that takes too long is killed', async () => {
  const { kill, process } = fakeProcess();
  const options = { signal: open, limitMs: 1, lastLines: () => [] };
  await expect(untilReady(process, never, options)).rejects.toThrow('not ready after 0.001 s');
  expect(kill).toHaveBeenCalledWith('SIGKILL');
});

test('a start that is broken off leaves no process', async () => {
  const { kill, process } = fakeProcess();
  const stop = new AbortController();
  const options = { signal: stop.signal, limitMs: 60_000, lastLines: () => [] };
  const waiting = untilReady(process, never, options);
  stop.abort(new Error('it is being stopped'));
  await expect(waiting).rejects.toThrow('it is being stopped');
  expect(kill).toHaveBeenCalledWith('SIGKILL');
});

test('an end that was asked for is waited for, and forced when it does not come', async () => {
  const willing = fakeProcess();
  await endWithin(willing.process, 60_000, () => willing.die({ code: 0, signal: null }));
  expect(willing.kill).not.toHaveBeenCalled();
  const stubborn = fakeProcess();
  await endWithin(stubborn.process, 1, () => undefined);
  expect(stubborn.kill).toHaveBeenCalledWith('SIGKILL');
});

test('trying again ends with success or with the signal', async () => {
  let tries = 0;
  const third = async (): Promise<number> => {
    tries += 1;
    await Promise.resolve();
    if (tries < 3) throw new Error('not yet');
    return tries;
  };
  expect(await retryUntil(third, 0, open)).toBe(3);
  const stop = new AbortController();
  const failing = retryUntil(
    async () => {
      await Promise.resolve();
      stop.abort(new Error('enough'));
      throw new Error('not yet');
    },
    0,
    stop.signal,
  );
  await expect(failing).rejects.toThrow('not yet');
});
