import { afterAll, beforeAll, expect, test } from 'vitest';
import { asking, signIn } from '../../../e2e/harness/admin-client.ts';
import type { Ask, Person } from '../../../e2e/harness/admin-client.ts';
import { temporaryFolder } from '../../../index-engine/testing/engine-process.ts';
import { fillIndex, startService } from '../../../e2e/harness/service.ts';
import type { TestService } from '../../../e2e/harness/service.ts';
import type { SupervisorChannel } from '../../live/service-states.ts';

const SINCE = '2026-01-01T00:00:00.000Z';

let service: TestService;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let admin: Person;
let visitor: Ask;

beforeAll(async () => {
  folder = await temporaryFolder();
  service = await startService({ roles: ['api'], dataDir: folder.path });
  await fillIndex(service.context);
  admin = await signIn(service, 'Anna', { isAdmin: true });
  visitor = asking(service.api.url);
});

afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** A supervisor that says what it is told to, and keeps what it is asked. */
function superviseBy(): { say: (services: readonly object[]) => void; asked: object[] } {
  const asked: object[] = [];
  let listener: (message: unknown) => void = () => undefined;
  const channel: SupervisorChannel = {
    send: (message) => asked.push(message),
    onMessage: (each) => {
      listener = each;
    },
  };
  service.context.live.services.follow(channel);
  return { asked, say: (services) => listener({ type: 'services', services }) };
}

const running = (name: string, more: object = {}): object => ({
  name,
  state: 'ready',
  since: SINCE,
  pid: 7,
  startMs: 120,
  deaths: 0,
  ...more,
});

test('everybody learns whether lookups work, and nothing else', async () => {
  expect((await visitor('/dashboard/public')).answer).toEqual({ lookupsWork: true });
  for (const path of ['/dashboard', '/services', '/events']) {
    expect((await visitor(path)).status).toBe(401);
  }
  const user = await signIn(service, 'Ute');
  for (const path of ['/dashboard', '/services', '/events']) {
    expect((await user.ask(path)).status).toBe(403);
  }
  expect((await user.ask('/services/nats/restart', { method: 'POST' })).status).toBe(403);
});

test('without a supervisor the parts are asked themselves', async () => {
  const { answer } = await admin.ask('/services');
  expect(answer).toEqual(
    ['postgres', 'nats', 'index', 'server'].map((name) => ({
      name,
      state: 'ready',
      since: null,
      restarts: null,
      error: null,
      startMs: null,
      isExternal: true,
      canRestart: false,
    })),
  );
  expect((await admin.ask('/services/nats/restart', { method: 'POST' })).status).toBe(422);
  expect((await admin.ask('/services/nobody/restart', { method: 'POST' })).status).toBe(404);
});

test('the dashboard shows queues, corpus, index, disk and what needs a person', async () => {
  const { app, ingest } = service.context.databases;
  await app.pool.query(
    `insert into task (name, args, key, state, attempts, error)
     values ('update_stats', '{}', 'update_stats {}', 'dead', 5, 'it did not work')`,
  );
  await ingest.pool.query(
    `insert into submission (fingerprint, length, attempts, error) values ('{1,2}', 10, 5, 'odd')`,
  );
  await app.pool.query(
    `insert into stats (name, value, date)
     select 'disk.used_mib', 1000 + 10 * day, current_date - 10 + day from generate_series(0, 9) day`,
  );
  const { answer } = await admin.ask('/dashboard');
  expect(answer).toMatchObject({
    queues: { pending: 0, parked: 1, tasksQueued: 0, tasksRunning: 0, tasksDead: 1 },
    corpus: { tracks: 0, fingerprints: 0, mbids: 0 },
    index: { documents: 0, behind: 0 },
    data: { newestBackup: null, musicbrainz: null },
    attention: [
      { kind: 'tasks_dead', count: 1 },
      { kind: 'submissions_parked', count: 1 },
    ],
  });
  const { disk, seconds } = answer as {
    disk: { freeBytes: number; forecast: { kind: string; bytesPerWeek: number } };
    seconds: unknown[];
  };
  expect(disk.freeBytes).toBeGreaterThan(0);
  expect(['full', 'steady']).toContain(disk.forecast.kind);
  expect(seconds).toHaveLength(120);
});

test('lookups of the last two minutes are counted with their hits and times', async () => {
  const trackid = '4f6e3b1c-8d0a-4b9e-9c56-0d9f6a3a1f10';
  await service.api.lookup({ trackid });
  const { answer } = await admin.ask('/dashboard');
  expect(answer).toMatchObject({ lookups: { hitRate: 0, failures: 0, p50Ms: expect.any(Number) } });
});

test('what the supervisor says is shown, and a restart is passed on to it', async () => {
  const { asked, say } = superviseBy();
  say([
    running('postgres', { deaths: 2 }),
    running('nats', { state: 'failed', pid: null, error: 'it died too often' }),
    running('index', { pid: null }),
    running('server'),
  ]);
  const { answer } = await admin.ask('/services');
  expect(answer).toMatchObject([
    { name: 'postgres', state: 'ready', since: SINCE, restarts: 2, canRestart: true },
    { name: 'nats', state: 'failed', error: 'it died too often', canRestart: true },
    { name: 'index', state: 'ready', isExternal: true, canRestart: false },
    { name: 'server', state: 'ready' },
  ]);
  expect((await admin.ask('/services/nats/restart', { method: 'POST' })).status).toBe(204);
  expect((await admin.ask('/services/index/restart', { method: 'POST' })).status).toBe(422);
  expect(asked).toEqual([{ type: 'restart', service: 'nats' }]);
});

test('a message of another shape changes nothing', async () => {
  const { say } = superviseBy();
  say([running('postgres')]);
  say([{ name: 'postgres', state: 'on fire' }]);
  expect(service.context.live.services.known).toMatchObject([{ name: 'postgres', state: 'ready' }]);
});

test('events tell of services at once and of lookups every second', async () => {
  const { say } = superviseBy();
  say([running('postgres')]);
  const cookie = await cookieOf(admin);
  const over = new AbortController();
  const response = await fetch(`${service.api.url}/api/admin/events`, {
    headers: { cookie },
    signal: over.signal,
  });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  expect(response.headers.get('access-control-allow-origin')).toBeNull();
  const events = readEvents(response);
  expect(await events('services')).toContainEqual(
    expect.objectContaining({ name: 'postgres', state: 'ready' }),
  );
  expect(await events('metrics')).toMatchObject({ second: { lookups: expect.any(Number) } });
  say([running('postgres', { state: 'restarting', pid: null, error: 'signal SIGKILL' })]);
  expect(await events('services')).toContainEqual(
    expect.objectContaining({ name: 'postgres', state: 'restarting', error: 'signal SIGKILL' }),
  );
  over.abort();
});

test('another site may not listen', async () => {
  const headers = { 'sec-fetch-site': 'cross-site' };
  expect((await admin.ask('/events', { headers })).status).toBe(403);
});

async function cookieOf({ id }: Person): Promise<string> {
  const { openSession } = await import('../../account/session.ts');
  const caller = { ip: '127.0.0.1', now: Date.now(), userAgent: 'test' };
  const { token } = await openSession(service.context.databases.app.pool, id, caller);
  return `acoustid_session=${token}`;
}

/** Gives the next event of a name, of those not yet read. */
function readEvents(response: Response): (name: string) => Promise<unknown> {
  const body = response.body;
  if (!body) throw new Error('no body');
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return async (name) => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const event = text.slice(0, end);
        text = text.slice(end + 2);
        const [, data] = /^data: (.*)$/m.exec(event) ?? [];
        if (event.startsWith(`event: ${name}\n`) && data !== undefined) return JSON.parse(data);
        continue;
      }
      const { done, value } = await reader.read();
      if (done) throw new Error(`no event ${name} came`);
      text += value;
    }
  };
}
