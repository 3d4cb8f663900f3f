import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Clock } from '../clock.ts';
import { ApplianceError, messageOf } from '../errors.ts';
import type { Exit, Service, ServiceKind, ServiceName, Started } from './service.ts';
import type { ServiceState, ServiceStatus } from './supervised.ts';
import { Supervisor } from './supervisor.ts';
import type { Planned, StillWaiting } from './supervisor.ts';

/** What happened, in order, over all fake services of a test. */
type Journal = string[];

class FakeService implements Service {
  readonly name: ServiceName;
  readonly kind: ServiceKind;
  readonly #journal: Journal;
  /** What the next starts do, in order; a start without instructions is ready at once. */
  readonly starts: (() => Promise<void>)[] = [];
  onDrain: () => Promise<void> = () => Promise.resolve();
  #life = Promise.withResolvers<Exit>();
  #pid = 100;

  constructor(name: ServiceName, kind: ServiceKind, journal: Journal) {
    this.name = name;
    this.kind = kind;
    this.#journal = journal;
  }

  async start(signal: AbortSignal): Promise<Started> {
    this.#journal.push(`start ${this.name}`);
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
    });
    await Promise.race([this.starts.shift()?.() ?? Promise.resolve(), aborted]);
    this.#life = Promise.withResolvers<Exit>();
    this.#pid += 1;
    this.#journal.push(`ready ${this.name}`);
    return { pid: this.#pid, exited: this.#life.promise };
  }

  async drain(): Promise<void> {
    this.#journal.push(`drain ${this.name}`);
    await this.onDrain();
  }

  stop(): Promise<void> {
    this.#journal.push(`stop ${this.name}`);
    this.#life.resolve({ code: 0, signal: null });
    return Promise.resolve();
  }

  kill(): void {
    this.#journal.push(`kill ${this.name}`);
    this.die();
  }

  die(): void {
    this.#life.resolve({ code: null, signal: 'SIGKILL' });
  }

  lastLines(): readonly string[] {
    return [`last line of ${this.name}`];
  }
}

/** Time that passes only when somebody sleeps. */
class FakeClock implements Clock {
  readonly slept: number[] = [];
  #nowMs = 0;

  now(): number {
    return this.#nowMs;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    // The report on a long start sleeps beside all others and must not run away with the time.
    if (ms >= 10_000) {
      await new Promise<void>((resolve) => {
        signal?.addEventListener('abort', () => resolve(), { once: true });
      });
      return;
    }
    this.slept.push(ms);
    this.#nowMs += ms;
    await Promise.resolve();
  }
}

function compose() {
  const journal: Journal = [];
  const services = {
    postgres: new FakeService('postgres', 'supporting', journal),
    migrations: new FakeService('migrations', 'step', journal),
    nats: new FakeService('nats', 'supporting', journal),
    index: new FakeService('index', 'supporting', journal),
    server: new FakeService('server', 'user-facing', journal),
  };
  const plan: Planned[] = [
    { service: services.postgres, needs: {} },
    { service: services.migrations, needs: { postgres: 'a reason' } },
    { service: services.nats, needs: {} },
    { service: services.index, needs: {} },
    {
      service: services.server,
      needs: { postgres: 'a', migrations: 'b', nats: 'c', index: 'd' },
    },
  ];
  const clock = new FakeClock();
  const changes: ServiceStatus[] = [];
  const supervisor = new Supervisor(plan, { onChange: (status) => changes.push(status) }, clock);
  onTestFinished(async () => await supervisor.stop());
  const stateOf = (name: ServiceName): ServiceState | undefined =>
    supervisor.status().find((status) => status.name === name)?.state;
  // By the record of changes, for a state may be over before anybody looks.
  const until = async (name: ServiceName, state: ServiceState): Promise<void> => {
    const isSo = (status: ServiceStatus): boolean => status.name === name && status.state === state;
    await vi.waitFor(() => expect(changes.some(isSo)).toBe(true));
  };
  return { journal, services, supervisor, clock, changes, stateOf, until };
}

/** A start that goes on when the test says so. */
function gate(): { readonly wait: () => Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { wait: () => promise, open: () => resolve() };
}

async function fail(message = 'it crashed'): Promise<void> {
  await Promise.resolve();
  throw new Error(message);
}

describe('starting', () => {
  test('a service starts only when all that it needs is ready', async () => {
    const { journal, services, supervisor } = compose();
    await supervisor.start();
    const at = (entry: string): number => journal.indexOf(entry);
    expect(at('start migrations')).toBeGreaterThan(at('ready postgres'));
    for (const name of ['postgres', 'migrations', 'nats', 'index']) {
      expect(at('start server')).toBeGreaterThan(at(`ready ${name}`));
    }
    expect(services.server.kind).toBe('user-facing');
  });

  test('services that need nothing of each other start side by side', async () => {
    const { journal, services, supervisor, until } = compose();
    const held = gate();
    services.postgres.starts.push(held.wait);
    const starting = supervisor.start();
    await until('nats', 'ready');
    await until('index', 'ready');
    expect(journal).not.toContain('start migrations');
    held.open();
    await starting;
  });

  test('a start that hangs says what it still waits for', async () => {
    const { services } = compose();
    const held = gate();
    services.nats.starts.push(held.wait);
    const waits: StillWaiting[] = [];
    const supervisor = new Supervisor(
      [
        { service: services.nats, needs: {} },
        { service: services.server, needs: { nats: 'it has a queue' } },
      ],
      { onStillWaiting: (all) => waits.push(...all) },
      {
        now: () => 0,
        // Ten seconds have passed at once, the first time; after that the start ends.
        sleep: async () => {
          await Promise.resolve();
          if (waits.length > 0) held.open();
        },
      },
    );
    onTestFinished(async () => await supervisor.stop());
    await supervisor.start();
    expect(waits[0]).toEqual({ name: 'nats', because: ['it has a queue'] });
  });

  test('a start that fails for a passing reason is tried again', async () => {
    const { clock, services, stateOf, supervisor } = compose();
    services.index.starts.push(fail, fail);
    await supervisor.start();
    expect(stateOf('index')).toBe('ready');
    expect(clock.slept).toEqual([250, 500]);
  });

  test('what only a person can mend fails at once, with its own words', async () => {
    const { clock, journal, services, stateOf, supervisor } = compose();
    services.postgres.starts.push(async () => {
      await Promise.resolve();
      throw new ApplianceError('The disk is full. Free some space.');
    });
    await expect(supervisor.start()).rejects.toThrow('The disk is full. Free some space.');
    expect(stateOf('postgres')).toBe('failed');
    expect(clock.slept).toEqual([]);
    expect(journal).not.toContain('start migrations');
  });

  test('a service that never gets up fails the start, which leaves nothing behind when stopped', async () => {
    const { journal, services, stateOf, supervisor } = compose();
    services.nats.starts.push(fail, fail, fail, fail, fail);
    await expect(supervisor.start()).rejects.toThrow('nats does not start: it crashed');
    await supervisor.stop();
    expect(journal).not.toContain('start server');
    expect(stateOf('nats')).toBe('failed');
    expect(['postgres', 'index', 'server'].map((name) => stateOf(name as ServiceName))).toEqual([
      'stopped',
      'stopped',
      'stopped',
    ]);
  });

  test('a service may need only what comes before it', () => {
    const { services } = compose();
    const plan: Planned[] = [{ service: services.server, needs: { nats: 'a reason' } }];
    expect(() => new Supervisor(plan)).toThrow('server needs nats');
  });
});

describe('deaths', () => {
  test('a service that dies is started again, and the others are left alone', async () => {
    const { changes, journal, services, supervisor, until } = compose();
    await supervisor.start();
    journal.length = 0;
    changes.length = 0;
    services.postgres.die();
    await until('postgres', 'restarting');
    await until('postgres', 'ready');
    expect(journal).toEqual(['start postgres', 'ready postgres']);
    expect(changes.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'postgres restarting',
      'postgres waiting',
      'postgres starting',
      'postgres ready',
    ]);
    expect(changes[0]?.error).toBe('it ended by itself (signal SIGKILL)');
    expect(changes.at(-1)?.error).toBeUndefined();
  });

  test('the fifth death within two minutes is a failure with the last lines, and the others go on', async () => {
    const { changes, services, stateOf, supervisor, until } = compose();
    await supervisor.start();
    services.index.starts.push(fail, fail, fail, fail);
    changes.length = 0;
    services.index.die();
    await until('index', 'failed');
    const status = supervisor.status().find(({ name }) => name === 'index');
    expect(status).toMatchObject({ deaths: 5, lastLines: ['last line of index'], pid: null });
    expect(stateOf('server')).toBe('ready');
  });

  test('a failed service is given another life when a person says so', async () => {
    const { changes, services, stateOf, supervisor, until } = compose();
    await supervisor.start();
    services.index.starts.push(fail, fail, fail, fail);
    changes.length = 0;
    services.index.die();
    await until('index', 'failed');
    await supervisor.restart('index');
    expect(stateOf('index')).toBe('ready');
  });

  test('a restart waits for what it needs to come back first', async () => {
    const { changes, journal, services, supervisor, until } = compose();
    await supervisor.start();
    const held = gate();
    services.postgres.starts.push(held.wait);
    changes.length = 0;
    services.postgres.die();
    await until('postgres', 'starting');
    changes.length = 0;
    services.server.die();
    await until('server', 'waiting');
    changes.length = 0;
    journal.length = 0;
    held.open();
    await until('server', 'ready');
    expect(journal).toEqual(['ready postgres', 'start server', 'ready server']);
  });

  test('a restart goes on without what has failed for good', async () => {
    const { changes, services, supervisor, until } = compose();
    await supervisor.start();
    services.index.starts.push(fail, fail, fail, fail);
    changes.length = 0;
    services.index.die();
    await until('index', 'failed');
    changes.length = 0;
    services.server.die();
    await until('server', 'restarting');
    await until('server', 'ready');
  });

  test('a healthy service is stopped in order before it is started afresh', async () => {
    const { journal, supervisor } = compose();
    await supervisor.start();
    journal.length = 0;
    await supervisor.restart('server');
    expect(journal).toEqual(['drain server', 'stop server', 'start server', 'ready server']);
  });
});

describe('stopping', () => {
  test('what users talk to drains and is gone before anything it needs is stopped', async () => {
    const { journal, supervisor, services } = compose();
    await supervisor.start();
    journal.length = 0;
    const held = gate();
    services.server.onDrain = held.wait;
    const stopping = supervisor.stop();
    await vi.waitFor(() => expect(journal).toEqual(['drain server']));
    held.open();
    await stopping;
    expect(journal.slice(0, 2)).toEqual(['drain server', 'stop server']);
    expect(journal.filter((entry) => entry.startsWith('stop')).toSorted()).toEqual([
      'stop index',
      'stop nats',
      'stop postgres',
      'stop server',
    ]);
  });

  test('a stop during the start ends what was starting', async () => {
    const { services, stateOf, supervisor, until } = compose();
    services.postgres.starts.push(gate().wait);
    const starting = supervisor.start();
    await until('nats', 'ready');
    const reason = starting.catch(messageOf);
    await supervisor.stop();
    expect(await reason).toContain('it was stopped');
    expect(stateOf('postgres')).toBe('stopped');
  });

  test('a stop ends the wait of a service that was to be restarted', async () => {
    const { changes, services, stateOf, supervisor, until } = compose();
    await supervisor.start();
    services.nats.starts.push(gate().wait);
    changes.length = 0;
    services.nats.die();
    await until('nats', 'starting');
    await supervisor.stop();
    expect(stateOf('nats')).toBe('stopped');
  });

  test('asking twice stops once', async () => {
    const { journal, supervisor } = compose();
    await supervisor.start();
    await Promise.all([supervisor.stop(), supervisor.stop()]);
    expect(journal.filter((entry) => entry === 'stop postgres')).toHaveLength(1);
  });

  test('a kill drains nothing', async () => {
    const { journal, supervisor, until } = compose();
    await supervisor.start();
    journal.length = 0;
    supervisor.kill();
    expect(journal).toEqual(expect.arrayContaining(['kill server', 'kill postgres']));
    expect(journal).not.toContain('drain server');
    await supervisor.stop();
    await until('server', 'stopped');
  });
});
