import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/**
 * A loopback port nobody listens on now. Somebody else may take it before it is used, so whoever
 * starts a server on it tries again with another when that happens.
 */
export async function findFreePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer();
  server.once('error', reject);
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
    server.close(() => resolve(port));
  });
  return await promise;
}
