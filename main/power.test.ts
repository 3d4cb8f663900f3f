import { expect, test, vi } from 'vitest';
import type { Clock } from './clock.ts';
import { Power } from './power.ts';
import { electronDouble } from './testing/electron-double.ts';

/** Time stands still: every sleep is over at once. */
const clock: Clock = { now: () => 0, sleep: async () => undefined };

function makePower() {
  const double = electronDouble();
  const state = { jobs: 0, keepAwake: true, answers: [] as boolean[] };
  const restartServer = vi.fn<() => Promise<void>>(async () => undefined);
  const quit = vi.fn<() => void>();
  const power = new Power({
    electron: double.parts,
    runningJobs: async () => {
      if (state.jobs < 0) throw new Error('the server is away');
      return state.jobs;
    },
    keepAwake: () => state.keepAwake,
    isWell: async () => state.answers.shift() ?? false,
    restartServer,
    quit,
    log: () => undefined,
    clock,
  });
  return { double, power, quit, restartServer, state };
}

test('the machine is kept awake while jobs run, if the person says so', async () => {
  const { double, power, state } = makePower();
  await power.look();
  expect(double.blockers.size).toBe(0);
  state.jobs = 2;
  await power.look();
  await power.look();
  expect(double.blockers.size).toBe(1);
  state.jobs = 0;
  await power.look();
  expect(double.blockers.size).toBe(0);
});

test('without the person’s word it may sleep whatever runs', async () => {
  const { double, power, state } = makePower();
  state.jobs = 1;
  state.keepAwake = false;
  await power.look();
  expect(double.blockers.size).toBe(0);
});

test('it may sleep when nobody can say what runs, and after the end', async () => {
  const { double, power, state } = makePower();
  state.jobs = 1;
  await power.look();
  state.jobs = -1;
  await power.look();
  expect(double.blockers.size).toBe(0);
  state.jobs = 1;
  await power.look();
  power.stop();
  expect(double.blockers.size).toBe(0);
});

test('after a sleep a server that answers is left alone, also when it takes a moment', async () => {
  const { power, restartServer, state } = makePower();
  state.answers = [false, false, true];
  await power.afterSleep();
  expect(restartServer).not.toHaveBeenCalled();
});

test('one that does not answer any more is started anew', async () => {
  const { double, restartServer } = makePower();
  double.powerMonitor.emit('resume');
  await vi.waitFor(() => expect(restartServer).toHaveBeenCalledOnce());
});

test('the end of the system’s session is the end of ours', () => {
  const { double, quit } = makePower();
  double.powerMonitor.emit('shutdown');
  expect(quit).toHaveBeenCalledOnce();
});
