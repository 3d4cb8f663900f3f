import { createServer } from 'node:net';
import { ApplianceError, codeOf } from './errors.ts';
import { findPortHolder } from './process-table.ts';

const LOOPBACK = '127.0.0.1';

/** Listens for a moment to learn whether one can; gives the port. Rejects with the system's error. */
async function tryListen(host: string, port: number): Promise<number> {
  const server = createServer();
  const listening = Promise.withResolvers<number>();
  server.once('error', listening.reject);
  server.listen({ host, port, exclusive: true }, () => {
    const address = server.address();
    if (typeof address === 'object' && address) listening.resolve(address.port);
  });
  const found = await listening.promise;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return found;
}

/** A port of loopback for an internal service: the preferred one, else any that is free. */
export async function chooseInternalPort(preferred: number): Promise<number> {
  try {
    return await tryListen(LOOPBACK, preferred);
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    return await tryListen(LOOPBACK, 0);
  }
}

/**
 * Makes sure that the API can listen where it is told to. Clients have its address, so it never
 * moves: throws `ApplianceError` that names the holder and the option.
 */
export async function assertApiPort(host: string, port: number): Promise<void> {
  try {
    await tryListen(host, port);
  } catch (cause) {
    throw new ApplianceError(await listenProblem(host, port, codeOf(cause)), { cause });
  }
}

async function listenProblem(
  host: string,
  port: number,
  code: string | undefined,
): Promise<string> {
  const choose = 'choose another with --port or port in [server] of acoustid.conf';
  if (code === 'EADDRINUSE') {
    const holder = (await findPortHolder(port)) ?? 'another program';
    return `Port ${port} of ${host} is in use by ${holder}. Stop it, or ${choose}.`;
  }
  if (code === 'EACCES') {
    return `This user may not listen on port ${port}. Use a port above 1023: ${choose}.`;
  }
  return `The appliance cannot listen on ${host} (${code ?? 'unknown error'}). Give an address of this machine with --host or host in [server] of acoustid.conf.`;
}
