import { Agent, request as send } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fillIndex, startService } from '../../e2e/harness/service.ts';
import type { TestService } from '../../e2e/harness/service.ts';
import { fingerprintText, syntheticHashes } from '../../e2e/harness/synthetic-fingerprint.ts';

const SEED = 20_261_121;
const REQUESTS = 20_000;
const CONCURRENCY = 8;
/** Heap that the second half may leave behind: caches that fill, not something per request. */
const GROWTH_BYTES_MAX = 12 * 1024 * 1024;
const SECRET = 'fuzz-secret';

interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

let service: TestService;

beforeAll(async () => {
  service = await startService({
    roles: ['api'],
    settings: {
      'cluster.secret': SECRET,
      'website.secret': 'fuzz',
      'server.trusted_proxies': '127.0.0.1',
      'rate_limiter.global': 'none',
    },
  });
  await fillIndex(service.context);
});

afterAll(() => service[Symbol.asyncDispose]());

test(`${REQUESTS} random and mutated requests are all answered, none by a server error`, async () => {
  const random = mulberry32(SEED);
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  const wrong: string[] = [];
  const statuses = new Map<number, number>();
  const round = async (count: number): Promise<number> => {
    const requests = Array.from({ length: count }, () => randomRequest(random));
    const workers = Array.from({ length: CONCURRENCY }, async () => {
      for (let next = requests.pop(); next; next = requests.pop()) {
        const { status, text } = await answerTo(next, agent);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (status >= 500) wrong.push(`${status} ${text.slice(0, 200)} ${describeRequest(next)}`);
      }
    });
    await Promise.all(workers);
    return heapInUse();
  };
  // Caches and the compiler settle in a first round, which the comparison leaves out.
  await round(REQUESTS / 2);
  const middle = await round(REQUESTS / 4);
  const end = await round(REQUESTS / 4);
  agent.destroy();
  expect(wrong.slice(0, 5)).toEqual([]);
  expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(REQUESTS);
  // The fuzzer must reach the methods' work, not only their refusals.
  expect(statuses.get(200) ?? 0).toBeGreaterThan(REQUESTS / 20);
  expect(end - middle).toBeLessThan(GROWTH_BYTES_MAX);
}, 120_000);

const PATHS = [
  '/v2/lookup',
  '/v2/submit',
  '/v2/submission_status',
  '/v2/fingerprint',
  '/v2/track/list_by_mbid',
  '/v2/track/list_by_puid',
  '/v2/limits',
  '/v2/user/lookup',
  '/v2/user/create_anonymous',
  '/v2/user/create_musicbrainz',
  '/v2/internal/update_lookup_stats',
  '/v2/internal/update_user_agent_stats',
  '/v2/internal/lookup_stats',
  '/v2/internal/create_account',
  '/v2/internal/check_application',
  '/v2/internal/create_application',
  '/v2/internal/update_application_status',
  '/v2/openapi.json',
  '/lookup',
  '/submit',
  '/v3/search',
  '/v3/submit',
  '/v3/track/list_by_mbid',
  '/v3/track/list_by_fingerprint',
  '/health',
  '/_health',
  '/docs/api',
  '/v2/nothing',
];
const NAMES = `
  client user fingerprint duration length trackid meta maxdurationdiff batch format
  jsoncallback mbid puid foreignid bitrate fileformat track artist album albumartist year
  trackno discno id disabled clientversion secret application_id account_id date hour type
  count user_agent ip from to days api_key name version active rank explain canonical limits
  access_token __proto__ constructor toString
`
  .trim()
  .split(/\s+/);
const UUID = '11111111-2222-4333-8444-555555555555';
// oxfmt-ignore
const NASTY = [
  '', '0', '1', '-1', '²', '٣', '1_0', ' 7 ', '9'.repeat(30), '2147483648', '-2147483649',
  '\0', 'a\0b', '\ud800', '😀', '\n', '1.5', '1e9', 'NaN', 'null', 'true', '%', '%zz', '+',
  "'; drop table account; --", '<script>', '"', '\\', '../../etc', 'x'.repeat(5000),
  UUID, UUID.toUpperCase(), `${UUID}\n`, '2026-02-30', '0000-00-00', '9999-12-31', '::1',
  'json', 'xml', 'jsonp', 'yaml', 'recordings releasegroups compress', '1', '2', 'm2 usermeta',
  'recordingids sources', 'AQAAAA', 'AQAAAQ', 'AQ'.repeat(300), 'local', 'hit', 'a:b', 'a.b.c',
  '192.0.2.1', 'fe80::1%eth0', '999.1.1.1',
];
const SUFFIXES = [
  '',
  '',
  '',
  '.0',
  '.1',
  '.007',
  '.²',
  '.-1',
  '.x',
  '.999999999999999999',
  '..',
  '.',
];
const METHODS = ['GET', 'GET', 'POST', 'POST', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
const USER_AGENTS = ['', 'fuzz/1', 'Mozilla/5.0 (x; y)', 'é'.repeat(50), 'a:b/c%d'];
const GOOD_FINGERPRINTS = [1, 2, 3].map((seed) => fingerprintText(syntheticHashes(seed)));

const fixed = {
  secret: SECRET,
  duration: '200',
  length: '200',
  mbid: UUID,
  puid: UUID,
  id: '1',
  application_id: '1',
  account_id: '1',
  date: '2026-01-01',
  hour: '3',
  count: '1',
  ip: '192.0.2.1',
  user_agent: 'x',
  name: 'n',
  version: '1',
  track: 'Song',
};

type Random = () => number;

function randomRequest(random: Random): FuzzRequest {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const pairs = randomPairs(random);
  const path = mutatePath(pick(PATHS), random);
  const method = pick(METHODS);
  const headers: Record<string, string> = {};
  if (random() < 0.5) headers['user-agent'] = Buffer.from(pick(USER_AGENTS)).toString('latin1');
  if (random() < 0.3) headers['x-forwarded-for'] = randomAddresses(random);
  if (random() < 0.1) headers['x-forwarded-proto'] = pick(['https', 'http', 'gopher', 'a,b']);
  if (random() < 0.3) headers['x-app-key'] = pick([service.api.keys.client, 'x', '\xff']);
  if (random() < 0.3) headers['x-user-key'] = pick([service.api.keys.user, 'x']);
  if (random() < 0.3) headers['origin'] = 'https://example.org';
  const query = encode(pairs, random);
  const isForm = random() < 0.6;
  const target = isForm && random() < 0.7 ? path : `${path}?${query}`;
  if (!isForm || method === 'GET' || method === 'HEAD') {
    return { method, path: target, headers, body: undefined };
  }
  return { method, path: target, ...randomBody(pairs, headers, random) };
}

function randomPairs(random: Random): [string, string][] {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const { client, user } = service.api.keys;
  const good = Object.entries({
    ...fixed,
    client,
    user,
    fingerprint: pick(GOOD_FINGERPRINTS),
    api_key: client,
  });
  // Mostly a good request with little wrong, for what is wrong everywhere is refused at once.
  const kept = good.filter(() => random() < 0.93);
  const faults = Math.floor(random() * 4);
  for (let fault = 0; fault < faults; fault += 1) {
    kept.splice(Math.floor(random() * (kept.length + 1)), 0, [
      pick(NAMES) + pick(SUFFIXES),
      random() < 0.7 ? pick(NASTY) : randomText(random),
    ]);
  }
  return kept;
}

function randomBody(
  pairs: readonly [string, string][],
  headers: Readonly<Record<string, string>>,
  random: Random,
): { headers: Record<string, string>; body: Buffer } {
  const kind = random();
  let body: Buffer = Buffer.from(encode(pairs, random), 'latin1');
  let type = 'application/x-www-form-urlencoded';
  if (kind < 0.15) {
    type = 'multipart/form-data; boundary=B';
    body = multipart(pairs);
  } else if (kind < 0.35) {
    type = 'application/json';
    body = Buffer.from(randomJson(pairs, random));
  } else if (kind < 0.4) {
    type = 'text/plain';
  }
  const encoded: Record<string, string> = { ...headers, 'content-type': type };
  if (random() < 0.3) {
    encoded['content-encoding'] = random() < 0.8 ? 'gzip' : 'x-gzip';
    if (random() < 0.9) body = gzipSync(body);
  }
  if (random() < 0.1) body = flipBytes(body, random);
  if (random() < 0.05) body = body.subarray(0, Math.floor(random() * body.length));
  return { headers: encoded, body };
}

function randomJson(pairs: readonly [string, string][], random: Random): string {
  const members = Object.fromEntries(pairs);
  const submission = {
    fingerprint: members['fingerprint'],
    duration: random() < 0.8 ? 200.4 : members['bitrate'],
    ...(random() < 0.5 ? { mbid: members['mbid'] } : {}),
    ...(random() < 0.5 ? { metadata: { title: members['track'], year: random() * 1e12 } } : {}),
  };
  const text = JSON.stringify(
    random() < 0.5 ? { submissions: [submission, members] } : { ...submission, ...members },
  );
  return random() < 0.1 ? text.slice(0, Math.floor(random() * text.length)) : text;
}

function multipart(pairs: readonly [string, string][]): Buffer {
  const parts = pairs.map(
    ([name, value]) =>
      `--B\r\nContent-Disposition: form-data; name="${name.replaceAll('"', '%22')}"\r\n\r\n${value}\r\n`,
  );
  return Buffer.from(`${parts.join('')}--B--\r\n`);
}

/** Percent-encodes as a form, now and then wrongly. The result is ASCII or Latin-1 rubbish. */
function encode(pairs: readonly [string, string][], random: Random): string {
  const quote = (text: string): string => encodeURIComponent(text.toWellFormed());
  const text = pairs.map(([name, value]) => `${quote(name)}=${quote(value)}`).join('&');
  if (random() > 0.1) return text;
  const at = Math.floor(random() * text.length);
  return `${text.slice(0, at)}${['%', '%f', '%ff%fe', '&&', '=', ';'][at % 6]}${text.slice(at + 2)}`;
}

function mutatePath(path: string, random: Random): string {
  const kind = random();
  if (kind < 0.85) return path;
  if (kind < 0.9) return `${path}/`;
  if (kind < 0.93) return path.replaceAll('/', '//');
  if (kind < 0.95) return path.replace('/', '////');
  if (kind < 0.97) return `${path}%00%2f%ff`;
  return path.toUpperCase();
}

function randomAddresses(random: Random): string {
  const parts = ['192.0.2.7', '2001:db8::1', '::ffff:192.0.2.9', 'unknown', '', '1.2.3.4:80', '%'];
  const count = Math.floor(random() * 3);
  return Array.from({ length: count }, () => parts[Math.floor(random() * parts.length)]).join(', ');
}

function randomText(random: Random): string {
  const length = Math.floor(random() * 30);
  const units = Array.from({ length }, () =>
    Math.floor(random() * (random() < 0.8 ? 128 : 65_536)),
  );
  return String.fromCharCode(...units);
}

function flipBytes(body: Buffer, random: Random): Buffer {
  const flipped = Buffer.from(body);
  for (let flip = 0; flip < 3 && flipped.length > 0; flip += 1) {
    const at = Math.floor(random() * flipped.length);
    flipped[at] = Math.floor(random() * 256);
  }
  return flipped;
}

function answerTo(
  { body, headers, method, path }: FuzzRequest,
  agent: Agent,
): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(service.api.url);
  return new Promise((resolve, reject) => {
    // Node leaves the length out for some methods, and the body would be the next request.
    const length = body === undefined ? {} : { 'content-length': String(body.length) };
    const outgoing = send({
      hostname,
      port,
      method,
      path,
      headers: { ...headers, ...length },
      agent,
    });
    outgoing.on('error', (cause) => {
      reject(new Error(describeRequest({ body, headers, method, path }), { cause }));
    });
    outgoing.on('response', (response) => {
      let text = '';
      response.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    outgoing.end(body);
  });
}

function describeRequest({ body, headers, method, path }: FuzzRequest): string {
  return JSON.stringify({ method, path, headers, body: body?.toString('latin1') }).slice(0, 2000);
}

function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void; // what the flag has just defined
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

function mulberry32(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
