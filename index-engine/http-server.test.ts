import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Engine } from './engine.ts';
import { HttpServer } from './http-server.ts';
import { Metrics } from './metrics.ts';
import { sendJson } from './testing/engine-client.ts';
import { temporaryFolder } from './testing/engine-process.ts';
import { UpdateBuilder } from './update-builder.ts';
import { localWrites } from './writes.ts';

/** A server whose limits are small enough to be reached. */
const LIMITS = {
  bodiesSizeBytesMax: 10_000,
  connectionCountMax: 10,
  requestTimeoutMs: 150,
  drainTimeoutMs: 5000,
};
const log = pino({ level: 'silent' });
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let engine: Engine;
let server: HttpServer;
let port: number;

beforeEach(async () => {
  folder = await temporaryFolder();
  const metrics = new Metrics();
  const settings = {
    codec: 'ef' as const,
    threadCount: 1,
    memoryLimitBytes: Infinity,
    checkpointThreshold: 1e6,
    checkpointAgeMs: 0,
  };
  engine = await Engine.open(folder.path, settings, metrics, log);
  const context = { engine, metrics, builder: new UpdateBuilder(), writes: localWrites(engine) };
  server = new HttpServer(context, log, LIMITS);
  port = await server.listen(0, '127.0.0.1');
});
afterEach(async () => {
  await server.stop();
  await engine.close();
  await folder[Symbol.asyncDispose]();
});

/** Opens a connection, sends the head of a request and as much of its body as given. */
async function begin(contentLength: number, body: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`POST /t/_update HTTP/1.1\r\nhost: x\r\ncontent-length: ${contentLength}\r\n\r\n`);
  socket.write(body);
  return socket;
}

async function answerOf(socket: Socket): Promise<string> {
  let answer = '';
  socket.on('data', (data) => (answer += String(data)));
  await once(socket, 'close');
  return answer;
}

test('a body that stops coming is 408, and the connection is closed', async () => {
  const answer = await answerOf(await begin(1000, 'a little'));
  expect(answer).toMatch(/^HTTP\/1.1 408 /);
  expect(answer).toContain('connection: close');
});

test('bodies that take more memory together than allowed are 503, and later ones are welcome', async () => {
  const first = await begin(9000, 'x'.repeat(8000));
  const second = await begin(9000, 'x'.repeat(9000));
  expect(await answerOf(second)).toMatch(/^HTTP\/1.1 503 /);
  const firstClosed = once(first, 'close');
  first.destroy();
  await firstClosed;
  const url = `http://127.0.0.1:${port}`;
  await expect
    .poll(async () => (await sendJson(url, '/t', { method: 'PUT', body: {} })).status)
    .toBe(200);
});

test('stopping lets a request that has begun end', async () => {
  const body = '{"changes":[]}';
  const url = `http://127.0.0.1:${port}`;
  await sendJson(url, '/t', { method: 'PUT' });
  const socket = connect(port, '127.0.0.1');
  const head = `POST /t/_update HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n`;
  socket.write(`${head}content-length: ${body.length}\r\n\r\n${body.slice(0, 5)}`);
  await once(socket, 'connect');
  // The server has seen the head once it answers another connection after it.
  await sendJson(url, '/_health');
  const answer = answerOf(socket);
  const stopped = server.stop();
  socket.write(body.slice(5));
  expect(await answer).toMatch(/^HTTP\/1.1 200 /);
  await stopped;
});
