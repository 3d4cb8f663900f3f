import { afterAll, beforeAll, expect, test } from 'vitest';
import { startService } from '../../../e2e/harness/service.ts';
import type { TestService } from '../../../e2e/harness/service.ts';
import { fingerprintText, syntheticHashes } from '../../../e2e/harness/synthetic-fingerprint.ts';

const FINGERPRINT = fingerprintText(syntheticHashes(3));
const MBID = '11111111-2222-4333-8444-555555555555';

let service: TestService;

beforeAll(async () => {
  service = await startService();
});

afterAll(() => service[Symbol.asyncDispose]());

async function post(
  path: string,
  body: unknown,
  keys: Readonly<Record<string, string>> = {},
): Promise<{ status: number; body: unknown }> {
  const { client, user } = service.api.keys;
  const { status, text } = await service.api.send(path, {
    method: 'POST',
    headers: { 'x-app-key': client, 'x-user-key': user, ...keys },
    body: JSON.stringify(body),
  });
  return { status, body: text.startsWith('{') ? (JSON.parse(text) as unknown) : text };
}

test('what is submitted is stored, imported and found', async () => {
  const submissions = [
    {
      fingerprint: FINGERPRINT,
      duration: 200.4,
      mbid: MBID,
      metadata: { title: 'Song', year: 1999 },
    },
    { fingerprint: FINGERPRINT, duration: 200 },
  ];
  const submitted = await post('/v3/submit', { submissions });
  expect(submitted.status).toBe(200);
  const [first, second] = (submitted.body as { submissions: { id: number; status: string }[] })
    .submissions;
  expect([first?.status, second]).toEqual(['pending', { id: null, status: 'ignored' }]);
  const [gid] = await service.api.untilImported([first?.id ?? 0]);
  const search = { fingerprint: FINGERPRINT, duration: 201 };
  const found = await post('/v3/search', search);
  expect(found).toEqual({ status: 200, body: { results: [{ id: gid, score: 1 }] } });
  const { text } = await service.api.send(`/v3/track/list_by_mbid?mbid=${MBID.toUpperCase()}`, {});
  expect(JSON.parse(text)).toEqual({ tracks: [{ id: gid, disabled: null }] });
  const byFingerprint = await service.api.send('/v3/track/list_by_fingerprint?id=1&disabled=1', {});
  expect(JSON.parse(byFingerprint.text)).toEqual({ tracks: [{ id: gid, disabled: false }] });
});

test('a search may come in the query string', async () => {
  const query = new URLSearchParams({ fingerprint: FINGERPRINT, duration: '400' });
  const headers = { 'x-app-key': service.api.keys.client };
  const { text } = await service.api.send(`/v3/search?${query.toString()}`, { headers });
  expect(JSON.parse(text)).toEqual({ results: [] });
});

test('keys must be real ones', async () => {
  const search = { fingerprint: FINGERPRINT, duration: 200 };
  const forbidden = { status: 403, body: 'Forbidden' };
  expect(await post('/v3/search', search, { 'x-app-key': 'nobody' })).toEqual(forbidden);
  const submission = { submissions: [{ ...search, mbid: MBID }] };
  expect(await post('/v3/submit', submission, { 'x-user-key': 'nobody' })).toEqual(forbidden);
});

test.each([
  [{ submissions: 1 }, 'submissions'],
  [{ submissions: [{ fingerprint: 'x', duration: 1 }] }, 'Invalid fingerprint'],
  [{ submissions: [{ fingerprint: FINGERPRINT, duration: 99_999 }] }, 'submissions.0.duration'],
  [[], 'object'],
])('%j is refused in words', async (body, words) => {
  const { body: answer, status } = await post('/v3/submit', body);
  expect(status).toBe(400);
  expect(answer).toMatchObject({ error: expect.stringContaining(words) });
});

test('another method is not allowed, and told which one is', async () => {
  const response = await fetch(`${service.api.url}/v3/submit`);
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
});
