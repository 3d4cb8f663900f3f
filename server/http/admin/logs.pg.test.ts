import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { asking, signIn } from '../../../e2e/harness/admin-client.ts';
import type { Person } from '../../../e2e/harness/admin-client.ts';
import { startService } from '../../../e2e/harness/service.ts';
import type { TestService } from '../../../e2e/harness/service.ts';
import { temporaryFolder } from '../../../index-engine/testing/engine-process.ts';

const ADMIN_SECRET = 'Uu4rPq0vVvKkMmNn';
const CLUSTER_SECRET = 'a-cluster-secret';

let service: TestService;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let admin: Person;

beforeAll(async () => {
  folder = await temporaryFolder();
  await mkdir(join(folder.path, 'logs'));
  await mkdir(join(folder.path, 'config', 'secrets'), { recursive: true });
  await writeFile(
    join(folder.path, 'config', 'secrets', 'postgres-admin-password'),
    `${ADMIN_SECRET}\n`,
  );
  const settings = { 'cluster.secret': CLUSTER_SECRET };
  service = await startService({ roles: ['api'], dataDir: folder.path, settings });
  admin = await signIn(service, 'Anna', { isAdmin: true });
});

afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

interface Answer {
  rows: { name: string; at: string; level: string; message: string; fields: object[] }[];
  next: string | null;
  tail: string;
}

const fileOf = (name: string): string => join(folder.path, 'logs', name);

async function read(query: Record<string, string> = {}): Promise<Answer> {
  const { answer, status } = await admin.ask(`/logs?${new URLSearchParams(query).toString()}`);
  expect(status).toBe(200);
  return answer;
}

const messages = ({ rows }: Answer): string[] => rows.map(({ message }) => message);

function serverLine(second: number, msg: string, more: object = {}): string {
  const time = new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
  return `${JSON.stringify({ level: 30, time, pid: 1, ...more, msg })}\n`;
}

beforeEach(async () => {
  const server = Array.from({ length: 40 }, (_, at) => serverLine(at * 2, `request ${at}`));
  await writeFile(fileOf('server.1.log'), server.slice(0, 20).join(''));
  await writeFile(fileOf('server.log'), server.slice(20).join(''));
  await writeFile(
    fileOf('postgres.log'),
    [
      '2026-01-01 00:01:17.500 UTC [7] acoustid ERROR:  duplicate key\n',
      'DETAIL of it, on a line of its own\n',
      '2026-01-01 00:01:19.000 UTC [7]  LOG:  checkpoint complete\n',
    ].join(''),
  );
  await writeFile(fileOf('secret.txt'), 'not a log');
});

test('the logs of all services are one list, the newest first', async () => {
  const page = await read({ limit: '5' });
  expect(messages(page)).toEqual([
    'checkpoint complete',
    'request 39',
    'DETAIL of it, on a line of its own',
    'ERROR: duplicate key',
    'request 38',
  ]);
  expect(page.rows[3]).toMatchObject({ name: 'postgres', level: 'error' });
  expect(page.rows[2]?.at).toBe(page.rows[3]?.at);
});

test('page after page leads to the beginning, over files that were turned over', async () => {
  const seen: string[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await read({ limit: '7', service: 'server', ...(cursor && { cursor }) });
    seen.push(...messages(page));
    if (page.next === null) break;
    cursor = page.next;
  }
  expect(seen).toEqual(Array.from({ length: 40 }, (_, at) => `request ${39 - at}`));
});

test('what is written later comes by itself, also when the file is turned over between', async () => {
  const { tail } = await read();
  expect(messages(await read({ after: tail }))).toEqual([]);
  await writeFile(fileOf('server.log'), serverLine(100, 'just before'), { flag: 'a' });
  await rename(fileOf('server.log'), fileOf('server.1.log'));
  await writeFile(fileOf('server.log'), serverLine(101, 'just after'));
  const later = await read({ after: tail });
  expect(messages(later)).toEqual(['just after', 'just before']);
  expect(messages(await read({ after: later.tail }))).toEqual([]);
});

test('half a line is not shown before its other half is there', async () => {
  const { tail } = await read({ service: 'server' });
  const line = serverLine(100, 'in two halves');
  await writeFile(fileOf('server.log'), line.slice(0, 30), { flag: 'a' });
  const half = await read({ service: 'server', after: tail });
  expect(half.rows).toEqual([]);
  await writeFile(fileOf('server.log'), line.slice(30), { flag: 'a' });
  expect(messages(await read({ service: 'server', after: half.tail }))).toEqual(['in two halves']);
});

test('lines are filtered by service, level and text', async () => {
  expect(messages(await read({ level: 'error' }))).toEqual(['ERROR: duplicate key']);
  expect(messages(await read({ text: 'REQUEST 17' }))).toEqual(['request 17']);
  expect((await read({ service: 'postgres' })).rows).toHaveLength(3);
  await writeFile(fileOf('server.log'), serverLine(200, 'odd', { request: 'r-17' }), { flag: 'a' });
  expect(messages(await read({ text: 'request=r-17' }))).toEqual(['odd']);
});

test.each(['../secret', '../../run.json', 'secret.txt', '/etc/passwd', 'server.log', '%2e%2e'])(
  'a name that is no service is refused: %s',
  async (name) => {
    const query = `service=${encodeURIComponent(name)}`;
    expect((await admin.ask(`/logs?${query}`)).status).toBe(400);
    expect((await admin.ask(`/logs/download?${query}`)).status).toBe(400);
  },
);

test('a cursor that is not ours is refused, one into another file reads none', async () => {
  expect((await admin.ask('/logs?cursor=nonsense')).status).toBe(400);
  const forged = Buffer.from(JSON.stringify({ '../x': { file: 1, offset: 0 } })).toString(
    'base64url',
  );
  expect((await admin.ask(`/logs?cursor=${forged}`)).status).toBe(400);
  const foreign = Buffer.from(JSON.stringify({ server: { file: 1, offset: 99 } }));
  expect((await read({ cursor: foreign.toString('base64url') })).rows).toEqual([]);
});

test('logs are for administrators', async () => {
  const user = await signIn(service, 'Ute');
  for (const path of ['/logs', '/logs/download']) {
    expect((await asking(service.api.url)(path)).status).toBe(401);
    expect((await user.ask(path)).status).toBe(403);
  }
});

test('no password, token or key leaves with the logs', async () => {
  const { app } = service.context.databases;
  const { rows } = await app.pool.query<{ apikey: string }>('select apikey from application');
  const key = rows[0]?.apikey ?? '';
  const nats = service.nats.token;
  await writeFile(
    fileOf('server.log'),
    [
      serverLine(1, 'asked', { url: `/v2/lookup?client=${key}&user=${admin.apikey}&duration=9` }),
      serverLine(2, 'connected', { to: `postgres://acoustid:hunter2-hunter2@127.0.0.1/app` }),
      serverLine(3, 'odd', { headers: { cookie: 'acoustid_session=abcdefghijklm' } }),
      serverLine(4, `token: ${nats}`),
      serverLine(5, 'setup at http://localhost/setup#oneTimeToken_1'),
    ].join(''),
  );
  await writeFile(
    fileOf('postgres.log'),
    `2026-01-01 00:00:00.000 UTC [7]  ERROR:  Key (apikey)=(${admin.apikey}) exists ${ADMIN_SECRET} ${CLUSTER_SECRET}\n`,
  );
  const { answer, headers } = await admin.ask('/logs/download');
  const text: string = answer;
  expect(headers.get('content-disposition')).toMatch(/^attachment; filename="acoustid-logs-/);
  const secrets = [
    key,
    admin.apikey,
    nats,
    ADMIN_SECRET,
    CLUSTER_SECRET,
    'hunter2-hunter2',
    'abcdefghijklm',
    'oneTimeToken_1',
  ];
  for (const secret of secrets) expect(text).not.toContain(secret);
  expect(text).toContain('duration=9');
  expect(text).toContain('==== postgres ====');
  const shown = JSON.stringify((await read()).rows);
  for (const secret of secrets.slice(2)) expect(shown).not.toContain(secret);
});
