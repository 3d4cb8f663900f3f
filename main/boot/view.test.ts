import { expect, test } from 'vitest';
import type { Life } from '../ipc/contract.ts';
import { SERVICE_NAMES } from '../services/service.ts';
import { languageOf, viewOf } from './view.ts';

const starting: Life = {
  phase: 'starting',
  services: [
    { name: 'postgres', state: 'ready', startMs: 1930, lastLine: 'LOG: ready' },
    { name: 'migrations', state: 'starting', lastLine: '{"level":30,"msg":"said \\"x\\""}' },
    { name: 'nats', state: 'restarting', error: 'it ended by itself', lastLine: 'bye' },
  ],
};

test('every part has its row from the beginning, in the order they come up', () => {
  const { rows, total } = viewOf({ phase: 'starting', services: [] }, 'en');
  expect(rows.map(({ title }) => title)).toEqual([
    'Database',
    'Tables',
    'Queue',
    'Fingerprint index',
    'Web service',
  ]);
  expect(total).toBe(SERVICE_NAMES.length);
  expect(rows.every(({ tone }) => tone === 'waiting')).toBe(true);
});

test('a part that comes up shows its last line, one that is up how long it took', () => {
  const { done, progress, rows } = viewOf(starting, 'en');
  expect(rows.slice(0, 3).map(({ line, state, tone }) => [tone, state, line])).toEqual([
    ['good', 'ready · 1.9 s', ''],
    ['busy', 'starts', 'said "x"'],
    ['busy', 'died, is started again', 'it ended by itself'],
  ]);
  expect([done, progress]).toEqual([1, '1 of 5 parts are ready']);
});

test('a start that failed says why and what to do', () => {
  const view = viewOf({ ...starting, phase: 'failed', error: 'Port 8380 is in use.' }, 'en');
  expect(view).toMatchObject({ error: 'Port 8380 is in use.', canRetry: true });
  expect(view.hint).toContain('log folder');
});

test('a part that fails later is shown as well, and can be tried again', () => {
  const services: Life['services'] = [{ name: 'index', state: 'failed', error: 'x', lastLine: '' }];
  const view = viewOf({ phase: 'running', services, url: 'http://127.0.0.1:1' }, 'en');
  expect(view).toMatchObject({ canRetry: true, error: undefined });
  expect(viewOf(starting, 'en')).toMatchObject({ canRetry: false, hint: undefined });
});

test('a stop says what it waits for', () => {
  const services: Life['services'] = [{ name: 'index', state: 'stopping', lastLine: '' }];
  const { heading, progress, rows } = viewOf({ phase: 'stopping', services }, 'de');
  expect(progress).toBe('4 von 5 Teilen sind angehalten');
  expect(heading).toBe('AcoustID hält an');
  expect(rows.map(({ state }) => state)).toEqual([
    'angehalten',
    'angehalten',
    'angehalten',
    'hält an',
    'angehalten',
  ]);
});

test('numbers are written as the language writes them', () => {
  expect(viewOf(starting, 'de').rows[0]?.state).toBe('bereit · 1,9 s');
});

test('the first language that is known decides', () => {
  expect(languageOf(['de-CH'])).toBe('de');
  expect(languageOf(['fr', 'de', 'en'])).toBe('de');
  expect(languageOf(['en-US', 'de'])).toBe('en');
  expect(languageOf([])).toBe('en');
});
