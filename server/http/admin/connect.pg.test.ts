import { afterAll, beforeAll, expect, test } from 'vitest';
import { asking, signIn } from '../../../e2e/harness/admin-client.ts';
import { fillIndex, startService } from '../../../e2e/harness/service.ts';
import type { TestService } from '../../../e2e/harness/service.ts';
import { fingerprintText, syntheticHashes } from '../../../e2e/harness/synthetic-fingerprint.ts';

let service: TestService;

beforeAll(async () => {
  service = await startService({ roles: ['api'] });
  await fillIndex(service.context);
});

afterAll(() => service[Symbol.asyncDispose]());

test('requests are seen by who sends them and what became of them, and by nothing private', async () => {
  const { api } = service;
  const fingerprint = fingerprintText(syntheticHashes(1));
  const headers = { 'user-agent': 'MusicBrainz-Picard/2.8.5' };
  const form = new URLSearchParams({ client: api.keys.client, duration: '120', fingerprint });
  const looked = await fetch(`${api.url}/v2/lookup`, { method: 'POST', body: form, headers });
  expect(looked.status).toBe(200);
  await fetch(`${api.url}/v2/lookup?client=not-a-key`, { headers: { 'user-agent': 'curl/8' } });
  const { answer } = await asking(api.url)('/connect/requests?limit=2');
  expect(answer).toMatchObject([
    {
      method: 'GET',
      path: '/v2/lookup',
      client: 'curl',
      application: null,
      outcome: 'invalid_apikey',
    },
    {
      method: 'POST',
      path: '/v2/lookup',
      client: 'picard',
      application: 'Test',
      outcome: 'no_match',
    },
  ]);
  const text = JSON.stringify(answer);
  for (const secret of [fingerprint, api.keys.client, 'not-a-key', 'fingerprint']) {
    expect(text).not.toContain(secret);
  }
});

test('whoever comes from elsewhere sees nothing, an administrator everything', async () => {
  const elsewhere = { headers: { 'x-forwarded-for': '192.0.2.7' } };
  const path = '/connect/requests';
  expect((await asking(service.api.url)(path, elsewhere)).status).toBe(403);
  const user = await signIn(service, 'Udo');
  expect((await user.ask(path, elsewhere)).status).toBe(403);
  const admin = await signIn(service, 'Anna', { isAdmin: true });
  expect((await admin.ask(path, elsewhere)).status).toBe(200);
  expect((await admin.ask(`${path}?limit=201`)).status).toBe(400);
});
