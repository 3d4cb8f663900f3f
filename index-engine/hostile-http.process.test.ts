import { connect } from 'node:net';
import { pack } from 'msgpackr';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BODY_SIZE_BYTES_MAX, JSON_TYPE, MSGPACK_TYPE } from './contract.ts';
import { send, sendJson } from './testing/engine-client.ts';
import { EngineProcess, temporaryFolder } from './testing/engine-process.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let engine: EngineProcess;

beforeAll(async () => {
  folder = await temporaryFolder();
  engine = await EngineProcess.start(folder.path, ['--log-level', 'fatal']);
  await sendJson(engine.url, '/t', { method: 'PUT' });
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** Sends bytes over a bare connection and returns all that comes back. */
async function raw(bytes: string | Buffer): Promise<string> {
  const socket = connect(engine.port, '127.0.0.1');
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let answer = '';
  socket.on('data', (data) => (answer += String(data)));
  socket.on('close', () => resolve(answer));
  socket.on('error', reject);
  socket.end(bytes);
  return promise;
}

const post = (path: string, contentType: string, body: string | Uint8Array): Promise<unknown> =>
  send(engine.url, path, { contentType, raw: body }).then(({ status }) => status);

test('bodies above the limit are 413, announced or not', async () => {
  const big = Buffer.alloc(BODY_SIZE_BYTES_MAX + 1, 0x20);
  expect(await post('/t/_update', JSON_TYPE, big)).toBe(413);
  expect(await post('/t/_update', JSON_TYPE, big.subarray(1))).toBe(400);
  const chunk = `400000\r\n${' '.repeat(0x400000)}\r\n`;
  const answer = await raw(
    `POST /t/_update HTTP/1.1\r\nhost: x\r\ncontent-type: ${JSON_TYPE}\r\ntransfer-encoding: chunked\r\n\r\n${chunk.repeat(5)}0\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1.1 413 /);
  expect(answer).toContain('{"error":"BodyTooBig"}');
});

test('malformed JSON is 400, whatever is wrong with it', async () => {
  const insert = (id: string, hashes = '[1]'): string =>
    `{"changes":[{"insert":{"id":${id},"hashes":${hashes}}}]}`;
  const bodies = [
    '',
    ' ',
    '{',
    'null',
    '[]',
    '{}',
    '{"changes":null}',
    '{"changes":[]} x',
    '{"changes":[],"changes":[]}',
    '{"changes":[],"unknown":1}',
    '{"changes":[{}]}',
    '{"changes":[{"insert":{"id":1}}]}',
    '{"changes":[{"insert":{"id":1,"hashes":[1]},"delete":{"id":2}}]}',
    '{"changes":[],"metadata":{"a":1}}',
    '{"changes":[],"metadata":{"a":"\u0001"}}',
    '{"changes":[],"metadata":{"\\ud800x":"\\q"}}',
    '{"changes":[],"expected_version":-1}',
    '{"changes":[],"expected_version":9007199254740992}',
    ...[
      '-1',
      '4294967296',
      '1e400',
      '1.5',
      'NaN',
      'Infinity',
      '"1"',
      'true',
      '01',
      '[1]',
      '{}',
    ].map((id) => insert(id)),
    ...['[4294967296]', '[-1]', '[null]', '[1,]', '[1 2]', '{}', '"x"', '['.repeat(100_000)].map(
      (hashes) => insert('1', hashes),
    ),
  ];
  for (const body of bodies) {
    expect({ body, status: await post('/t/_update', JSON_TYPE, body) }).toEqual({
      body,
      status: 400,
    });
  }
  const invalidUtf8 = Buffer.from('{"changes":[],"metadata":{"a":"\xff"}}', 'latin1');
  expect(await post('/t/_update', JSON_TYPE, invalidUtf8)).toBe(400);
});

test('malformed MessagePack is 400, and a count is never believed before its bytes', async () => {
  const bytes = (...values: number[]): Buffer => Buffer.from(values);
  const bodies = [
    bytes(0xc1),
    bytes(0x81),
    bytes(0xdf, 0xff, 0xff, 0xff, 0xff),
    bytes(0x81, 0xa1, 0x63, 0xdd, 0xff, 0xff, 0xff, 0xff),
    bytes(0x81, 0xa0, 0x90),
    bytes(0x81, 0xdb, 0xff, 0xff, 0xff, 0xff),
    bytes(0x82, 0xa1, 0x63, 0x90, 0xa1, 0x63, 0x90),
    bytes(0x81, 0xa1, 0x63, 0x90, 0x00),
    Buffer.concat([bytes(0x81, 0xa1, 0x63), Buffer.alloc(100_000, 0x91)]),
    pack({ c: [{ i: { i: -1, h: [] } }] }),
    pack({ c: [{ i: { i: 1.5, h: [] } }] }),
    pack({ c: [{ i: { i: 2 ** 32, h: [] } }] }),
    pack({ c: [{ i: { i: 1, h: ['x'] } }] }),
    pack({ c: [{ d: { i: 1, z: 1 } }] }),
    pack({ c: [], m: { a: 1 } }),
    pack({ c: [], e: 2n ** 60n }),
    pack({ z: [] }),
    pack('x'.repeat(1000)),
  ];
  for (const body of bodies) {
    const status = await post('/t/_update', MSGPACK_TYPE, body);
    expect({ body: body.subarray(0, 20).toString('hex'), status }).toMatchObject({ status: 400 });
  }
  const invalidUtf8 = Buffer.concat([pack({ c: [], m: { a: 'bc' } })]);
  invalidUtf8[invalidUtf8.length - 1] = 0xff;
  expect(await post('/t/_update', MSGPACK_TYPE, invalidUtf8)).toBe(400);
});

test('searches with impossible fields are 400', async () => {
  for (const body of [
    '{"limit":1}',
    '{"query":[1],"limit":-1}',
    '{"query":[1],"score_pct":4294967296}',
    '{"query":[1],"timeout":1.5}',
    '{"query":[1],"exact":1}',
    '{"query":1}',
  ]) {
    expect(await post('/t/_search', JSON_TYPE, body)).toBe(400);
  }
});

test('ids in the path must be u32 and documents other than 0', async () => {
  const put = (id: string): Promise<unknown> =>
    sendJson(engine.url, `/t/${id}`, { method: 'PUT', body: { hashes: [1] } }).then(
      ({ status, body }) => ({ status, ...(body as object) }),
    );
  for (const id of ['x', '-1', '4294967296', '1.0', '99999999999999999999', '%20']) {
    expect(await put(id)).toEqual({ status: 400, error: 'BadRequest' });
  }
  expect(await put('0')).toEqual({ status: 400, error: 'InvalidFingerprintId' });
  expect(await sendJson(engine.url, '/t/x')).toMatchObject({ status: 400 });
});

test('broken HTTP gets a 4xx and a closed connection, and the engine lives on', async () => {
  expect(await raw('nonsense\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
  expect(await raw(`GET /${'x'.repeat(100_000)} HTTP/1.1\r\n\r\n`)).toMatch(/^HTTP\/1.1 431 /);
  expect(await raw(`GET / HTTP/1.1\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`)).toMatch(
    /^HTTP\/1.1 431 /,
  );
  const cut = await raw('POST /t/_update HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"ch');
  expect(cut).toMatch(/^(HTTP\/1.1 400 |$)/);
  expect(await send(engine.url, '/_health')).toMatchObject({ status: 200 });
  expect((await sendJson(engine.url, '/t')).body).toMatchObject({ version: 0 });
});

test('a thousand hostile requests leave memory as it was', async () => {
  const residentBytes = async (): Promise<number> => {
    const { body } = await send(engine.url, '/_metrics');
    return Number(/^process_resident_memory_bytes (\d+)/m.exec(String(body))?.[1] ?? Number.NaN);
  };
  const lie = Buffer.from([0x81, 0xa1, 0x63, 0xdd, 0xff, 0xff, 0xff, 0xff]);
  const hammer = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) await post('/t/_update', MSGPACK_TYPE, lie);
  };
  await hammer(200);
  const before = await residentBytes();
  await hammer(800);
  expect(await residentBytes()).toBeLessThan(before + 64 * 1024 * 1024);
});
