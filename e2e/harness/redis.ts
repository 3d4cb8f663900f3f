/** A real redis-server for tests: own port, own folder, nothing kept on disk. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { findFreePort } from './free-port.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from './temporary-folder.ts';

const START_DEADLINE_MS = 20_000;
const START_ATTEMPTS = 5;
const POLL_MS = 20;

export interface RedisServer extends AsyncDisposable {
  /** `redis://127.0.0.1:port` */
  readonly url: string;
  /** Ends the server without its leave; what it held is gone. */
  kill(): Promise<void>;
}

/** Starts a redis-server. Disposing it leaves nothing behind. */
export async function startRedis(): Promise<RedisServer> {
  const folder = await makeTemporaryFolder('redis');
  for (let attempt = 1; attempt <= START_ATTEMPTS; attempt += 1) {
    const server = await startOn(await findFreePort(), folder);
    if (server) return server;
  }
  removeTemporaryFolder(folder);
  throw new Error('redis-server did not start');
}

/** Starts on a port; `undefined` when the process ended before it answered. */
async function startOn(port: number, folder: string): Promise<RedisServer | undefined> {
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
  const child = spawn('redis-server', options, { stdio: 'ignore' });
  const exited = once(child, 'exit');
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  const url = `redis://127.0.0.1:${port}`;
  const deadline = Date.now() + START_DEADLINE_MS;
  while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
    if (await answers(url)) {
      const dispose = async (): Promise<void> => {
        await kill();
        removeTemporaryFolder(folder);
      };
      return { url, kill, [Symbol.asyncDispose]: dispose };
    }
    await delay(POLL_MS);
  }
  await kill();
  return undefined;
}

async function answers(url: string): Promise<boolean> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  // Without a listener the client prints what `connect` rejects with as well.
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return (await redis.ping()) === 'PONG';
  } catch {
    return false; // not yet: the caller knows how long to ask
  } finally {
    redis.disconnect();
  }
}
