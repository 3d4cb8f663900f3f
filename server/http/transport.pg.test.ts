import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startService } from '../../e2e/harness/service.ts';
import type { TestService } from '../../e2e/harness/service.ts';

const PUID = '11111111-2222-4333-8444-555555555555';
const FORM = 'application/x-www-form-urlencoded';
const LIMIT = 1_048_576;

let service: TestService;

beforeAll(async () => {
  service = await startService({
    roles: ['api'],
    settings: { 'server.trusted_proxies': '127.0.0.1, 10.0.0.1' },
  });
});

afterAll(() => service[Symbol.asyncDispose]());

async function post(
  body: Buffer | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${service.api.url}/v2/track/list_by_puid`, {
    method: 'POST',
    headers: { 'content-type': FORM, ...headers },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
}

const GZIP = { 'content-encoding': 'gzip' };

const JSON_TYPE = 'application/json; charset=UTF-8';
const PAGE_TYPE = 'text/html; charset=utf-8';
const ENTRY = `puid=${PUID}`;

test.each([
  { what: 'a gzip body', body: gzipSync(ENTRY), headers: GZIP, answer: [200, JSON_TYPE] },
  { what: 'an empty body said to be gzip', body: '', headers: GZIP, answer: [400, JSON_TYPE] },
  {
    what: 'a gzip body with bytes after its end',
    body: Buffer.concat([gzipSync(ENTRY), Buffer.from('x')]),
    headers: GZIP,
    answer: [400, PAGE_TYPE],
  },
  {
    what: 'a gzip body of more than 1 MiB as it is sent',
    body: gzipSync(randomBytes(LIMIT + 1)),
    headers: GZIP,
    answer: [400, PAGE_TYPE],
  },
  {
    what: 'a gzip body that inflates beyond 1 MiB',
    body: gzipSync(Buffer.alloc(LIMIT + 1, 'a')),
    headers: GZIP,
    answer: [413, JSON_TYPE],
  },
  {
    what: 'a deflated body, which is not inflated',
    body: gzipSync(ENTRY),
    headers: { 'content-encoding': 'deflate' },
    answer: [413, JSON_TYPE],
  },
])('$what', async ({ answer, body, headers }) => {
  const response = await post(body, headers);
  expect([response.status, response.headers.get('content-type')]).toEqual(answer);
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
});

test('an answer in XML that is refused for its size is JSON all the same', async () => {
  const response = await post(`format=xml&x=${'y'.repeat(LIMIT)}`);
  expect(await response.text()).toBe(
    '{"error": {"code": 19, "message": "request too large"}, "status": "error"}',
  );
});

test.each([
  ['/v2/track/list_by_puid/', 200],
  ['//v2//track//list_by_puid', 200],
  ['/v2///track/list_by_puid', 308],
  ['////v2/track/list_by_puid', 308],
  ['/V2/track/list_by_puid', 404],
  ['/v2/track', 404],
])('%s is answered %i', async (path, status) => {
  const target = `${service.api.url}${path}?puid=${PUID}`;
  const response = await fetch(target, { redirect: 'manual' });
  expect(response.status).toBe(status);
  const merged = status === 308 ? `/v2/track/list_by_puid?puid=${PUID}` : null;
  expect(response.headers.get('location')).toBe(merged);
});

test.each([
  [{}, '127.0.0.1'],
  [{ 'x-forwarded-for': '192.0.2.7' }, '192.0.2.7'],
  [{ 'x-forwarded-for': '198.51.100.1, 192.0.2.7' }, '192.0.2.7'],
  [{ 'x-forwarded-for': '192.0.2.7, 10.0.0.1' }, '192.0.2.7'],
  [{ 'x-forwarded-for': '::ffff:192.0.2.7' }, '192.0.2.7'],
  [{ 'x-forwarded-for': 'fe80::1%eth0' }, 'fe80::1'],
  [{ 'x-forwarded-for': 'unknown' }, '127.0.0.1'],
])('with %j the client is at %s', async (headers, address) => {
  const path = `/v2/user/create_anonymous?client=${service.api.keys.client}`;
  const { text } = await service.api.send(path, { headers });
  const { user } = JSON.parse(text) as { user: { apikey: string } };
  const { rows } = await service.context.databases.app.pool.query<{ created_from: string }>(
    'select host(created_from) as created_from from account where apikey = $1',
    [user.apikey],
  );
  expect(rows).toEqual([{ created_from: address }]);
});
