import { expect, test, vi } from 'vitest';
import type { Clock } from '../clock.ts';
import { Questions } from './questions.ts';

/** A clock whose time passes when the test says so. */
function heldClock(): { clock: Clock; pass: () => void } {
  const passed = Promise.withResolvers<undefined>();
  return {
    clock: { now: () => 0, sleep: async () => await passed.promise },
    pass: () => passed.resolve(undefined),
  };
}

function askIn() {
  const send = vi.fn<(message: object) => void>();
  const { clock, pass } = heldClock();
  const questions = new Questions(clock);
  return { pass, process: { send }, questions, send };
}

test('each answer finds its question', async () => {
  const { process, questions, send } = askIn();
  const first = questions.ask(process, { ask: 'running-jobs' });
  const second = questions.ask(process, { ask: 'admin-password' });
  expect(send.mock.calls).toEqual([
    [{ type: 'ask', id: 1, ask: 'running-jobs' }],
    [{ type: 'ask', id: 2, ask: 'admin-password' }],
  ]);
  questions.received({ type: 'ready', port: 1 });
  questions.received({ type: 'answer', id: 2, value: true });
  questions.received({ type: 'answer', id: 1, value: 3 });
  expect(await Promise.all([first, second])).toEqual([3, true]);
});

test('an error is answered as one', async () => {
  const { process, questions } = askIn();
  const asked = questions.ask(process, {});
  questions.received({ type: 'answer', id: 1, error: 'no database' });
  await expect(asked).rejects.toThrow('no database');
});

test('one that ends answers nothing any more', async () => {
  const { process, questions } = askIn();
  const asked = questions.ask(process, {});
  questions.abandon();
  await expect(asked).rejects.toThrow('ended before it answered');
});

test('nobody waits for ever', async () => {
  const { pass, process, questions } = askIn();
  const asked = questions.ask(process, {});
  pass();
  await expect(asked).rejects.toThrow('did not answer within');
});
