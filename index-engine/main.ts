/**
 * The engine as a process: options in, one line of error or a `ready` message out, and a stop that
 * loses nothing. Exit codes: 0 stopped, 1 failed, 2 bad option, 3 port taken, 4 data folder in use.
 */
import { hostname } from 'node:os';
import { pino } from 'pino';
import { commandOf } from './commands.ts';
import { Engine } from './engine.ts';
import { HttpServer } from './http-server.ts';
import { LineServer } from './legacy/line-server.ts';
import { DataFolderLocked } from './lock-file.ts';
import { Metrics } from './metrics.ts';
import { Cluster } from './replication/cluster.ts';
import { UpdateBuilder } from './update-builder.ts';
import { localWrites, notYetWrites } from './writes.ts';
import { OptionError, type Options, parseOptions, USAGE } from './options.ts';

const EXIT_FAILED = 1;
const EXIT_BAD_OPTION = 2;
const EXIT_PORT_TAKEN = 3;
const EXIT_FOLDER_IN_USE = 4;

async function main(argv: readonly string[]): Promise<void> {
  const command = commandOf(argv);
  if (command) {
    process.exitCode = await command(argv.slice(1), (text) => process.stdout.write(text));
    return;
  }
  const options = parseOptions(argv);
  if (options === 'help') {
    process.stdout.write(USAGE);
    return;
  }
  await serve(options);
}

async function serve(options: Options): Promise<void> {
  const log = pino({ level: options.logLevel, base: { service: 'index-engine' } });
  const metrics = new Metrics();
  const settings = { ...options, threadCount: options.threads };
  const builder = new UpdateBuilder();
  const engine = await Engine.open(options.dir, settings, metrics, log);
  const writes = options.cluster === undefined ? localWrites(engine) : notYetWrites();
  const context = { engine, metrics, builder, writes };
  const server = new HttpServer(context, log);
  const legacy = options.legacyPort === 0 ? undefined : new LineServer(context, log);
  let port: number;
  let cluster: Cluster | undefined;
  try {
    port = await server.listen(options.port, options.host);
    if (options.cluster !== undefined) {
      // Peers are told the port, so it must be known first.
      const ownUrl = `http://${reachableHost(options.host)}:${port}`;
      const { cluster: name, natsUrl, clusterTrimMs: trimIntervalMs } = options;
      cluster = await Cluster.join(engine, { name, natsUrl, ownUrl, trimIntervalMs }, log);
      context.writes = cluster;
    }
    await legacy?.listen(options.legacyPort, options.host);
  } catch (error) {
    await engine.close();
    throw error;
  }
  stopOnRequest(async (reason) => {
    log.info({ reason }, 'stopping');
    await Promise.all([server.stop(), legacy?.stop()]);
    await cluster?.close();
    await engine.close();
    await builder.close();
    log.info('stopped');
  });
  log.info({ host: options.host, port, dir: options.dir, indexes: engine.indexes.size }, 'ready');
  process.send?.({ type: 'ready', port, pid: process.pid });
}

/** What peers can call this machine when it listens on every address it has. */
function reachableHost(host: string): string {
  return host === '0.0.0.0' || host === '::' ? hostname() : host;
}

/** The first request to stop is graceful; a second one ends the process at once. */
function stopOnRequest(stop: (reason: string) => Promise<void>): void {
  let stopping = false;
  const request = (reason: string): void => {
    if (stopping) process.exit(EXIT_FAILED);
    stopping = true;
    stop(reason).then(() => process.exit(0), fail);
  };
  process.on('SIGTERM', () => request('SIGTERM'));
  process.on('SIGINT', () => request('SIGINT'));
  // A parent that asks by message and then goes away has asked once.
  process.once('disconnect', () => stopping || request('disconnect'));
  process.on('message', (message) => {
    if (isShutdown(message)) request('shutdown');
  });
}

function isShutdown(message: unknown): boolean {
  return (
    typeof message === 'object' &&
    message !== null &&
    'type' in message &&
    message.type === 'shutdown'
  );
}

function fail(error: unknown): never {
  const { message, code } = explain(error);
  process.stderr.write(`acoustid index: ${message}\n`);
  process.exit(code);
}

function explain(error: unknown): { message: string; code: number } {
  if (error instanceof OptionError) {
    return { message: `${error.message} (see --help)`, code: EXIT_BAD_OPTION };
  }
  if (error instanceof DataFolderLocked) {
    return { message: `${error.message}; stop it or give another --dir`, code: EXIT_FOLDER_IN_USE };
  }
  if (isListenError(error)) {
    const message = `port ${error.port} on ${error.address} is taken; give another with --port or --legacy-port`;
    return { message, code: EXIT_PORT_TAKEN };
  }
  return { message: error instanceof Error ? error.message : String(error), code: EXIT_FAILED };
}

function isListenError(error: unknown): error is Error & { port: number; address: string } {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

main(process.argv.slice(2)).catch(fail);
