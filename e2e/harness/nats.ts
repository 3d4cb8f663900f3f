/** A real nats-server with JetStream for tests: own port, folder and token. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, constants, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connect } from '@nats-io/transport-node';
import { findFreePort } from './free-port.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from './temporary-folder.ts';

const START_DEADLINE_MS = 20_000;
const START_ATTEMPTS = 5;
const POLL_MS = 20;
const RESOURCES = fileURLToPath(new URL('../../resources/bin', import.meta.url));
// Where Debian puts servers, which is not on every user's PATH.
const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/local/sbin'];

export interface Nats extends AsyncDisposable {
  /** `nats://127.0.0.1:port`; the token goes beside it. */
  readonly url: string;
  readonly port: number;
  readonly token: string;
  readonly pid: number;
  /** Ends the server without its leave. Its streams stay; `start` brings them back. */
  kill(): Promise<void>;
  /** Starts again after `kill`, on the same port and folder. */
  start(): Promise<void>;
}

/** Starts a nats-server. Disposing it leaves nothing behind. */
export async function startNats(): Promise<Nats> {
  const server = new NatsServer(await makeTemporaryFolder('nats'));
  try {
    await server.start();
    return server;
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

class NatsServer implements Nats {
  readonly token = randomBytes(12).toString('hex');
  readonly #folder: string;
  readonly #removeAtExit = (): void => {
    this.#process?.kill('SIGKILL');
    removeTemporaryFolder(this.#folder);
  };
  #process: ChildProcess | undefined;
  #port = 0;
  #log = '';

  constructor(folder: string) {
    this.#folder = folder;
    process.once('exit', this.#removeAtExit);
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.#port}`;
  }

  get pid(): number {
    const pid = this.#process?.pid;
    if (pid === undefined) throw new Error('nats-server does not run');
    return pid;
  }

  async start(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const port = this.#port === 0 ? await findFreePort() : this.#port;
      if (await this.#startOn(port)) return;
      if (this.#port !== 0 || attempt === START_ATTEMPTS) {
        throw new Error(`nats-server did not start:\n${this.#log}`);
      }
    }
  }

  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    removeTemporaryFolder(this.#folder);
    process.off('exit', this.#removeAtExit);
  }

  /** Starts on a port; false when the process ended before it answered. */
  async #startOn(port: number): Promise<boolean> {
    const config = join(this.#folder, 'nats.conf');
    writeFileSync(
      config,
      [
        `listen: "127.0.0.1:${port}"`,
        `authorization { token: ${JSON.stringify(this.token)} }`,
        `jetstream { store_dir: ${JSON.stringify(join(this.#folder, 'store'))} }`,
        '',
      ].join('\n'),
      { mode: 0o600 },
    );
    this.#log = '';
    const child = spawn(findNatsServer(), ['-c', config], {
      cwd: this.#folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.on('data', (chunk: Buffer) => (this.#log += chunk.toString()));
    child.on('error', (error) => (this.#log += error.message));
    this.#process = child;
    const deadline = Date.now() + START_DEADLINE_MS;
    while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
      if (await this.#answers(port)) {
        this.#port = port;
        return true;
      }
      await delay(POLL_MS);
    }
    await this.kill();
    return false;
  }

  /** Whether clients may connect with our token; JetStream is up by then. */
  async #answers(port: number): Promise<boolean> {
    try {
      const connection = await connect({
        servers: `127.0.0.1:${port}`,
        token: this.token,
        reconnect: false,
        timeout: 2_000,
      });
      await connection.close();
      return true;
    } catch {
      return false; // not yet: the caller knows how long to ask
    }
  }
}

function findNatsServer(): string {
  const name = process.platform === 'win32' ? 'nats-server.exe' : 'nats-server';
  const fetched = join(RESOURCES, `${process.platform}-${process.arch}`);
  const folders = [fetched, ...(process.env['PATH'] ?? '').split(delimiter), ...SYSTEM_FOLDERS];
  const found = folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
  if (found === undefined) {
    throw new Error('nats-server is not here: run scripts/fetch-binaries, or apt install it');
  }
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
