import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startService } from '../../../e2e/harness/service.ts';
import type { TestService } from '../../../e2e/harness/service.ts';

const HTTPS = { 'x-forwarded-proto': 'https' };

let service: TestService;
let asked: string[] = [];
let answer = { status: 200, text: '' };

/** Stands in for MusicBrainz. */
const musicBrainz = createServer((request, response) => {
  asked.push(request.url ?? '');
  response.writeHead(answer.status).end(answer.text);
});

beforeAll(async () => {
  await new Promise<void>((resolve) => musicBrainz.listen(0, '127.0.0.1', resolve));
  const { port } = musicBrainz.address() as AddressInfo; // a TCP server's address
  service = await startService({
    roles: ['api'],
    settings: {
      'server.trusted_proxies': '127.0.0.1',
      'musicbrainz.tokens': 'yes',
      'musicbrainz.userinfo_url': `http://127.0.0.1:${port}/userinfo`,
    },
  });
});

beforeEach(() => {
  asked = [];
  answer = { status: 200, text: JSON.stringify({ sub: 'Tester' }) };
});

afterAll(async () => {
  await service[Symbol.asyncDispose]();
  musicBrainz.close();
});

async function create(token = 't'): Promise<[number, unknown]> {
  const path = `/v2/user/create_musicbrainz?access_token=${token}`;
  const { status, text } = await service.api.send(path, { headers: HTTPS });
  return [status, JSON.parse(text)];
}

test('the user of a token gets one key, in whatever case the name comes', async () => {
  const [status, first] = await create('a%26b');
  expect([status, asked]).toEqual([200, ['/userinfo?access_token=a%26b']]);
  answer = { status: 200, text: JSON.stringify({ sub: 'TESTER' }) };
  expect(await create()).toEqual([200, first]);
  const { rows } = await service.context.databases.app.pool.query(
    `select name, mbuser from account where mbuser is not null`,
  );
  expect(rows).toEqual([{ name: 'Tester', mbuser: 'Tester' }]);
});

test.each([
  [401, '{"sub": "x"}'],
  [200, 'no JSON'],
  [200, '{"sub": ""}'],
  [200, '{"sub": 7}'],
  [200, JSON.stringify({ sub: 'x'.repeat(65) })],
  [200, `{"sub": "x", "more": "${'x'.repeat(70_000)}"}`],
])('%i %s is not a user', async (status, text) => {
  answer = { status, text };
  expect(await create()).toMatchObject([400, { error: { code: 15 } }]);
});

test('the token is not sent on to where MusicBrainz points', async () => {
  answer = { status: 302, text: '' };
  const [status] = await create();
  expect([status, asked]).toEqual([400, ['/userinfo?access_token=t']]);
});

test('plain HTTP is refused before anybody is asked', async () => {
  const { status, text } = await service.api.get('/v2/user/create_musicbrainz', {
    access_token: 't',
  });
  expect([status, JSON.parse(text), asked]).toMatchObject([400, { error: { code: 16 } }, []]);
});

test('unless the operator allows it, nobody is asked', async () => {
  await using careful = await startService({
    roles: ['api'],
    settings: {
      'server.trusted_proxies': '127.0.0.1',
      'musicbrainz.userinfo_url': service.context.config.settings['musicbrainz.userinfo_url'],
    },
  });
  const path = '/v2/user/create_musicbrainz?access_token=t';
  const { text } = await careful.api.send(path, { headers: HTTPS });
  expect([JSON.parse(text), asked]).toMatchObject([{ error: { code: 15 } }, []]);
});
