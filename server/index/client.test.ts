import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Packr } from 'msgpackr';
import { expect, test } from 'vitest';
import { UnavailableError } from '../errors.ts';
import { IndexClient, IndexVersionMismatchError, SearchTimeoutError } from './client.ts';

const SEARCH = { limit: 10, minScore: 1, scorePercent: 10, timeoutMs: 50 };
const QUERY = Uint32Array.of(16, 32);

/** A client of an engine that answers as the listener does. */
async function clientOf(listener: RequestListener): Promise<AsyncDisposable & { c: IndexClient }> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A listening TCP server has an address of this type.
  const { port } = server.address() as AddressInfo;
  const c = new IndexClient(`http://127.0.0.1:${port}`, 'main');
  return {
    c,
    async [Symbol.asyncDispose]() {
      await c[Symbol.asyncDispose]();
      server.closeAllConnections();
      server.close();
    },
  };
}

function answering(status: number, body: object): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/vnd.msgpack' });
    response.end(new Packr({ useRecords: false }).pack(body));
  };
}

test('an engine that never answers a search is a search out of time', async () => {
  await using engine = await clientOf(() => undefined);
  await expect(engine.c.search(QUERY, SEARCH)).rejects.toBeInstanceOf(SearchTimeoutError);
});

test('an engine that gave up a search in time is one too', async () => {
  await using engine = await clientOf(answering(503, { e: 'SearchTimeout' }));
  await expect(engine.c.search(QUERY, SEARCH)).rejects.toBeInstanceOf(SearchTimeoutError);
});

test('an engine that is not there, not ready, or without the index is unavailable', async () => {
  await using gone = await clientOf((request) => request.socket.destroy());
  await expect(gone.c.search(QUERY, SEARCH)).rejects.toBeInstanceOf(UnavailableError);
  await using loading = await clientOf(answering(503, { e: 'IndexNotReady' }));
  await expect(loading.c.search(QUERY, SEARCH)).rejects.toBeInstanceOf(UnavailableError);
  await using missing = await clientOf(answering(404, { e: 'IndexNotFound' }));
  await expect(missing.c.search(QUERY, SEARCH)).rejects.toBeInstanceOf(UnavailableError);
  expect(await missing.c.findInfo()).toBeUndefined();
});

test('an update that expects another version is told so', async () => {
  await using engine = await clientOf(answering(409, { e: 'VersionMismatch' }));
  await expect(engine.c.update([], {}, 1)).rejects.toBeInstanceOf(IndexVersionMismatchError);
});
