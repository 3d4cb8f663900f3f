import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Nats, startNats } from '../../e2e/harness/nats.ts';
import { send, sendJson, sendMsgpack } from '../testing/engine-client.ts';
import { EngineProcess, temporaryFolder } from '../testing/engine-process.ts';

const PATIENCE_MS = 20_000;
// Up to five processes start in a test, on a machine that is busy with others.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
let nats: Nats;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let nextCluster = 0;

beforeAll(async () => {
  nats = await startNats();
  folder = await temporaryFolder();
});
afterAll(async () => {
  await folder[Symbol.asyncDispose]();
  await nats[Symbol.asyncDispose]();
});

function natsUrl(): string {
  const url = new URL(nats.url);
  url.username = nats.token;
  return url.href;
}

const newCluster = (): string => `c${++nextCluster}`;
const join = (cluster: string, node: string, options: string[] = []): Promise<EngineProcess> =>
  EngineProcess.start(`${folder.path}/${cluster}-${node}`, [
    '--cluster',
    cluster,
    '--nats-url',
    natsUrl(),
    ...options,
  ]);

const insert = (id: number, hashes: number[]): unknown => ({ insert: { id, hashes } });
const update = (node: EngineProcess, changes: unknown[], rest = {}): ReturnType<typeof sendJson> =>
  sendJson(node.url, '/main/_update', { body: { changes, ...rest } });

async function find(node: EngineProcess, query: number[]): Promise<unknown> {
  const { body } = await sendJson(node.url, '/main/_search', { body: { query, min_score: 1 } });
  return (body as { results?: unknown }).results ?? body;
}

/** Polls until the value is as expected, or says what it was at the end. */
async function eventually(read: () => Promise<unknown>, expected: unknown): Promise<void> {
  await expect.poll(read, { timeout: PATIENCE_MS, interval: 20 }).toEqual(expected);
}

const results = (...ids: number[]): unknown => ids.map((id) => ({ id, score: 1 }));

test('what is created, written and deleted on one node is at once there and soon on the other', async () => {
  const cluster = newCluster();
  await using a = await join(cluster, 'a');
  await using b = await join(cluster, 'b');
  expect(await sendJson(a.url, '/main', { method: 'PUT' })).toMatchObject({ status: 200 });
  expect(await sendJson(a.url, '/main')).toMatchObject({ status: 200 });
  await eventually(async () => (await sendJson(b.url, '/main')).status, 200);
  await update(a, [insert(1, [10, 99])]);
  expect(await find(a, [10])).toEqual(results(1));
  await update(b, [insert(2, [20, 99])]);
  expect(await find(b, [20])).toEqual(results(2));
  for (const node of [a, b]) await eventually(() => find(node, [99]), results(1, 2));

  await update(a, [], { metadata: { foo: 'bar', rev: '7' } });
  const metadata = async (node: EngineProcess): Promise<unknown> =>
    ((await sendJson(node.url, '/main')).body as { metadata: unknown }).metadata;
  expect(await metadata(a)).toEqual({ foo: 'bar', rev: '7' });
  await eventually(() => metadata(b), { foo: 'bar', rev: '7' });

  expect((await sendJson(a.url, '/main', { method: 'DELETE' })).body).toEqual({ deleted: true });
  expect((await sendJson(a.url, '/main', { method: 'DELETE' })).body).toEqual({ deleted: false });
  await eventually(async () => (await sendJson(b.url, '/main')).status, 404);
  const again = await sendJson(b.url, '/main', { method: 'PUT' });
  expect(again).toMatchObject({ status: 200, body: { ready: true } });
  await eventually(async () => (await sendJson(a.url, '/main')).status, 200);
  await update(b, [insert(3, [30])]);
  await eventually(() => find(a, [10, 20, 30]), results(3));
});

test('two writers that expect the same version: one wins, the other is told', async () => {
  const cluster = newCluster();
  await using a = await join(cluster, 'a');
  await using b = await join(cluster, 'b');
  await sendJson(a.url, '/main', { method: 'PUT' });
  await eventually(async () => (await sendJson(b.url, '/main')).status, 200);
  const { body } = await update(a, [insert(1, [1])], { expected_version: 0 });
  const { version } = body as { version: number };
  await eventually(() => find(b, [1]), results(1));
  const answers = await Promise.all(
    [a, b].map((node, i) => update(node, [insert(10 + i, [5])], { expected_version: version })),
  );
  expect(answers.map(({ status }) => status).sort((x, y) => x - y)).toEqual([200, 409]);
  const [winner] = answers.flatMap(({ status }, i) => (status === 200 ? [10 + i] : []));
  for (const node of [a, b]) await eventually(() => find(node, [5]), results(winner ?? 0));
});

test('of three nodes one is killed under writes, rejoins and has everything', async () => {
  const cluster = newCluster();
  const hasty = ['--checkpoint-threshold', '300', '--checkpoint-age-ms', '50'];
  await using a = await join(cluster, 'a', hasty);
  await using b = await join(cluster, 'b', hasty);
  let c = await join(cluster, 'c', hasty);
  await sendJson(a.url, '/main', { method: 'PUT' });
  await eventually(async () => (await sendJson(c.url, '/main')).status, 200);
  const write = async (node: EngineProcess, from: number): Promise<void> => {
    const ids = Array.from({ length: 40 }, (_, i) => from + i);
    const statuses = ids.map((id) =>
      sendMsgpack(node.url, '/main/_update', { body: { c: [{ i: { i: id, h: [7, id * 16] } }] } }),
    );
    for (const { status } of await Promise.all(statuses)) expect(status).toBe(200);
  };
  await Promise.all([write(a, 1), write(b, 101), write(c, 201)]);
  await c.end('SIGKILL');
  await Promise.all([write(a, 301), write(b, 401)]);
  c = await join(cluster, 'c', hasty);
  await using rejoined = c;
  const documents = async (node: EngineProcess): Promise<unknown> => {
    const { body } = await sendJson(node.url, '/main/_status');
    return (body as { version: number }).version;
  };
  const version = await documents(a);
  for (const node of [b, rejoined]) await eventually(() => documents(node), version);
  for (const id of [1, 140, 240, 301, 440]) {
    for (const node of [a, b, rejoined]) {
      expect(await find(node, [id * 16])).toEqual(results(id));
    }
  }
  const { body } = await sendJson(rejoined.url, '/main/_status');
  expect(body).toMatchObject({ lag: 0 });
  await write(rejoined, 501);
  await eventually(() => find(a, [540 * 16]), results(540));
});

test('a new node fills itself from a peer when the stream was trimmed, and loading is not empty', async () => {
  const cluster = newCluster();
  await using a = await join(cluster, 'a');
  await sendJson(a.url, '/main', { method: 'PUT' });
  for (let id = 1; id <= 5; id++) await update(a, [insert(id, [42])]);
  const connection = await connect({ servers: nats.url, token: nats.token });
  const manager = await jetstreamManager(connection);
  await manager.streams.purge(`${cluster}-updates`, { keep: 1 });
  await connection.close();

  await using b = await join(cluster, 'b');
  await eventually(() => find(b, [42]), results(1, 2, 3, 4, 5));
  await update(a, [insert(6, [42])]);
  await eventually(() => find(b, [42]), results(1, 2, 3, 4, 5, 6));

  await Promise.all([a.end('SIGTERM'), b.end('SIGTERM')]);
  await using c = await join(cluster, 'c', ['--log-level', 'error']);
  const health = async (): Promise<unknown> => {
    const { status, body } = await send(c.url, '/main/_health');
    return { status, body };
  };
  await eventually(health, { status: 503, body: 'LOADING\n' });
  expect(await find(c, [42])).toEqual({ error: 'IndexNotReady' });
  await using again = await join(cluster, 'b');
  await eventually(() => find(c, [42]), results(1, 2, 3, 4, 5, 6));
  await update(c, [insert(7, [42])]);
  await eventually(() => find(again, [42]), results(1, 2, 3, 4, 5, 6, 7));
});

test('updates that all nodes have in files leave the stream, and who was away copies a peer', async () => {
  const cluster = newCluster();
  const hasty = ['--checkpoint-age-ms', '50', '--cluster-trim-ms', '100'];
  await using a = await join(cluster, 'a', hasty);
  const connection = await connect({ servers: nats.url, token: nats.token });
  const manager = await jetstreamManager(connection);
  const messages = async (): Promise<number> =>
    (await manager.streams.info(`${cluster}-updates`)).state.messages;
  await sendJson(a.url, '/main', { method: 'PUT' });
  for (let id = 1; id <= 5; id++) await update(a, [insert(id, [42])]);
  const fileVersion = async (node: EngineProcess): Promise<unknown> =>
    (await sendJson(node.url, '/main/_status')).body;
  await eventually(() => fileVersion(a), expect.objectContaining({ file_version: 5 }));
  {
    // One copy is none, so nothing has gone before there is a second.
    expect(await messages()).toBe(5);
    await using b = await join(cluster, 'b', hasty);
    await eventually(() => find(b, [42]), results(1, 2, 3, 4, 5));
    await eventually(messages, 1);
    // The message that is left is what a writer's expectation is compared with.
    const expecting = { expected_version: 5 };
    expect(await update(b, [insert(6, [42])], expecting)).toMatchObject({ status: 200 });
    expect(await update(b, [insert(7, [42])], expecting)).toMatchObject({ status: 409 });
  }
  await using c = await join(cluster, 'c', hasty);
  await eventually(() => find(c, [42]), results(1, 2, 3, 4, 5, 6));

  expect((await sendJson(a.url, '/main', { method: 'DELETE' })).body).toEqual({ deleted: true });
  await eventually(messages, 0);
  await connection.close();
});

test('an update above what NATS takes is a 413, and nothing of it is applied', async () => {
  const cluster = newCluster();
  await using a = await join(cluster, 'a');
  await sendJson(a.url, '/main', { method: 'PUT' });
  const hashes = Array.from({ length: 300_000 }, (_, i) => 2 ** 31 + i);
  const answer = await update(a, [insert(1, [5]), insert(2, hashes)], { metadata: { k: 'v' } });
  expect(answer).toMatchObject({ status: 413, body: { error: 'BodyTooBig' } });
  expect(await find(a, [5])).toEqual([]);
  const { body } = await sendJson(a.url, '/main');
  expect(body).toMatchObject({ version: 0, metadata: {} });
  expect(await update(a, [insert(1, [5])])).toMatchObject({ status: 200 });
});

test('writes while NATS is away are refused, reads go on, and both work when it is back', async () => {
  const cluster = newCluster();
  await using a = await join(cluster, 'a', ['--log-level', 'fatal']);
  await sendJson(a.url, '/main', { method: 'PUT' });
  await update(a, [insert(1, [1])]);
  await nats.kill();
  expect(await update(a, [insert(2, [2])])).toMatchObject({ status: 503 });
  expect(await find(a, [1])).toEqual(results(1));
  await nats.start();
  await eventually(async () => (await update(a, [insert(3, [3])])).status, 200);
  await eventually(() => find(a, [3]), results(3));
});
