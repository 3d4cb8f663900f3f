import { afterAll, beforeAll, expect, test } from 'vitest';
import { asking, signIn } from '../../../e2e/harness/admin-client.ts';
import type { Person } from '../../../e2e/harness/admin-client.ts';
import { startService } from '../../../e2e/harness/service.ts';
import type { TestService } from '../../../e2e/harness/service.ts';
import { hashPassword } from '../../account/password.ts';

const PASSWORD = 'a long enough one';

let service: TestService;
let admin: Person;
let user: Person;

beforeAll(async () => {
  service = await startService({ roles: ['api'] });
  admin = await signIn(service, 'Anna', { isAdmin: true });
  user = await signIn(service, 'Udo');
});

afterAll(() => service[Symbol.asyncDispose]());

interface NewAccount {
  readonly name: string;
  readonly mbuser: string | null;
  readonly isAdmin: boolean;
}

const NEW: NewAccount = { name: 'Zoe', mbuser: null, isAdmin: false };

async function make(fields: Partial<NewAccount> = {}) {
  const { answer, status } = await admin.ask('/accounts', { body: { ...NEW, ...fields } });
  expect(status).toBe(200);
  return answer as { id: number; apikey: string };
}

test.each([
  ['GET', '/accounts'],
  ['POST', '/accounts'],
  ['GET', '/accounts/1'],
  ['PATCH', '/accounts/1'],
  ['PUT', '/accounts/1/password'],
  ['DELETE', '/accounts/1/password'],
  ['GET', '/accounts/1/key'],
  ['POST', '/accounts/1/key'],
])('%s %s is for administrators', async (method, path) => {
  const asked = { method, ...(method !== 'GET' && { body: {} }) };
  expect((await asking(service.api.url)(path, asked)).status).toBe(401);
  expect((await user.ask(path, asked)).status).toBe(403);
});

test('an account is made with a key that works at once, and is listed without it', async () => {
  const { apikey, id } = await make({ name: ' Mia ', mbuser: 'mia_mb' });
  const { answer } = await admin.ask(`/accounts/${id}`);
  expect(answer).toMatchObject({ id, name: 'Mia', mbuser: 'mia_mb', access: 'moderator' });
  expect(JSON.stringify(answer)).not.toContain(apikey);
  expect((await admin.ask(`/accounts/${id}/key`)).answer).toEqual({ apikey });
  expect(await service.context.apiKeys.requireAccount(apikey)).toBe(id);
});

test('a new key is good at once, and the old one is bad at once', async () => {
  const { apikey, id } = await make();
  expect(await service.context.apiKeys.requireAccount(apikey)).toBe(id);
  const { answer } = await admin.ask(`/accounts/${id}/key`, { method: 'POST' });
  const fresh = (answer as { apikey: string }).apikey;
  expect(fresh).not.toBe(apikey);
  expect(await service.context.apiKeys.requireAccount(fresh)).toBe(id);
  await expect(service.context.apiKeys.requireAccount(apikey)).rejects.toThrow('invalid_user');
});

test('everybody has their own key, and replaces no other', async () => {
  expect((await user.ask('/account/key')).answer).toEqual({ apikey: user.apikey });
  const { answer } = await user.ask('/account/key', { method: 'POST' });
  expect((await user.ask('/account/key')).answer).toEqual(answer);
  expect((await asking(service.api.url)('/account/key')).status).toBe(401);
});

test('the list goes on by cursor and finds by name, MusicBrainz name, id and right', async () => {
  const made = [];
  for (const name of ['Page one', 'Page two', 'Page three']) made.push((await make({ name })).id);
  const first = await admin.ask('/accounts?search=page&limit=2');
  const { next, rows } = first.answer as { rows: { id: number }[]; next: string };
  expect(rows.map(({ id }) => id)).toEqual([made[2], made[1]]);
  const second = await admin.ask(`/accounts?search=page&limit=2&cursor=${next}`);
  expect(second.answer).toMatchObject({ rows: [{ id: made[0] }], next: null });
  const { id } = await make({ name: 'Other', mbuser: 'somebody_else' });
  for (const search of ['SOMEBODY', String(id)]) {
    expect((await admin.ask(`/accounts?search=${search}`)).answer).toMatchObject({
      rows: [{ id }],
    });
  }
  expect((await admin.ask('/accounts?access=admin')).answer).toMatchObject({
    rows: [{ id: admin.id }],
  });
  // Nothing in a search is a pattern.
  expect((await admin.ask('/accounts?search=%25')).answer).toMatchObject({ rows: [] });
  for (const query of ['cursor=!', 'limit=0', 'limit=201', 'access=god', 'search=%00', 'x=1']) {
    expect((await admin.ask(`/accounts?${query}`)).status, query).toBe(400);
  }
});

test.each([
  [{ name: '' }],
  [{ name: ' '.repeat(9) }],
  [{ name: 'a\0b' }],
  [{ name: 'a\r\nSet-Cookie: b' }],
  [{ name: 'x'.repeat(256) }],
  [{ mbuser: 'x'.repeat(65) }],
  [{ isAdmin: 'yes' }],
  [{ password_hash: 'x' }],
])('an account like %j is refused', async (fields) => {
  expect((await admin.ask('/accounts', { body: { ...NEW, ...fields } })).status).toBe(400);
});

test('a MusicBrainz name belongs to one account', async () => {
  await make({ mbuser: 'only_one' });
  const again = await admin.ask('/accounts', { body: { ...NEW, mbuser: 'only_one' } });
  expect(again.status).toBe(409);
  const { id } = await make();
  const change = { method: 'PATCH', body: { mbuser: 'only_one' } };
  expect((await admin.ask(`/accounts/${id}`, change)).status).toBe(409);
});

test('rights hold from the next request on', async () => {
  const person = await signIn(service, 'Rita');
  const change = (isAdmin: boolean) =>
    admin.ask(`/accounts/${person.id}`, { method: 'PATCH', body: { isAdmin } });
  expect((await person.ask('/accounts')).status).toBe(403);
  expect((await change(true)).answer).toMatchObject({ access: 'admin' });
  expect((await person.ask('/accounts')).status).toBe(200);
  await change(false);
  expect((await person.ask('/accounts')).status).toBe(403);
});

test('a password lets somebody in, ends their sessions, and is theirs alone', async () => {
  const person = await signIn(service, 'Paul');
  const set = (id: number, password = PASSWORD) =>
    admin.ask(`/accounts/${id}/password`, { method: 'PUT', body: { password } });
  expect((await set(person.id, 'short')).status).toBe(400);
  expect((await set(person.id)).status).toBe(204);
  expect((await person.ask('/sessions')).status).toBe(401);
  const visitor = asking(service.api.url);
  const signingIn = { body: { name: 'paul', password: PASSWORD } };
  expect((await visitor('/session', signingIn)).status).toBe(200);
  const { id: namesake } = await make({ name: 'PAUL' });
  expect((await set(namesake)).status).toBe(409);
  expect((await admin.ask(`/accounts/${person.id}/password`, { method: 'DELETE' })).status).toBe(
    204,
  );
  expect((await visitor('/session', signingIn)).status).toBe(401);
  expect((await set(namesake)).status).toBe(204);
});

test('the last administrator stays one, and can sign in', async () => {
  const app = service.context.databases.app.pool;
  const hash = await hashPassword(PASSWORD);
  await app.query('update account set password_hash = $2 where id = $1', [admin.id, hash]);
  // Another administrator who cannot sign in is no help.
  const { id } = await make({ name: 'Nora', isAdmin: true });
  const demote = { method: 'PATCH', body: { isAdmin: false } };
  expect((await admin.ask(`/accounts/${admin.id}`, demote)).status).toBe(409);
  const withoutPassword = await admin.ask(`/accounts/${admin.id}/password`, { method: 'DELETE' });
  expect(withoutPassword.status).toBe(409);
  expect((await admin.ask('/session')).answer).toMatchObject({ account: { access: 'admin' } });
  expect((await admin.ask(`/accounts/${id}`, demote)).status).toBe(200);
});

test.each(['0', '-1', '99999999999', '1e3', '..%2f1', 'x'])(
  'there is no account %s',
  async (id) => {
    expect((await admin.ask(`/accounts/${id}`)).status).toBe(404);
    const change = { method: 'PATCH', body: { name: 'x' } };
    expect((await admin.ask(`/accounts/${id}`, change)).status).toBe(404);
  },
);

test('what is not there is not found', async () => {
  const id = 2_000_000_000;
  const body = { password: PASSWORD };
  expect((await admin.ask(`/accounts/${id}/key`)).status).toBe(404);
  expect((await admin.ask(`/accounts/${id}/key`, { method: 'POST' })).status).toBe(404);
  expect((await admin.ask(`/accounts/${id}/password`, { method: 'PUT', body })).status).toBe(404);
});
