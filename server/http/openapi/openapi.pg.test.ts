import { afterAll, beforeAll, expect, test } from 'vitest';
import { startService } from '../../../e2e/harness/service.ts';
import type { TestService } from '../../../e2e/harness/service.ts';
import { fingerprintText, syntheticHashes } from '../../../e2e/harness/synthetic-fingerprint.ts';
import type { ApiRoute } from '../api-handler.ts';
import { Parameters } from '../params.ts';
import { v1Routes } from '../v1/routes.ts';
import { v2Routes } from '../v2/routes.ts';
import { v3Routes } from '../v3/routes.ts';
import { METHOD_DOCS, openApiDocument } from './document.ts';

const SECRET = 'cluster-secret';
const UUID = '11111111-2222-4333-8444-555555555555';

/** Notes which parameters a method asks for. */
class RecordingParameters extends Parameters {
  readonly asked: Set<string>;

  constructor(pairs: Iterable<readonly [string, string]>, asked: Set<string>) {
    super(pairs);
    this.asked = asked;
  }

  override get(name: string): string | undefined {
    this.asked.add(name.replace(/\..*$/, ''));
    return super.get(name);
  }

  override getAll(name: string): readonly string[] {
    this.asked.add(name.replace(/\..*$/, ''));
    return super.getAll(name);
  }
}

let service: TestService;

beforeAll(async () => {
  service = await startService({ roles: ['api'], settings: { 'cluster.secret': SECRET } });
});

afterAll(() => service[Symbol.asyncDispose]());

/** Enough of everything that each method reads all it ever reads. */
function fullRequest(): [string, string][] {
  const { client, user } = service.api.keys;
  const fingerprint = fingerprintText(syntheticHashes(1));
  return Object.entries({
    client,
    user,
    fingerprint,
    duration: '200',
    secret: SECRET,
    mbid: UUID,
    puid: UUID,
    foreignid: 'a:b',
    id: '1',
    access_token: 'x',
    api_key: client,
    application_id: '1',
    account_id: '1',
    name: 'n',
    version: '1',
    date: '2026-01-01',
    hour: '1',
    count: '0',
    ip: '192.0.2.1',
    user_agent: 'a',
    active: '1',
    track: 'x',
    format: 'json',
  });
}

/** The names a method reads, with and without a track id in place of the fingerprint. */
async function readBy({ method }: ApiRoute): Promise<ReadonlySet<string>> {
  const asked = new Set<string>();
  const context = {
    ip: '127.0.0.1',
    userAgent: undefined,
    isSecure: true,
    isLocal: true,
    admit: async () => undefined,
  };
  for (const pairs of [fullRequest(), [...fullRequest(), ['trackid', UUID] as const]]) {
    // A refusal is an answer too; what was read before it counts.
    await method(new RecordingParameters(pairs, asked), context).catch(() => undefined);
  }
  return asked;
}

test('every route is described, and nothing else', () => {
  const served = [v1Routes, v2Routes, v3Routes].flatMap((routes) =>
    routes(service.context).map(({ path }) => path),
  );
  const { paths } = openApiDocument();
  expect(Object.keys(paths as object).sort()).toEqual(served.sort());
});

test('every parameter a method reads is described, and none it does not read', async () => {
  // Read before the method is called, by what receives the request.
  const elsewhere = new Set(['format', 'jsoncallback', 'secret', 'file']);
  for (const route of v2Routes(service.context)) {
    const described = METHOD_DOCS.find(({ path }) => path === route.path)?.parameters ?? [];
    const names = described.map(({ name }) => name).filter((name) => !elsewhere.has(name));
    const read = [...(await readBy(route))].filter((name) => !elsewhere.has(name));
    expect([route.path, names.sort()]).toEqual([route.path, read.sort()]);
  }
});

test('the document is served as OpenAPI 3.1 with an operation id of its own for everything', async () => {
  const { contentType, status, text } = await service.api.send('/v2/openapi.json', {});
  expect([status, contentType]).toEqual([200, 'application/json; charset=utf-8']);
  const document = JSON.parse(text) as {
    openapi: string;
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  expect(document.openapi).toBe('3.1.0');
  const ids = Object.values(document.paths).flatMap((item) =>
    Object.values(item).map(({ operationId }) => operationId),
  );
  expect(new Set(ids).size).toBe(ids.length);
});

test('the reference page names every method and parameter, and has no script', async () => {
  const { contentType, text } = await service.api.send('/docs/api', {});
  expect(contentType).toBe('text/html; charset=utf-8');
  for (const { parameters, path } of METHOD_DOCS) {
    expect(text).toContain(`<code>${path}</code>`);
    for (const { name } of parameters) expect(text).toContain(`<code>${name}</code>`);
  }
  expect(text).not.toMatch(/<script|style=|onclick/);
  expect((await service.api.send('/docs/api.css', {})).contentType).toBe('text/css; charset=utf-8');
});
