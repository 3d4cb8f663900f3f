import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asking, signIn } from '../../../e2e/harness/admin-client.ts';
import type { Person } from '../../../e2e/harness/admin-client.ts';
import { startService } from '../../../e2e/harness/service.ts';
import type { TestService } from '../../../e2e/harness/service.ts';
import {
  makeTemporaryFolder,
  removeTemporaryFolder,
} from '../../../e2e/harness/temporary-folder.ts';

let dataDir: string;
let service: TestService;
let admin: Person;
let user: Person;

beforeAll(async () => {
  dataDir = await makeTemporaryFolder('about');
  service = await startService({
    roles: ['api'],
    dataDir,
    settings: { 'updates.url': 'https://name:password@updates.example/feed' },
  });
  admin = await signIn(service, 'Anna', { isAdmin: true });
  user = await signIn(service, 'Udo');
});

afterAll(async () => {
  await service[Symbol.asyncDispose]();
  removeTemporaryFolder(dataDir);
});

interface About {
  readonly parts: { name: string; version: string | null }[];
  readonly outbound: { id: string; isOn: boolean; target: string | null }[];
}

test('everybody sees which connections are on, and administrators where to', async () => {
  const visitor = await asking(service.api.url)('/about');
  const { outbound, parts } = visitor.answer as About;
  expect(parts).toEqual([]);
  expect(outbound.filter(({ isOn }) => isOn)).toEqual([
    { id: 'updates', isOn: true, target: null },
  ]);
  const { answer } = await admin.ask('/about');
  expect((answer as About).outbound).toContainEqual({
    id: 'updates',
    isOn: true,
    target: 'updates.example',
  });
  expect(JSON.stringify(answer)).not.toContain('password');
});

test('those signed in see the versions of the parts', async () => {
  const { parts } = (await user.ask('/about')).answer as About;
  const versions = Object.fromEntries(parts.map(({ name, version }) => [name, version]));
  expect(versions).toEqual({
    'Node.js': process.versions.node,
    PostgreSQL: expect.stringMatching(/^\d+\.\d+/),
    NATS: expect.stringMatching(/^\d+\.\d+\.\d+/),
  });
});

test('the licences of others are there to be read', async () => {
  const { answer } = await asking(service.api.url)('/about/licences');
  expect((answer as { text: string }).text).toContain('# Third-party software');
});

test('the first steps know the machine, and try its disk without leaving a trace', async () => {
  expect((await admin.ask('/welcome')).answer).toMatchObject({
    dataDir,
    isOpen: false,
    freeBytes: expect.any(Number),
    tracks: expect.any(Number),
  });
  const test = () => admin.ask('/welcome/disk-test', { method: 'POST' });
  const tries = await Promise.all([test(), test()]);
  expect(tries.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 409]));
  const [{ answer }] = tries.filter(({ status }) => status === 200) as [
    Awaited<ReturnType<typeof test>>,
  ];
  const { bytesPerSecond, syncMs } = answer as { bytesPerSecond: number; syncMs: number };
  expect(bytesPerSecond).toBeGreaterThan(0);
  expect(syncMs).toBeGreaterThan(0);
  expect(await readdir(dataDir)).toEqual([]);
});

test.each(['GET /welcome', 'POST /welcome/disk-test'])(
  '%s is for administrators',
  async (asked) => {
    const [method = '', path = ''] = asked.split(' ');
    expect((await asking(service.api.url)(path, { method })).status).toBe(401);
    expect((await user.ask(path, { method })).status).toBe(403);
  },
);
