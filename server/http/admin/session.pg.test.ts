import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startService } from '../../../e2e/harness/service.ts';
import type { TestService } from '../../../e2e/harness/service.ts';
import { issueSetupToken } from '../../account/setup.ts';

const PASSWORD = 'a long enough one';

let nowMs = Date.now();
let service: TestService;

beforeAll(async () => {
  service = await startService({ roles: ['api'], now: () => nowMs });
});

afterAll(() => service[Symbol.asyncDispose]());

beforeEach(async () => {
  // Every test begins after the attempts of those before it are forgotten.
  nowMs += 3600 * 1000;
  await service.context.databases.app.pool.query('delete from account where is_admin');
});

interface Asked {
  readonly method?: string;
  readonly body?: unknown;
  readonly cookie?: string;
  readonly headers?: Record<string, string>;
}

async function ask(path: string, { body, cookie, headers, method }: Asked = {}) {
  const response = await fetch(`${service.api.url}/api/admin${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(cookie !== undefined && { cookie }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const [set = ''] = response.headers.getSetCookie();
  return {
    status: response.status,
    headers: response.headers,
    answer: (text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text) as never,
    cookie: set.split(';')[0] ?? '',
  };
}

async function setUp(name = 'Anna'): Promise<string> {
  const token = await issueSetupToken(service.context.databases.app.pool, nowMs);
  const { cookie, status } = await ask('/setup', { body: { token, name, password: PASSWORD } });
  expect(status).toBe(200);
  return cookie;
}

test('nobody is signed in at first, and the page learns that a setup is needed', async () => {
  expect((await ask('/session')).answer).toEqual({ account: null, needsSetup: true });
});

test('the setup link makes the first administrator, once', async () => {
  const app = service.context.databases.app.pool;
  const older = await issueSetupToken(app, nowMs);
  const token = await issueSetupToken(app, nowMs);
  const body = { token, name: 'Anna', password: PASSWORD };
  expect((await ask('/setup', { body: { ...body, token: older } })).status).toBe(403);
  const { answer, cookie } = await ask('/setup', { body });
  expect(answer).toMatchObject({ name: 'Anna', access: 'admin', hasPassword: true });
  expect((await ask('/session', { cookie })).answer).toMatchObject({
    account: { name: 'Anna' },
    needsSetup: false,
  });
  expect((await ask('/setup', { body })).status).toBe(403);
  expect(await issueSetupToken(app, nowMs)).toBeUndefined();
});

test('a setup link ends with its time, and with a password that came another way', async () => {
  const app = service.context.databases.app.pool;
  const token = await issueSetupToken(app, nowMs);
  const body = { token, name: 'Eve', password: PASSWORD };
  nowMs += 8 * 24 * 3600 * 1000;
  expect((await ask('/setup', { body })).status).toBe(403);
  nowMs -= 8 * 24 * 3600 * 1000;
  await app.query(
    `insert into account (name, apikey, is_admin, password_hash) values ('Anna', 'k', true, 'x')`,
  );
  expect((await ask('/setup', { body })).status).toBe(409);
});

test('signing in takes the password, and gives a new session whatever cookie came along', async () => {
  await setUp();
  const planted = `acoustid_session=${'p'.repeat(43)}`;
  const { cookie, status } = await ask('/session', {
    body: { name: 'anna', password: PASSWORD },
    cookie: planted,
  });
  expect(status).toBe(200);
  expect(cookie).toMatch(/^acoustid_session=[\w-]{43}$/);
  expect(cookie).not.toBe(planted);
  expect((await ask('/session', { cookie: planted })).answer).toMatchObject({ account: null });
  for (const body of [
    { name: 'anna', password: 'another one, wrong' },
    { name: 'nobody', password: PASSWORD },
  ]) {
    const refused = await ask('/session', { body });
    expect(refused.status).toBe(401);
    expect(refused.answer).toEqual({
      error: { kind: 'wrong_password', message: 'name or password is wrong' },
    });
  }
});

test('signing out ends the session for good', async () => {
  const cookie = await setUp();
  const { status } = await ask('/session', { method: 'DELETE', cookie });
  expect(status).toBe(204);
  expect((await ask('/session', { cookie })).answer).toMatchObject({ account: null });
});

test('guessing is slowed down by name, and time heals', async () => {
  await setUp();
  const guess = () => ask('/session', { body: { name: 'Anna', password: 'not the right one' } });
  const statuses = [];
  for (let attempt = 0; attempt < 12; attempt += 1) statuses.push((await guess()).status);
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
  const body = { name: 'Anna', password: PASSWORD };
  expect((await ask('/session', { body })).status).toBe(429);
  nowMs += 16 * 60 * 1000;
  expect((await ask('/session', { body })).status).toBe(200);
});

test('a new password ends the other sessions', async () => {
  const first = await setUp();
  const { cookie: second } = await ask('/session', { body: { name: 'Anna', password: PASSWORD } });
  const change = (current: string) =>
    ask('/session/password', {
      method: 'PUT',
      cookie: second,
      body: { current, password: 'the next long one' },
    });
  expect((await change('wrong')).status).toBe(401);
  expect((await change(PASSWORD)).status).toBe(204);
  expect((await ask('/sessions', { cookie: first })).status).toBe(401);
  expect((await ask('/sessions', { cookie: second })).status).toBe(200);
});

test('sessions are listed and ended by their account alone', async () => {
  const cookie = await setUp();
  const { cookie: other } = await ask('/session', { body: { name: 'Anna', password: PASSWORD } });
  const { answer } = await ask('/sessions', { cookie });
  const listed = answer as { id: string; isThis: boolean }[];
  expect(listed.map(({ isThis }) => isThis)).toEqual(expect.arrayContaining([false, true]));
  const { id } = listed.find(({ isThis }) => !isThis)!;
  expect((await ask(`/sessions/${id}`, { method: 'DELETE' })).status).toBe(401);
  expect((await ask(`/sessions/${id}`, { method: 'DELETE', cookie })).status).toBe(204);
  expect((await ask('/sessions', { cookie: other })).status).toBe(401);
});

test.each([
  { what: 'another site', headers: { 'sec-fetch-site': 'cross-site' } },
  { what: 'another origin', headers: { origin: 'http://evil.example' } },
])('a request from $what is refused', async ({ headers }) => {
  const cookie = await setUp();
  expect((await ask('/session', { cookie, headers })).status).toBe(403);
  expect((await ask('/session', { cookie, headers, method: 'DELETE' })).status).toBe(403);
  expect((await ask('/sessions', { cookie })).status).toBe(200);
});

test('no other site may read an answer, and no cache keeps it', async () => {
  const { headers } = await ask('/session');
  expect(headers.get('access-control-allow-origin')).toBeNull();
  expect(headers.get('cache-control')).toBe('no-store');
});

test.each([
  { what: 'no JSON', headers: { 'content-type': 'text/plain' }, raw: 'name=Anna' },
  { what: 'broken JSON', headers: { 'content-type': 'application/json' }, raw: '{"name":' },
  { what: 'another shape', headers: { 'content-type': 'application/json' }, raw: '{"name":[]}' },
  { what: 'something more', headers: { 'content-type': 'application/json' }, raw: '{"x":1}' },
])('a body with $what is a clear error', async ({ headers, raw }) => {
  const response = await fetch(`${service.api.url}/api/admin/session`, {
    method: 'POST',
    headers,
    body: raw,
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { kind: 'bad_request' } });
});

test('an unknown endpoint is told as such', async () => {
  expect(await ask('/nothing-here')).toMatchObject({
    status: 404,
    answer: { error: { kind: 'not_found' } },
  });
});
