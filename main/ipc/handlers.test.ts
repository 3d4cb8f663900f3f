import { expect, test, vi } from 'vitest';
import { ApplianceError } from '../errors.ts';
import { electronDouble } from '../testing/electron-double.ts';
import { callChannelOf, EVENT_NAMES, OPERATION_NAMES } from './channels.ts';
import { EVENTS, OPERATIONS } from './contract.ts';
import type { OperationName } from './contract.ts';
import { bindHandlers } from './handlers.ts';
import type { Handlers } from './handlers.ts';

const OURS = 'http://127.0.0.1:8380/';

function bind(some: Partial<Handlers> = {}) {
  const double = electronDouble();
  const log = { error: vi.fn<() => void>(), warn: vi.fn<() => void>() };
  const rest = Object.fromEntries(OPERATION_NAMES.map((name) => [name, async () => null]));
  bindHandlers({
    ipcMain: double.parts.ipcMain,
    // Every name is there; those a test does not give answer null.
    handlers: { ...rest, ...some } as Handlers,
    isOurs: (url) => url.startsWith(OURS),
    log: () => log,
  });
  const call = async (name: OperationName, input?: unknown, url = OURS): Promise<unknown> =>
    await double.call(url, callChannelOf(name), input);
  return { call, double, log };
}

test('the names the preload script knows are those of the contract', () => {
  expect(OPERATION_NAMES.toSorted()).toEqual(Object.keys(OPERATIONS).toSorted());
  expect(EVENT_NAMES.toSorted()).toEqual(Object.keys(EVENTS).toSorted());
});

test('every operation of the contract is bound', () => {
  expect(bind().double.calls.size).toBe(OPERATION_NAMES.length);
});

test('a call of ours with good input is answered', async () => {
  const restart = vi.fn<Handlers['restart-service']>(async () => null);
  const { call } = bind({ 'restart-service': restart });
  expect(await call('restart-service', { name: 'index' })).toEqual({ ok: true, value: null });
  expect(restart).toHaveBeenCalledWith({ name: 'index' });
});

test('a call from elsewhere is refused and noted', async () => {
  const quit = vi.fn<Handlers['quit']>(async () => null);
  const { call, log } = bind({ quit });
  expect(await call('quit', undefined, 'https://evil.example/')).toEqual({
    ok: false,
    error: 'refused',
  });
  expect(quit).not.toHaveBeenCalled();
  expect(log.warn).toHaveBeenCalledOnce();
});

test('a frame inside a page of ours is refused, and one that is gone', async () => {
  const { double } = bind();
  const handler = double.calls.get(callChannelOf('quit'));
  const inner = { senderFrame: { url: OURS, parent: {} } };
  expect(await handler?.(inner, undefined)).toEqual({ ok: false, error: 'refused' });
  expect(await handler?.({ senderFrame: null }, undefined)).toEqual({
    ok: false,
    error: 'refused',
  });
});

test.each([
  { what: 'an unknown service', name: 'restart-service', input: { name: 'cron' } },
  { what: 'a port that is none', name: 'set-server', input: { port: 70_000 } },
  { what: 'a port that is text', name: 'set-server', input: { port: '80' } },
  { what: 'a host with more than a host in it', name: 'set-server', input: { host: '::1\n[x]' } },
  { what: 'a folder without a name', name: 'move-data', input: { to: '', keepOld: true } },
  { what: 'input where none is wanted', name: 'quit', input: {} },
] as const)('$what is refused before anything is done', async ({ input, name }) => {
  const handler = vi.fn<() => Promise<never>>();
  const { call } = bind({ [name]: handler });
  expect(await call(name, input)).toMatchObject({ ok: false });
  expect(handler).not.toHaveBeenCalled();
});

test('a refusal is an answer, and a fault as well, which is noted', async () => {
  const { call, log } = bind({
    quit: async () => Promise.reject(new ApplianceError('not now')),
    retry: async () => Promise.reject(new Error('a bug')),
  });
  expect(await call('quit')).toEqual({ ok: false, error: 'not now' });
  expect(log.error).not.toHaveBeenCalled();
  expect(await call('retry')).toEqual({ ok: false, error: 'a bug' });
  expect(log.error).toHaveBeenCalledOnce();
});

test('an answer that is not as the contract says is a fault', async () => {
  const { call } = bind({ life: async () => Promise.resolve({ phase: 'odd' } as never) });
  expect(await call('life')).toMatchObject({ ok: false });
});
