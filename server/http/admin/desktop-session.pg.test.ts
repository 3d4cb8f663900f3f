import { createHash, randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startService } from '../../../e2e/harness/service.ts';
import type { TestService } from '../../../e2e/harness/service.ts';
import type { Parent } from '../../parent-process.ts';
import { answerShell } from '../../shell-questions.ts';
import { DESKTOP_SESSION_PATH } from './desktop-session.ts';

let service: TestService;
const channel = new EventEmitter();
const parent: Parent = {
  send: (message) => channel.emit('sent', message),
  onMessage: (listener) => channel.on('received', listener),
  onStop: () => undefined,
};

beforeAll(async () => {
  service = await startService({ roles: ['api'] });
  answerShell(parent, service.context);
});

afterAll(() => service[Symbol.asyncDispose]());

beforeEach(async () => {
  await app().query('delete from session');
  await app().query('delete from job');
  await app().query('delete from account where is_admin');
});

function app() {
  return service.context.databases.app.pool;
}

/** Asks as the supervisor does, and waits for the answer. */
async function ask(question: object): Promise<unknown> {
  return await new Promise((resolve) => {
    channel.once('sent', resolve);
    channel.emit('received', { type: 'ask', id: 7, ...question });
  });
}

async function announceToken(): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const tokenHash = createHash('sha256').update(token).digest('hex');
  expect(await ask({ ask: 'desktop-login', tokenHash })).toEqual({
    type: 'answer',
    id: 7,
    value: true,
  });
  return token;
}

async function post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return await fetch(`${service.api.url}${DESKTOP_SESSION_PATH}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

async function sessions() {
  const { rows } = await app().query<{ token_hash: Buffer; account_id: number; days: number }>(
    `select token_hash, account_id, extract(day from expires - now())::int as days
     from session order by created`,
  );
  return rows;
}

test('a one-time token becomes a session of an administrator, who is made when there is none', async () => {
  const response = await post({ token: await announceToken() });
  expect(response.status).toBe(204);
  const [cookie = ''] = response.headers.getSetCookie();
  expect(cookie).toMatch(
    /^acoustid_session=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/,
  );
  const [session, ...others] = await sessions();
  expect(others).toEqual([]);
  const value = /=([\w-]{43});/.exec(cookie)?.[1] ?? '';
  expect(session?.token_hash).toEqual(createHash('sha256').update(value).digest());
  expect(session?.days).toBeGreaterThanOrEqual(29);
  const { rows } = await app().query('select is_admin, password_hash from account where id = $1', [
    session?.account_id,
  ]);
  expect(rows).toEqual([{ is_admin: true, password_hash: null }]);
});

test('the first administrator there is gets the session, and an earlier one of the window ends', async () => {
  const { rows } = await app().query<{ id: number }>(
    `insert into account (name, apikey, is_admin) values ('Anna', 'desktop-anna', true) returning id`,
  );
  for (let start = 0; start < 2; start++) await post({ token: await announceToken() });
  expect((await sessions()).map((session) => session.account_id)).toEqual([rows[0]?.id]);
});

test('a token is good once', async () => {
  const token = await announceToken();
  const statuses = [];
  for (let time = 0; time < 2; time++) statuses.push((await post({ token })).status);
  expect(statuses).toEqual([204, 401]);
  expect(await sessions()).toHaveLength(1);
});

test.each([
  { what: 'no token', body: {} },
  { what: 'a short token', body: { token: 'abc' } },
  { what: 'something besides', body: { token: 'a'.repeat(43), more: 1 } },
])('a body with $what is refused', async ({ body }) => {
  expect((await post(body)).status).toBe(400);
});

test.each([
  { what: 'another site', headers: { 'sec-fetch-site': 'cross-site' } },
  { what: 'another port', headers: { 'sec-fetch-site': 'same-site' } },
  { what: 'another origin', headers: { origin: 'http://evil.example' } },
])('a request from $what is refused and uses nothing up', async ({ headers }) => {
  const token = await announceToken();
  expect((await post({ token }, headers)).status).toBe(403);
  expect(await sessions()).toEqual([]);
  expect((await post({ token }, { origin: service.api.url })).status).toBe(204);
});

test('the shell learns whether an administrator has a password', async () => {
  expect(await ask({ ask: 'admin-password' })).toMatchObject({ value: false });
  await app().query(
    `insert into account (name, apikey, is_admin, password_hash)
     values ('Anna', 'desktop-anna', true, 'scrypt')`,
  );
  expect(await ask({ ask: 'admin-password' })).toMatchObject({ value: true });
});

test('the shell learns how many jobs run', async () => {
  await app().query(
    `insert into job (kind, state, worker) values
       ('a', 'running', gen_random_uuid()), ('b', 'queued', null), ('c', 'running', gen_random_uuid())`,
  );
  expect(await ask({ ask: 'running-jobs' })).toMatchObject({ id: 7, value: 2 });
});

test('what is no question is not answered', async () => {
  const sent: unknown[] = [];
  const listener = (message: unknown): unknown => sent.push(message);
  channel.on('sent', listener);
  channel.emit('received', { type: 'shutdown' });
  channel.emit('received', { type: 'ask', id: 1, ask: 'desktop-login', tokenHash: 'x' });
  await ask({ ask: 'running-jobs' });
  channel.off('sent', listener);
  expect(sent).toHaveLength(1);
});

test('the shell pauses all jobs and resumes them', async () => {
  await app().query(
    `insert into job (kind, state, worker) values
       ('a', 'running', gen_random_uuid()), ('b', 'queued', null), ('c', 'done', null)`,
  );
  const jobs = async (): Promise<unknown> => {
    const { rows } = await app().query('select kind, state, request from job order by kind');
    return rows.map((row: Record<string, unknown>) => Object.values(row).join(' ').trim());
  };
  expect(await ask({ ask: 'pause-jobs' })).toMatchObject({ value: 2 });
  // One that runs is asked to; its own process stops it where nothing is half done.
  expect(await jobs()).toEqual(['a running pause', 'b paused', 'c done']);
  expect(await ask({ ask: 'resume-jobs' })).toMatchObject({ value: 1 });
  expect(await jobs()).toEqual(['a running pause', 'b queued', 'c done']);
});
