import { expect, test, vi } from 'vitest';
import { Notifier } from './notifications.ts';
import { electronDouble } from './testing/electron-double.ts';
import { textsFor } from './texts.ts';

function makeNotifier(isWanted = true) {
  const double = electronDouble();
  const open = vi.fn<() => void>();
  const notifier = new Notifier({
    electron: double.parts,
    texts: textsFor(['en']),
    isWanted: () => isWanted,
    open,
  });
  return { notes: double.notes, notifier, open };
}

test('a service that has failed is told of once, until it was well again', () => {
  const { notes, notifier } = makeNotifier();
  for (const state of ['starting', 'restarting', 'failed', 'failed'] as const) {
    notifier.serviceChanged({ name: 'index', state });
  }
  expect(notes.map(({ title }) => title)).toEqual(['A service has failed']);
  expect(notes[0]?.body).toContain('index');
  notifier.serviceChanged({ name: 'index', state: 'ready' });
  notifier.serviceChanged({ name: 'index', state: 'failed' });
  expect(notes).toHaveLength(2);
});

test('a click opens the window', () => {
  const { notes, notifier, open } = makeNotifier();
  notifier.tell('title', 'body');
  notes[0]?.emit('click');
  expect(open).toHaveBeenCalledOnce();
});

test('who does not want them gets none', () => {
  const { notes, notifier } = makeNotifier(false);
  notifier.tell('title', 'body');
  expect(notes).toEqual([]);
});
