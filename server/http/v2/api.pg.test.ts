import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startService } from '../../../e2e/harness/service.ts';
import type { TestService } from '../../../e2e/harness/service.ts';
import { fingerprintText, syntheticHashes } from '../../../e2e/harness/synthetic-fingerprint.ts';

const FINGERPRINT = fingerprintText(syntheticHashes(1));
const MBID = '11111111-2222-4333-8444-555555555555';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

let service: TestService;

beforeAll(async () => {
  service = await startService();
});

afterAll(async () => {
  await service[Symbol.asyncDispose]();
});

function refusal(code: number, message: string): string {
  return JSON.stringify({ error: { code, message }, status: 'error' })
    .replaceAll('":', '": ')
    .replaceAll(',"', ', "');
}

type Fields = Record<string, string>;

const LOOKUP_REFUSALS: [string, Fields, number, string][] = [
  ['no fingerprint', {}, 2, 'missing required parameter "fingerprint"'],
  ['no duration', { fingerprint: 'AQAAAA' }, 2, 'missing required parameter "duration"'],
  ['duration 0', { fingerprint: 'A', duration: '0' }, 2, 'missing required parameter "duration"'],
  ['an empty one', { fingerprint: 'AQAAAA', duration: '9' }, 3, 'invalid fingerprint'],
  ['another algorithm', { fingerprint: 'AAAAAQE', duration: '9' }, 3, 'invalid fingerprint'],
  ['a bad track id', { trackid: 'x' }, 7, 'parameter "trackid" is not a valid UUID'],
  [
    'a wide window',
    { trackid: MBID, maxdurationdiff: '31' },
    11,
    'parameter "maxdurationdiff" must be between 1 and 30',
  ],
  ['a wrong key', { client: 'wrong', trackid: MBID }, 4, 'invalid API key'],
  ['no key', { client: '', trackid: MBID }, 2, 'missing required parameter "client"'],
  ['an unknown format', { format: 'yaml' }, 1, 'unknown format "yaml"'],
];

test.each(LOOKUP_REFUSALS)('lookup with %s is refused', async (_name, fields, code, message) => {
  for (const answer of [
    await service.api.post('/v2/lookup', fields),
    await service.api.get('/v2/lookup', fields),
  ]) {
    expect(answer).toEqual({
      status: 400,
      contentType: 'application/json; charset=UTF-8',
      text: refusal(code, message),
    });
  }
});

const SUBMIT_REFUSALS: [string, Fields, number, string][] = [
  ['no user', { user: '' }, 2, 'missing required parameter "user"'],
  [
    'a wrong user',
    { user: 'x' },
    6,
    'invalid user API key ("User with the API key does not exist")',
  ],
  ['no fingerprint', {}, 2, 'missing required parameter "fingerprint"'],
  ['a bad PUID', { 'puid.0': 'x' }, 7, 'parameter "puid.0" is not a valid UUID'],
  [
    'a bad foreign id',
    { 'foreignid.0': 'x' },
    10,
    'parameter "foreignid.0" is not a valid foreign ID, it must be in the format vendor:id',
  ],
  ['an empty MBID', { 'mbid.0': '' }, 7, 'parameter "mbid.0" is not a valid UUID'],
  ['no duration', { 'duration.0': '' }, 2, 'missing required parameter "duration.0"'],
  [
    'a long duration',
    { 'duration.0': '32768' },
    8,
    'parameter "duration.0" must be a positive integer',
  ],
  [
    'a negative bitrate',
    { 'bitrate.0': '-1' },
    9,
    'parameter "bitrate.0" must be a positive integer',
  ],
  [
    'a huge bitrate',
    { 'bitrate.0': '99999' },
    9,
    'parameter "bitrate.0" must be a positive integer',
  ],
];

test.each(SUBMIT_REFUSALS)(
  'submit with %s is refused and stores nothing',
  async (name, fields, code, message) => {
    const { keys } = service.api;
    const base = name === 'no fingerprint' ? {} : { 'fingerprint.0': FINGERPRINT };
    const answer = await service.api.post('/v2/submit', {
      user: keys.user,
      'duration.0': '9',
      ...base,
      ...fields,
    });
    expect([answer.status, answer.text]).toEqual([400, refusal(code, message)]);
    const { rows } = await service.context.databases.ingest.pool.query('select from submission');
    expect(rows).toHaveLength(0);
  },
);

test('a bad member of a batch vanishes beside a good one', async () => {
  const ids = await service.api.submit({
    'fingerprint.0': FINGERPRINT,
    'duration.0': '100',
    'mbid.0': [MBID, 'AAAAAAAA-2222-4333-8444-555555555555'],
    'fingerprint.1': 'rubbish',
    'duration.1': '100',
    'mbid.1': MBID,
  });
  expect(ids).toHaveLength(2);
  await service.api.untilImported(ids);
});

test('an entry that says nothing is dropped, and the answer is still ok', async () => {
  const { user } = service.api.keys;
  const fields = { user, 'fingerprint.0': FINGERPRINT, 'duration.0': '100', 'track.0': '' };
  const answer = await service.api.post('/v2/submit', fields);
  expect(answer.text).toBe('{"status": "ok", "submissions": []}');
});

test('a batch answers each query under its number', async () => {
  const answer = await service.api.post('/v2/lookup', {
    batch: '1',
    'fingerprint.10': FINGERPRINT,
    'duration.10': '100',
    'trackid.9': MBID,
    fingerprint: FINGERPRINT,
    duration: '900',
  });
  const { fingerprints } = JSON.parse(answer.text) as {
    fingerprints: { index: number | null; results: unknown[] }[];
  };
  expect(fingerprints.map(({ index, results }) => [index, results.length])).toEqual([
    [null, 0],
    [9, 0],
    [10, 1],
  ]);
});

test('more than twenty fingerprints in a batch are too many', async () => {
  const fields: Fields = { batch: '1' };
  for (let at = 0; at < 21; at += 1) {
    fields[`fingerprint.${at}`] = FINGERPRINT;
    fields[`duration.${at}`] = '100';
  }
  const answer = await service.api.post('/v2/lookup', fields);
  expect([answer.status, answer.text]).toEqual([413, refusal(19, 'request too large')]);
});

test('errors keep the asked format and its status', async () => {
  const xml = await service.api.get('/v2/lookup', { format: 'xml', client: 'x' });
  expect(xml).toEqual({
    status: 400,
    contentType: 'text/xml; charset=UTF-8',
    text: "<?xml version='1.0' encoding='UTF-8'?>\n<response><error><code>4</code><message>invalid API key</message></error><status>error</status></response>",
  });
  const jsonp = await service.api.get('/v2/lookup', { format: 'jsonp', client: 'x' });
  expect(jsonp.text).toBe(`jsonAcoustidApi(${refusal(4, 'invalid API key')})`);
});

test('a score prints with a fraction, and an unsuffixed index as None in XML', async () => {
  const { rows } = await service.context.databases.fingerprint.pool.query<{ gid: string }>(
    'select gid from track limit 1',
  );
  const trackid = rows[0]?.gid ?? '';
  const answer = await service.api.get('/v2/lookup', { trackid, batch: '1', format: 'xml' });
  expect(answer.text).toContain(
    `<fingerprint><index>None</index><results><result><id>${trackid}</id><score>1.0</score></result></results></fingerprint>`,
  );
});

test('a gzipped form is inflated, whatever the case of the header', async () => {
  const form = new URLSearchParams({ client: service.api.keys.client, id: '1' }).toString();
  const answer = await service.api.send('/v2/submission_status', {
    method: 'POST',
    body: gzipSync(form),
    headers: { ...FORM, 'content-encoding': ' GZip ' },
  });
  expect(answer.text).toContain('"submissions": [{"id": 1, ');
});

test('a form over one mebibyte is refused, counted after inflating', async () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 'a'));
  const large = Buffer.alloc(1_048_577, 'a');
  for (const [body, headers] of [
    [bomb, { ...FORM, 'content-encoding': 'gzip' }],
    [large, FORM],
    [large, { 'content-type': 'application/json' }],
  ] as const) {
    const answer = await service.api.send('/v2/lookup', { method: 'POST', body, headers });
    expect([answer.status, answer.text]).toEqual([413, refusal(19, 'request too large')]);
  }
});

test('a truncated or corrupt gzip body is a bad request', async () => {
  const body = gzipSync('client=x').subarray(0, 12);
  const headers = { ...FORM, 'content-encoding': 'gzip' };
  const answer = await service.api.send('/v2/lookup', { method: 'POST', body, headers });
  expect(answer.status).toBe(400);
});

test('raw bytes that are not UTF-8 are refused as too large, percent-encoded ones pass', async () => {
  const body = Buffer.from([0x63, 0x3d, 0xff]);
  const answer = await service.api.send('/v2/lookup', { method: 'POST', body, headers: FORM });
  expect(answer.status).toBe(413);
  const encoded = await service.api.send('/v2/lookup', {
    method: 'POST',
    body: 'client=%ff',
    headers: FORM,
  });
  expect(encoded.text).toBe(refusal(4, 'invalid API key'));
});

test('a multipart form is read like any other', async () => {
  const form = new FormData();
  form.set('client', service.api.keys.client);
  form.set('id', '1');
  const answer = await service.api.send('/v2/submission_status', { method: 'POST', body: form });
  expect(answer.status).toBe(200);
});

test('doubled slashes collapse, unknown paths are pages, every answer may cross origins', async () => {
  const answer = await fetch(`${service.api.url}//v2//lookup`);
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([400, '*']);
  const missing = await fetch(`${service.api.url}/v2/nothing`);
  expect([missing.status, missing.headers.get('content-type')]).toEqual([
    404,
    'text/html; charset=utf-8',
  ]);
  expect(missing.headers.get('access-control-allow-origin')).toBe('*');
});

test('health is plain text', async () => {
  for (const path of ['/_health', '/_health_ro', '/_health_docker']) {
    const answer = await service.api.send(path, {});
    expect([answer.status, answer.text]).toEqual([200, 'ok']);
  }
});

test('a missing index is an error that no client takes for "no match"', async () => {
  await service.engine.end('SIGKILL');
  const answer = await service.api.post('/v2/lookup', {
    fingerprint: FINGERPRINT,
    duration: '100',
  });
  expect([answer.status, answer.text]).toEqual([
    503,
    refusal(13, 'service currently unavailable, try again later'),
  ]);
  // What needs no index goes on.
  expect((await service.api.get('/v2/submission_status', { id: '1' })).status).toBe(200);
});
