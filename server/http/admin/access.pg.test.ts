/** Every endpoint of the admin API against everybody who may ask it, and against other sites. */
import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asking, signIn } from '../../../e2e/harness/admin-client.ts';
import type { Ask } from '../../../e2e/harness/admin-client.ts';
import { startService } from '../../../e2e/harness/service.ts';
import type { TestService } from '../../../e2e/harness/service.ts';
import type { Access, Endpoint } from './contract/endpoint.ts';
import { adminContract } from './contract.ts';

const PEOPLE = ['anyone', 'user', 'moderator', 'admin'] as const satisfies readonly Access[];

const endpoints = Object.entries<Endpoint>(adminContract).map(([name, { access }]) => {
  const [method = '', path = ''] = name.split(' ');
  return { name, method, path: path.replaceAll(/:\w+/g, 'nothing-of-ours'), access };
});

/** What no table can describe: an answer without an end, and a file. */
const streams = ['/events', '/logs/download'].map((path) => ({
  name: `GET ${path}`,
  method: 'GET',
  path,
}));

let service: TestService;
let people: Record<Access, Ask>;

beforeAll(async () => {
  service = await startService({ roles: ['api'] });
});

afterAll(() => service[Symbol.asyncDispose]());

/** New ones for each endpoint: some endpoints end sessions. */
async function gather(): Promise<void> {
  const name = randomUUID();
  const [user, moderator, admin] = await Promise.all([
    signIn(service, `user ${name}`),
    signIn(service, `moderator ${name}`, { mbuser: name }),
    signIn(service, `admin ${name}`, { isAdmin: true }),
  ]);
  people = {
    anyone: asking(service.api.url),
    user: user.ask,
    moderator: moderator.ask,
    admin: admin.ask,
  };
}

/** A body that no schema takes, so that whoever is admitted changes nothing. */
const NONSENSE = { 'no such field': 1 };

function asked(method: string): { method: string; body?: unknown } {
  return method === 'GET' ? { method } : { method, body: NONSENSE };
}

function expectOurs(headers: Headers): void {
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('access-control-allow-origin')).toBeNull();
}

test.each(endpoints)('$name is for: $access', async ({ access, method, path }) => {
  await gather();
  for (const person of PEOPLE) {
    const { answer, headers, status } = await people[person](path, asked(method));
    expectOurs(headers);
    const error = (answer as { error?: { kind: string; message: string } }).error;
    const who = `${person}: ${status} ${error?.message ?? ''}`;
    if (PEOPLE.indexOf(person) < PEOPLE.indexOf(access)) {
      expect(status, who).toBe(person === 'anyone' ? 401 : 403);
      expect(error?.kind).toBe(person === 'anyone' ? 'not_signed_in' : 'forbidden');
    } else {
      expect([200, 204, 400, 404, 409, 422, 503], who).toContain(status);
    }
  }
});

test.each(streams)('$name is for: admin', async ({ path }) => {
  await gather();
  expect((await people.anyone(path)).status).toBe(401);
  expect((await people.user(path)).status).toBe(403);
  expect((await people.moderator(path)).status).toBe(403);
});

test.each([...endpoints, ...streams])('$name answers no other site', async ({ method, path }) => {
  await gather();
  for (const headers of [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
  ]) {
    const said = await people.admin(path, { ...asked(method), headers });
    expect(said.status, JSON.stringify(headers)).toBe(403);
    expectOurs(said.headers);
  }
});

test.each([...endpoints, ...streams])(
  '$name answers under no foreign name',
  async ({ method, path }) => {
    const { port } = new URL(service.api.url);
    const status = await new Promise((resolve, reject) => {
      request(
        { port, host: '127.0.0.1', method, path: `/api/admin${path}`, setHost: false },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      )
        .setHeader('host', `evil.example:${port}`)
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  },
);
