import { expect, test, vi } from 'vitest';
import { ApplianceLife } from './appliance-life.ts';
import type { Clock } from './clock.ts';
import { ApplianceError } from './errors.ts';
import type { Life } from './ipc/contract.ts';
import { ApplianceDouble } from './testing/appliance-double.ts';

function makeLife(clock?: Clock) {
  const made: ApplianceDouble[] = [];
  const seen: Life[] = [];
  const world: { refusal: Error | undefined } = { refusal: undefined };
  const life = new ApplianceLife({
    open: async (onChange) => {
      if (world.refusal) throw world.refusal;
      const appliance = new ApplianceDouble(onChange);
      made.push(appliance);
      return appliance;
    },
    onChange: (state) => seen.push(state),
    ...(clock && { clock }),
  });
  const phases = (): string[] =>
    seen.map(({ phase }) => phase).filter((phase, at, all) => phase !== all[at - 1]);
  /** Waits until the appliance that is being started is there. */
  const opened = async (count = 1): Promise<ApplianceDouble> => {
    await vi.waitFor(() => expect(made.at(count - 1)?.log).toContain('start'));
    return made[count - 1]!;
  };
  return { life, made, opened, phases, seen, world };
}

test('brought up it has an address, taken down it has none', async () => {
  const { life, opened, phases } = makeLife();
  const up = life.up();
  (await opened()).comeUp();
  expect(await up).toBe(true);
  expect(life.url).toBe('http://127.0.0.1:8380');
  await life.down();
  expect(life.url).toBeUndefined();
  expect(phases()).toEqual(['starting', 'running', 'stopping', 'stopped']);
});

test('each service is seen coming up with its last line', async () => {
  const { life, opened, seen } = makeLife();
  void life.up();
  (await opened()).change('postgres', 'starting');
  expect(seen.at(-1)?.services[0]).toEqual({
    name: 'postgres',
    state: 'starting',
    lastLine: 'postgres says so',
  });
  await life.down();
});

test('a refusal is a state with the reason, and can be tried again', async () => {
  const { life, opened, world } = makeLife();
  world.refusal = new ApplianceError('Port 8380 is in use.');
  expect(await life.up()).toBe(false);
  expect(life.state()).toEqual({ phase: 'failed', error: 'Port 8380 is in use.', services: [] });
  world.refusal = undefined;
  const up = life.up();
  (await opened()).comeUp();
  expect(await up).toBe(true);
  expect(life.state().error).toBeUndefined();
});

test('what could not start is shown as it is, and cleared away before the next try', async () => {
  const { life, made, opened } = makeLife();
  const up = life.up();
  const first = await opened();
  first.change('index', 'failed');
  first.started.reject(new ApplianceError('index does not start'));
  expect(await up).toBe(false);
  expect(life.state().services.find(({ name }) => name === 'index')?.state).toBe('failed');
  const again = life.up();
  (await opened(2)).comeUp();
  expect(await again).toBe(true);
  expect(first.log).toEqual(['start', 'stop']);
  expect(made).toHaveLength(2);
});

test('a start that is no longer wanted is broken off, not waited for', async () => {
  const { life, opened } = makeLife();
  const up = life.up();
  const appliance = await opened();
  await life.down();
  expect(await up).toBe(false);
  expect(appliance.log).toContain('stop');
  expect(life.state().phase).toBe('stopped');
});

test('a stop that hangs is cut off', async () => {
  const limit = Promise.withResolvers<void>();
  const { life, opened, phases } = makeLife({
    now: () => 0,
    sleep: async () => await limit.promise,
  });
  const up = life.up();
  const appliance = await opened();
  appliance.comeUp();
  await up;
  appliance.stopsAtOnce = false;
  const down = life.down();
  await vi.waitFor(() => expect(appliance.log).toContain('stop'));
  expect(appliance.log).not.toContain('kill');
  limit.resolve();
  await down;
  expect(appliance.log.at(-1)).toBe('kill');
  expect(phases().at(-1)).toBe('stopped');
});

test('what is done meanwhile is done while nothing runs, and all starts anew', async () => {
  const { life, made, opened } = makeLife();
  const up = life.up();
  (await opened()).comeUp();
  await up;
  const meanwhile = vi.fn<() => Promise<void>>(async () => {
    expect(made[0]?.log).toEqual(['start', 'stop']);
    expect(made).toHaveLength(1);
  });
  const anew = life.anew(meanwhile);
  (await opened(2)).comeUp();
  expect(await anew).toBe(true);
  expect(meanwhile).toHaveBeenCalledOnce();
});

test('it starts again also when what was to be done has failed', async () => {
  const { life, opened } = makeLife();
  const up = life.up();
  (await opened()).comeUp();
  await up;
  const anew = life.anew(async () => Promise.reject(new Error('the disk is full')));
  (await opened(2)).comeUp();
  await expect(anew).rejects.toThrow('the disk is full');
  expect(life.state().phase).toBe('running');
});

test('without an appliance nobody answers', async () => {
  const { life } = makeLife();
  await expect(life.ask({ ask: 'running-jobs' })).rejects.toThrow('does not run');
  await expect(life.runCommand(['x'], AbortSignal.abort())).rejects.toThrow('does not run');
  await life.down();
  expect(life.state()).toEqual({ phase: 'stopped', services: [] });
});
