import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { resolveAppliance } from './config.ts';
import { createReport } from './report.ts';
import type { ServiceName } from './services/service.ts';
import type { ServiceState, ServiceStatus } from './services/supervised.ts';

function listen() {
  const stream = new PassThrough();
  const report = createReport(Object.assign(stream, { isTTY: false }) as never); // what is used of it
  const lines = (): readonly string[] =>
    String(stream.read() ?? '')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  return { lines, report };
}

function status(
  name: ServiceName,
  state: ServiceState,
  more: Partial<ServiceStatus> = {},
): ServiceStatus {
  const since = '2026-01-01T00:00:00.000Z';
  const rest = { since, pid: 7, startMs: 120, deaths: 0, error: undefined, lastLines: [] };
  return { name, kind: 'supporting', state, ...rest, ...more };
}

test('services that come up side by side are shown in their order', () => {
  const { lines, report } = listen();
  report.changed(status('nats', 'ready'));
  report.changed(status('index', 'ready'));
  expect(lines()).toEqual([]);
  report.changed(status('postgres', 'ready'));
  report.changed(status('migrations', 'done', { pid: null }));
  expect(lines()).toEqual([
    'postgres    ready 0.12 s  process 7',
    'migrations  done  0.12 s',
    'nats        ready 0.12 s  process 7',
    'index       ready 0.12 s  process 7',
  ]);
});

test('a death and a return are told, and a failure with its last lines', () => {
  const { lines, report } = listen();
  report.changed(status('postgres', 'ready'));
  lines();
  report.changed(status('postgres', 'restarting', { error: 'it ended (signal SIGKILL)' }));
  report.changed(status('postgres', 'ready', { startMs: 400 }));
  report.changed(
    status('postgres', 'failed', { error: 'it ended (exit code 1)', lastLines: ['PANIC: no'] }),
  );
  expect(lines()).toEqual([
    'postgres    died  it ended (signal SIGKILL); it is started again',
    'postgres    back after 0.40 s',
    'postgres    failed  it ended (exit code 1); its last lines:',
    'PANIC: no',
  ]);
});

test('the addresses are told, and the keys once', () => {
  const { lines, report } = listen();
  const keys = { application: { id: 1, apikey: 'app' }, account: { id: 1, apikey: 'user' } };
  report.ready('http://127.0.0.1:8380', 2345, { keys, setup: 'http://127.0.0.1:8380/setup#t' });
  expect(lines()).toEqual([
    'Ready in 2.35 s',
    'Application key  app   (client=, for your tagger)',
    'User key         user   (user=, for submissions)',
    'Setup            http://127.0.0.1:8380/setup#t   (once, to become its administrator)',
    'API              http://127.0.0.1:8380/v2/',
    'Web              http://127.0.0.1:8380/',
  ]);
});

test('a start that waits says for what and why', () => {
  const { lines, report } = listen();
  report.stillWaiting([{ name: 'nats', because: ['workers take submissions from its queue'] }]);
  expect(lines()).toEqual(['nats        still waiting; workers take submissions from its queue']);
});

test('a name in the environment that means nothing is pointed out', () => {
  const { lines, report } = listen();
  const environment = { ACOUSTID_SERVER_PROT: '1' };
  const host = { platform: 'linux', environment, isRoot: false, home: '/nowhere' } as const;
  report.opening(resolveAppliance({ dataDir: '/data' }, host));
  expect(lines()).toEqual([
    'acoustid-appliance  /data',
    'ACOUSTID_SERVER_PROT is set in the environment and means nothing here',
  ]);
});

test('what stops is told once the stop was asked for', () => {
  const { lines, report } = listen();
  report.changed(status('nats', 'stopped'));
  report.stopping();
  report.changed(status('nats', 'stopped'));
  report.changed(status('migrations', 'stopped', { kind: 'step' }));
  expect(lines()).toEqual(['Stopping', 'nats        stopped']);
});
