import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { writeSecretFile } from '../secrets.ts';
import type { ServiceLog } from '../service-log.ts';
import type { SpawnProgram } from './child-process.ts';
import { endWithin, retryUntil, untilReady } from './readiness.ts';
import type { RunningProcess } from './run-process.ts';
import type { Service, Started } from './service.ts';

const READY_LIMIT_MS = 30_000;
const READY_EVERY_MS = 25;
const STOP_LIMIT_MS = 3000;
const INFO_LIMIT_MS = 1000;

/** Limits of the queue. It holds ids, for the databases are the truth; a changelog feed holds more. */
const JETSTREAM_FILE_MAX = '10G';
const JETSTREAM_MEMORY_MAX = '64M';
const CONNECTIONS_MAX = 256;
const PAYLOAD_MAX = '8MB';

export interface NatsOptions {
  readonly binary: string;
  readonly configFile: string;
  readonly storeDir: string;
  readonly port: number;
  readonly token: string;
  readonly spawn: SpawnProgram;
  readonly env: Readonly<Record<string, string>>;
  readonly log: ServiceLog;
}

/** The embedded nats-server: JetStream in files, on loopback, behind a token. */
export class NatsService implements Service {
  readonly name = 'nats';
  readonly kind = 'supporting';
  readonly #options: NatsOptions;
  #process: RunningProcess | undefined;

  constructor(options: NatsOptions) {
    this.#options = options;
  }

  async start(signal: AbortSignal): Promise<Started> {
    const { binary, configFile, env, log, port, spawn, storeDir } = this.#options;
    await mkdir(storeDir, { recursive: true, mode: 0o700 });
    // The token goes by a file only its owner reads: a command line is open to everybody.
    await writeSecretFile(configFile, natsConfigOf(this.#options));
    const process = spawn({
      path: binary,
      args: ['-c', configFile],
      env,
      cwd: storeDir,
      onLine: (line) => log.write(line),
    });
    await untilReady(
      process,
      (over) => retryUntil(() => readInfo('127.0.0.1', port), READY_EVERY_MS, over),
      { signal, limitMs: READY_LIMIT_MS, lastLines: () => log.last() },
    );
    this.#process = process;
    return { pid: process.pid ?? null, exited: process.exited };
  }

  async stop(): Promise<void> {
    const process = this.#process;
    if (process) await endWithin(process, STOP_LIMIT_MS, () => process.kill('SIGTERM'));
  }

  kill(): void {
    this.#process?.kill('SIGKILL');
  }

  lastLines(): readonly string[] {
    return this.#options.log.last();
  }
}

/** The configuration of the embedded nats-server. */
export function natsConfigOf(options: Pick<NatsOptions, 'port' | 'storeDir' | 'token'>): string {
  return [
    '# Written by the appliance at every start; changes here are lost.',
    'server_name: acoustid',
    `listen: ${quote(`127.0.0.1:${options.port}`)}`,
    `max_connections: ${CONNECTIONS_MAX}`,
    `max_payload: ${PAYLOAD_MAX}`,
    `authorization { token: ${quote(options.token)} }`,
    'jetstream {',
    `  store_dir: ${quote(options.storeDir)}`,
    `  max_file_store: ${JETSTREAM_FILE_MAX}`,
    `  max_memory_store: ${JETSTREAM_MEMORY_MAX}`,
    '}',
    '',
  ].join('\n');
}

/** NATS reads a double-quoted string with backslash escapes; so does JSON write one. */
function quote(text: string): string {
  return JSON.stringify(text);
}

/**
 * Connects to a NATS server and gives the `INFO` document with which it greets every client.
 * Rejects when nothing there speaks NATS.
 */
export async function readInfo(host: string, port: number): Promise<Record<string, unknown>> {
  const greeting = Promise.withResolvers<string>();
  const socket = connect({ host, port });
  socket.setTimeout(INFO_LIMIT_MS, () => greeting.reject(new Error('it does not answer')));
  socket.once('error', (error) => greeting.reject(error));
  socket.once('close', () => greeting.reject(new Error('it closed the connection')));
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
    if (text.includes('\r\n')) greeting.resolve(text);
  });
  try {
    const line = (await greeting.promise).split('\r\n', 1)[0] ?? '';
    if (!line.startsWith('INFO ')) throw new Error('it does not speak NATS');
    const info: unknown = JSON.parse(line.slice('INFO '.length));
    if (typeof info !== 'object' || info === null) throw new Error('it does not speak NATS');
    return info as Record<string, unknown>;
  } finally {
    socket.destroy();
  }
}
