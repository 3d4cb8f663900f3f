import { EventEmitter } from 'node:events';
import { expect, test, vi } from 'vitest';
import { onStopSignals, SAME_WISH_MS } from './stop-signals.ts';

function listen() {
  const source = new EventEmitter();
  const stop = vi.fn<() => void>();
  const kill = vi.fn<() => void>();
  let nowMs = 0;
  const off = onStopSignals({ stop, kill }, () => nowMs, source);
  const send = (signal: string, afterMs = 0): void => {
    nowMs += afterMs;
    source.emit(signal);
  };
  return { kill, off, send, source, stop };
}

test('the first signal stops, a later one kills', () => {
  const { kill, send, stop } = listen();
  send('SIGINT');
  expect(stop).toHaveBeenCalledOnce();
  expect(kill).not.toHaveBeenCalled();
  send('SIGTERM', SAME_WISH_MS + 1);
  expect(kill).toHaveBeenCalledOnce();
});

test('what comes at the same moment, as from the terminal and from npm, is one wish', () => {
  const { kill, send, stop } = listen();
  send('SIGINT');
  send('SIGINT', 3);
  send('SIGTERM', 20);
  expect(stop).toHaveBeenCalledOnce();
  expect(kill).not.toHaveBeenCalled();
});

test('nothing is listened for afterwards', () => {
  const { off, send, source, stop } = listen();
  off();
  send('SIGINT');
  expect(stop).not.toHaveBeenCalled();
  expect(source.eventNames()).toEqual([]);
});
