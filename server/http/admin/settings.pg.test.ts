import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { asking, signIn } from '../../../e2e/harness/admin-client.ts';
import type { Person } from '../../../e2e/harness/admin-client.ts';
import { startService } from '../../../e2e/harness/service.ts';
import type { TestService } from '../../../e2e/harness/service.ts';
import {
  makeTemporaryFolder,
  removeTemporaryFolder,
} from '../../../e2e/harness/temporary-folder.ts';

let dataDir: string;
let file: string;
let service: TestService;
let admin: Person;

beforeAll(async () => {
  dataDir = await makeTemporaryFolder('settings');
  file = join(dataDir, 'config', 'acoustid.conf');
  service = await startService({
    roles: ['api'],
    dataDir,
    settings: { 'cluster.secret': 'the secret itself', 'backup.keep_daily': '9' },
  });
  admin = await signIn(service, 'Anna', { isAdmin: true });
});

afterAll(async () => {
  await service[Symbol.asyncDispose]();
  removeTemporaryFolder(dataDir);
});

beforeEach(async () => {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, '# mine\n[backup]\nkeep_weekly = 3\n');
});

interface Listed {
  readonly key: string;
  readonly [field: string]: unknown;
}

async function list(): Promise<{ problem: string | null; settings: Listed[] }> {
  const { answer, status } = await admin.ask('/settings');
  expect(status).toBe(200);
  return answer;
}

async function find(key: string): Promise<Listed | undefined> {
  return (await list()).settings.find((each) => each.key === key);
}

const put = (key: string, value: unknown) =>
  admin.ask(`/settings/${key}`, { method: 'PUT', body: { value } });

test('settings are for administrators', async () => {
  const user = await signIn(service, 'Udo', { mbuser: 'udo' });
  for (const { ask, status } of [
    { ask: asking(service.api.url), status: 401 },
    { ask: user.ask, status: 403 },
  ]) {
    expect((await ask('/settings')).status).toBe(status);
    const change = { method: 'PUT', body: { value: '1' } };
    expect((await ask('/settings/backup.keep_monthly', change)).status).toBe(status);
  }
  expect(await readFile(file, 'utf8')).not.toContain('keep_monthly');
});

test('every setting is listed with its value and where it is from, and no secret', async () => {
  const { answer } = await admin.ask('/settings');
  expect(JSON.stringify(answer)).not.toContain('the secret itself');
  expect(await find('cluster.secret')).toMatchObject({ value: null, isSet: true, secret: true });
  expect(await find('backup.keep_daily')).toMatchObject({
    value: 9,
    source: 'command line',
    isChangeable: false,
    isPending: false,
  });
  expect(await find('backup.keep_monthly')).toMatchObject({
    value: 6,
    source: 'default',
    isChangeable: true,
  });
  // What the file says already, and this process does not know yet.
  expect(await find('backup.keep_weekly')).toMatchObject({ value: 4, next: 3, isPending: true });
});

test('a change is written into the file, waits for a start, and can be taken back', async () => {
  expect((await put('backup.keep_monthly', '12')).status).toBe(204);
  expect(await readFile(file, 'utf8')).toBe(
    '# mine\n[backup]\nkeep_weekly = 3\nkeep_monthly = 12\n',
  );
  expect(await find('backup.keep_monthly')).toMatchObject({ value: 6, next: 12, isPending: true });
  expect((await put('backup.keep_monthly', null)).status).toBe(204);
  expect(await find('backup.keep_monthly')).toMatchObject({ value: 6, next: 6, isPending: false });
});

test('a limit of one address or application is added and taken away', async () => {
  for (const key of ['rate_limiter.ip.192.0.2.7', 'rate_limiter.application.3']) {
    expect((await put(key, '2.5')).status).toBe(204);
    expect(await find(key)).toMatchObject({ value: null, next: 2.5, isPending: true });
    expect((await put(key, null)).status).toBe(204);
    expect(await find(key)).toBeUndefined();
  }
});

test('changes at the same time all arrive', async () => {
  const keys = [
    'backup.keep_daily',
    'backup.keep_monthly',
    'statsd.port',
    'website.search_timeout',
  ];
  const statuses = await Promise.all(keys.map((key) => put(key, '5')));
  expect(statuses.map(({ status }) => status)).toEqual([204, 204, 204, 204]);
  const text = await readFile(file, 'utf8');
  for (const key of keys) expect(text).toContain(`${key.split('.')[1]} = 5`);
});

test.each([
  ['backup.keep_monthly', 'many', 400],
  ['backup.keep_monthly', '-1', 400],
  ['backup.keep_monthly', '', 400],
  ['backup.keep_monthly', ' 5', 400],
  ['backup.verify', 'perhaps', 400],
  ['rate_limiter.limit_loopback', 'maybe', 400],
  ['statsd.prefix', 'a\n[server]\nhost = 0.0.0.0', 400],
  ['statsd.prefix', 'a\u2028b\0', 400],
  ['statsd.prefix', 7, 400],
  ['statsd.prefix', 'x'.repeat(1001), 400],
  ['rate_limiter.ip.192.0.2.7', 'fast', 400],
  // What names programs, files and where the data is, stays with whoever owns the machine.
  ['nats.binary', '/bin/sh', 403],
  ['website.shutdown_file', '/etc/passwd', 403],
  ['backup.dir', '../../etc', 403],
  ['updates.url', 'https://evil.example', 403],
  ['database.host', 'evil.example', 403],
  ['server.trusted_proxies', '0.0.0.0/0', 403],
  ['nothing.at_all', '1', 404],
  ['__proto__', '1', 404],
  ['rate_limiter.ip.x%0Ay', '1', 404],
  ['rate_limiter.application.3 = 1%0A', '1', 404],
])('%s = %j is refused with %i, and the file stays', async (key, value, status) => {
  const before = await readFile(file, 'utf8');
  expect((await put(key, value)).status).toBe(status);
  expect(await readFile(file, 'utf8')).toBe(before);
  expect(await readdir(dirname(file))).toEqual(['acoustid.conf']);
});

test('a file that somebody broke is told of, and not written over', async () => {
  await writeFile(file, '[backup]\nkeep_dayly = 1\n');
  expect((await list()).problem).toContain('has no setting "keep_dayly"');
  const { answer, status } = await put('backup.keep_monthly', '12');
  expect(status).toBe(422);
  expect(answer).toMatchObject({ error: { kind: 'refused' } });
  expect(await readFile(file, 'utf8')).toBe('[backup]\nkeep_dayly = 1\n');
});

test('a secret that stands in a file of its own is not set a second time', async () => {
  await writeFile(file, '[website]\nsecret_file = /nowhere\n');
  expect((await put('website.secret', 'new')).status).toBe(422);
});
