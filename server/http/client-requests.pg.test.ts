import { readFileSync } from 'node:fs';
import { request as send } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasReferenceData, REFERENCE } from '../../e2e/harness/dataset.ts';
import { fillIndex, startService } from '../../e2e/harness/service.ts';
import type { TestService } from '../../e2e/harness/service.ts';

/** One request of a real tagger as it went over the wire. */
interface ClientRequest {
  readonly client: string;
  readonly api: 'acoustid' | 'musicbrainz';
  readonly method: string;
  readonly path: string;
  readonly raw_target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body_base64: string | null;
  readonly query_params: Pairs;
  readonly body_params: Pairs | null;
}
type Pairs = readonly (readonly [string, string])[];

/** Deliberate oddities among them, which any server refuses (clients.md section 6). */
const REFUSED: readonly ((parameters: ReadonlyMap<string, string>) => number | undefined)[] = [
  (parameters) => (parameters.get('duration') === '0' ? 2 : undefined),
  (parameters) => (parameters.get('fingerprint') === 'AQAAAA' ? 3 : undefined),
  (parameters) => (fingerprintOf(parameters) === 'AQADtEkZSV8E_UKeLkeZbHh' ? 3 : undefined),
];

const recorded = hasReferenceData()
  ? (
      JSON.parse(readFileSync(`${REFERENCE}/data/client-requests.json`, 'utf8')) as ClientRequest[]
    ).filter(({ api }) => api === 'acoustid')
  : [];

let service: TestService;

describe.skipIf(!hasReferenceData())('requests of real taggers', () => {
  beforeAll(async () => {
    service = await startService();
    await fillIndex(service.context);
    await knowKeys();
  });

  afterAll(async () => {
    await service[Symbol.asyncDispose]();
  });

  test('there are some of each tagger', () => {
    expect(recorded).toHaveLength(29);
  });

  test.each(recorded.map((each, at) => ({ ...each, at })))(
    '$at: $client, $method $path',
    async (each) => {
      const parameters = parametersOf(each);
      const { contentType, status, text } = await replay(each);
      const code = REFUSED.map((codeOf) => codeOf(parameters)).find((found) => found !== undefined);
      if (code !== undefined) {
        expect([status, JSON.parse(text)]).toMatchObject([400, { error: { code } }]);
      } else if (parameters.get('format') === 'xml') {
        expect([status, contentType]).toEqual([200, 'text/xml; charset=UTF-8']);
        expect(text).toContain('<status>ok</status>');
      } else {
        expect([status, contentType]).toEqual([200, 'application/json; charset=UTF-8']);
        expect(JSON.parse(text)).toMatchObject(expectedOf(each, parameters));
      }
    },
  );
});

function expectedOf({ path }: ClientRequest, parameters: ReadonlyMap<string, string>): object {
  if (path !== '/v2/lookup') return { status: 'ok', submissions: expect.any(Array) };
  return parameters.get('batch') === '1'
    ? { status: 'ok', fingerprints: [{ index: expect.any(Number), results: expect.any(Array) }] }
    : { status: 'ok', results: expect.any(Array) };
}

function parametersOf({ body_params, query_params }: ClientRequest): ReadonlyMap<string, string> {
  return new Map([...query_params, ...(body_params ?? [])]);
}

function fingerprintOf(parameters: ReadonlyMap<string, string>): string {
  return parameters.get('fingerprint') ?? parameters.get('fingerprint.0') ?? '';
}

/** The taggers' own keys, which the requests carry and a database of theirs would have. */
async function knowKeys(): Promise<void> {
  const { pool } = service.context.databases.app;
  const all = recorded.map(parametersOf);
  const keys = (name: string): string[] => [...new Set(all.flatMap((one) => one.get(name) ?? []))];
  for (const key of keys('client')) {
    await pool.query(`insert into application (name, apikey) values ('tagger', $1)`, [key]);
  }
  for (const key of keys('user')) {
    await pool.query(`insert into account (name, apikey) values ('tagger', $1)`, [key]);
  }
}

/** Sends target, headers and body byte for byte; only the address is ours. */
async function replay({
  body_base64,
  headers,
  method,
  raw_target,
}: ClientRequest): Promise<{ status: number; contentType: string | undefined; text: string }> {
  const { hostname, port } = new URL(service.api.url);
  return new Promise((resolve, reject) => {
    const kept = headers.filter(([name]) => name.toLowerCase() !== 'connection').flat();
    const outgoing = send({ hostname, port, method, path: raw_target, headers: kept });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        const contentType = response.headers['content-type'];
        resolve({ status: response.statusCode ?? 0, contentType, text });
      });
    });
    outgoing.end(body_base64 === null ? undefined : Buffer.from(body_base64, 'base64'));
  });
}
