import { afterAll, beforeAll, expect, test } from 'vitest';
import { asking, signIn } from '../../../e2e/harness/admin-client.ts';
import type { Person } from '../../../e2e/harness/admin-client.ts';
import { startService } from '../../../e2e/harness/service.ts';
import type { TestService } from '../../../e2e/harness/service.ts';

let service: TestService;
let admin: Person;
let user: Person;
let other: Person;

beforeAll(async () => {
  service = await startService({ roles: ['api'] });
  admin = await signIn(service, 'Anna', { isAdmin: true });
  user = await signIn(service, 'Udo');
  other = await signIn(service, 'Otto', { mbuser: 'otto' });
});

afterAll(() => service[Symbol.asyncDispose]());

interface Fields {
  readonly name: string;
  readonly version: string;
  readonly email: string;
  readonly website: string | null;
}

const FIELDS: Fields = { name: 'Tagger', version: '1.0', email: 'udo@example.org', website: null };

interface Application {
  readonly id: number;
  readonly apikey: string;
}

async function make(person: Person, fields: Partial<Fields> = {}): Promise<Application> {
  const { answer, status } = await person.ask('/applications', { body: { ...FIELDS, ...fields } });
  expect(status).toBe(200);
  return answer;
}

const change = (person: Person, id: number, body: object) =>
  person.ask(`/applications/${id}`, { method: 'PATCH', body });

test('an application is made, shown without its key, and its key works at once', async () => {
  const website = 'https://example.org/tagger';
  const { apikey, id } = await make(user, { website });
  const { answer } = await user.ask(`/applications/${id}`);
  expect(answer).toMatchObject({
    ...FIELDS,
    website,
    active: true,
    rateLimit: null,
    lastLookup: null,
    account: { id: user.id, name: 'Udo' },
  });
  expect(JSON.stringify(answer)).not.toContain(apikey);
  expect((await user.ask(`/applications/${id}/key`)).answer).toEqual({ apikey });
  expect(await service.context.apiKeys.requireApplication(apikey)).toBe(id);
});

test("another's application does not exist, but for an administrator", async () => {
  const { id } = await make(user);
  const asked = [
    ['GET', `/applications/${id}`],
    ['PATCH', `/applications/${id}`],
    ['GET', `/applications/${id}/key`],
    ['POST', `/applications/${id}/key`],
  ] as const;
  for (const [method, path] of asked) {
    const options = { method, ...(method !== 'GET' && { body: {} }) };
    expect((await other.ask(path, options)).status, `${method} ${path}`).toBe(404);
    expect((await asking(service.api.url)(path, options)).status).toBe(401);
    expect((await admin.ask(path, options)).status).toBe(200);
  }
  const listed = await other.ask(`/applications?account=${user.id}`);
  expect(listed.answer).toMatchObject({ rows: [] });
});

test('the list goes on by cursor, by name, and finds', async () => {
  const ids = [];
  for (const name of ['Zz b', 'Zz a', 'Zz a']) ids.push((await make(user, { name })).id);
  const first = await admin.ask('/applications?search=ZZ&limit=2');
  const { next, rows } = first.answer as { rows: { id: number }[]; next: string };
  expect(rows.map(({ id }) => id)).toEqual([ids[1], ids[2]]);
  const second = await admin.ask(`/applications?search=ZZ&limit=2&cursor=${next}`);
  expect(second.answer).toMatchObject({ rows: [{ id: ids[0] }], next: null });
  for (const query of ['cursor=bm8', 'limit=x', 'account=-1', 'search=%00']) {
    expect((await admin.ask(`/applications?${query}`)).status, query).toBe(400);
  }
});

test('a key that is replaced, and an application that is switched off, end at once', async () => {
  const keys = service.context.apiKeys;
  const { apikey, id } = await make(user);
  expect(await keys.requireApplication(apikey)).toBe(id);
  const { answer } = await user.ask(`/applications/${id}/key`, { method: 'POST' });
  const fresh = (answer as Application).apikey;
  await expect(keys.requireApplication(apikey)).rejects.toThrow('invalid_apikey');
  expect(await keys.requireApplication(fresh)).toBe(id);
  expect((await change(user, id, { active: false })).answer).toMatchObject({ active: false });
  await expect(keys.requireApplication(fresh)).rejects.toThrow('invalid_apikey');
  // Whoever switched it off may have had a reason.
  expect((await change(user, id, { active: true })).status).toBe(403);
  expect((await change(admin, id, { active: true })).status).toBe(200);
  expect(await keys.requireApplication(fresh)).toBe(id);
});

test('an administrator limits an application, which holds at once', async () => {
  const { id } = await make(user);
  const rates = service.context.applicationRates;
  expect(await rates.find(id)).toBeUndefined();
  expect((await change(user, id, { rateLimit: 5 })).status).toBe(403);
  expect((await change(admin, id, { rateLimit: 5 })).answer).toMatchObject({ rateLimit: 5 });
  expect(await rates.find(id)).toBe(5);
  expect((await change(admin, id, { rateLimit: null })).answer).toMatchObject({ rateLimit: null });
  expect(await rates.find(id)).toBeUndefined();
  expect((await change(admin, id, { rateLimit: 0 })).status).toBe(400);
});

test('what is not said stays as it was', async () => {
  const { id } = await make(user, { website: 'http://example.org' });
  expect((await change(user, id, { version: '2' })).answer).toMatchObject({
    ...FIELDS,
    version: '2',
    website: 'http://example.org',
  });
  expect((await change(user, id, { website: null })).answer).toMatchObject({ website: null });
});

test('the lookups of 30 days come with it, a day each', async () => {
  const { id } = await make(user);
  await service.context.databases.app.pool.query(
    `insert into stats_lookups (hour, application_id, count_hits, count_misses) values
       (now(), $1, 3, 1), (now() - interval '1 day', $1, 2, 0), (now() - interval '40 days', $1, 9, 9)`,
    [id],
  );
  const { answer } = await user.ask(`/applications/${id}`);
  const { days, lastLookup } = answer as { days: object[]; lastLookup: string };
  expect(days).toHaveLength(30);
  expect(days.at(-1)).toMatchObject({ hits: 3, misses: 1 });
  expect(days.at(-2)).toMatchObject({ hits: 2, misses: 0 });
  expect(days[0]).toMatchObject({ hits: 0, misses: 0 });
  expect(Date.now() - Date.parse(lastLookup)).toBeLessThan(2 * 3600 * 1000);
});

test.each([
  [{ name: '' }],
  [{ name: 'x'.repeat(256) }],
  [{ name: 'a\nb' }],
  [{ version: '' }],
  [{ email: '' }],
  [{ email: 'udo' }],
  [{ email: 'udo@localhost' }],
  [{ email: 'udo@example.o1' }],
  [{ email: 'udo@example.org\r\nBcc: all@example.org' }],
  [{ website: 'example.org' }],
  [{ website: 'javascript:alert(1)' }],
  [{ website: 'https://' }],
  [{ website: `https://example.org/${'x'.repeat(1000)}` }],
  [{ account: 1 }],
])('an application like %j is refused', async (fields) => {
  expect((await user.ask('/applications', { body: { ...FIELDS, ...fields } })).status).toBe(400);
  const { id } = await make(user);
  expect((await change(user, id, fields)).status).toBe(400);
});

test.each(['udo@example.museum', 'a.b+c@sub.example.org'])('%s is an address', async (email) => {
  await make(user, { email });
});
