import { pack } from 'msgpackr';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { JSON_TYPE } from './contract.ts';
import { type Answer, send, sendJson } from './testing/engine-client.ts';
import { EngineProcess, temporaryFolder } from './testing/engine-process.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let engine: EngineProcess;

beforeAll(async () => {
  folder = await temporaryFolder();
  engine = await EngineProcess.start(folder.path);
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const chunk = (from: number, count: number): Buffer => {
  const c = Array.from({ length: count }, (_, i) => ({
    i: { i: from + i, h: [from + i, 1_000_000 + from + i, 7] },
  }));
  return pack(Buffer.from(pack({ c, m: { position: String(from + count - 1) } })));
};

/** Sends pieces of awkward sizes, as a stream, so that no chunk arrives as it was sent. */
async function bulk(path: string, bytes: Buffer, pieceSize = 1009): Promise<Answer> {
  const pieces = Array.from({ length: Math.ceil(bytes.length / pieceSize) }, (_, i) =>
    Uint8Array.from(bytes.subarray(i * pieceSize, (i + 1) * pieceSize)),
  );
  const response = await fetch(engine.url + path, {
    method: 'POST',
    headers: { accept: JSON_TYPE },
    body: ReadableStream.from(pieces),
    duplex: 'half',
  });
  return { status: response.status, type: '', body: await response.json() };
}

test('a stream of chunks is one commit each, with the position kept in metadata', async () => {
  await sendJson(engine.url, '/t', { method: 'PUT' });
  const chunks = Array.from({ length: 20 }, (_, i) => chunk(i * 500 + 1, 500));
  const answer = await bulk('/t/_bulk', Buffer.concat(chunks));
  expect(answer).toMatchObject({
    status: 200,
    body: { version: 20, chunks: 20, changes: 10_000 },
  });
  const { body } = await sendJson(engine.url, '/t');
  expect(body).toMatchObject({ version: 20, metadata: { position: '10000' } });
  const found = await sendJson(engine.url, '/t/_search', { body: { query: [9999, 1_009_999] } });
  expect(found.body).toEqual({ results: [{ id: 9999, score: 2 }] });
});

test('a stream that goes wrong keeps the chunks before, and says what was wrong', async () => {
  await sendJson(engine.url, '/u', { method: 'PUT' });
  const good = chunk(1, 10);
  for (const [bad, error] of [
    [Buffer.from('nonsense'), 'BadRequest'],
    [pack(Buffer.from([0xc1])), 'BadRequest'],
    [chunk(11, 10).subarray(0, 50), 'BadRequest'],
    [Buffer.from([0xc6, 0xff, 0xff, 0xff, 0xff]), 'BodyTooBig'],
    [chunk(0, 2), 'InvalidFingerprintId'],
  ] as const) {
    const answer = await bulk('/u/_bulk', Buffer.concat([good, bad]));
    expect(answer.body).toEqual({ error });
  }
  const { body } = await sendJson(engine.url, '/u');
  expect(body).toMatchObject({ version: 5, metadata: { position: '10' } });
});

test('an empty stream is no commit, and a missing index is found out before the body', async () => {
  await sendJson(engine.url, '/v', { method: 'PUT' });
  const answer = await send(engine.url, '/v/_bulk', { method: 'POST', accept: JSON_TYPE });
  expect(answer.body).toEqual({ version: 0, chunks: 0, changes: 0 });
  expect((await bulk('/missing/_bulk', chunk(1, 10))).body).toEqual({ error: 'IndexNotFound' });
});
