/**
 * One server process with one or more roles. Started by the supervisor (with an IPC channel, on
 * which it says `ready`) or by hand as `acoustid run ROLE`.
 *
 *   api, web   HTTP on server.host:server.port
 *   fpindex-feed   the changelog for index nodes, HTTP on feed.host:feed.port
 *   worker     imports submissions, carries the changelog into the index, runs tasks and jobs
 *   cron       queues tasks as the schedules come round, if no other process does
 *   import     the worker's imports alone
 */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import { ConfigError } from './config/config.ts';
import type { Config } from './config/config.ts';
import { dataDirOf } from './config/data-dir.ts';
import { loadConfig } from './config/load-config.ts';
import { ROLES } from './config/settings.ts';
import type { Role, SettingKey } from './config/settings.ts';
import { createContext, MissingSettingError } from './context.ts';
import { ListenError } from './http/listen.ts';
import { parentOf } from './parent-process.ts';
import { startRoles } from './roles.ts';
import { answerShell } from './shell-questions.ts';

const EXIT = { failure: 1, usage: 2, addressTaken: 3 } as const;

const PAGES_DIR = fileURLToPath(new URL('../renderer/dist', import.meta.url));

interface Options {
  readonly roles: readonly Role[];
  readonly config?: string;
  readonly dataDir?: string;
  readonly host?: string;
  readonly port?: string;
  readonly logLevel?: string;
}

/** Runs the process until it is told to stop; sets the exit code. */
async function main(argv: readonly string[]): Promise<void> {
  const options = readOptions(argv);
  try {
    await run(options);
  } catch (error) {
    process.exitCode = error instanceof ListenError ? EXIT.addressTaken : EXIT.failure;
    process.stderr.write(`${messageOf(error)}\n`);
  }
  // All is stopped and written by now, but for a NATS that never answered and is still being tried.
  process.exit();
}

async function run(options: Options): Promise<void> {
  const config = configOf(options);
  refuseSplitWithoutRedis(config, options.roles);
  await using context = createContext(config, { dataDir: dataDirOf(options.dataDir) });
  const stop = stopSignal();
  await using roles = await startRoles(context, options.roles, {
    pagesDir: existsSync(PAGES_DIR) ? PAGES_DIR : undefined,
  });
  context.log.info({ roles: options.roles, port: roles.port }, 'server ready');
  const parent = parentOf(process);
  if (parent) {
    answerShell(parent, context);
    context.live.services.follow(parent);
  }
  parent?.send({ type: 'ready', port: roles.port, pid: process.pid });
  await Promise.race([stop, once(context.replaced, 'abort')]);
  // Not a stop that was asked for: whoever started this process starts it again.
  if (context.replaced.aborted) process.exitCode = EXIT.failure;
  context.log.info('server stopping');
}

function readOptions(argv: readonly string[]): Options {
  const program = new Command('acoustid run')
    .addOption(
      new Option('--roles <roles>', `what this process does: ${ROLES.join(', ')}`)
        .argParser(parseRoles)
        .makeOptionMandatory(),
    )
    .option('--config <file>', 'configuration file')
    .option('--data-dir <folder>', 'data folder')
    .option('--host <address>', 'address to listen on')
    .option('--port <port>', 'port to listen on')
    .option('--log-level <level>', 'how much is logged')
    .exitOverride((error) => {
      process.exit(error.exitCode === 0 ? 0 : EXIT.usage);
    });
  program.parse([...argv], { from: 'user' });
  return program.opts<Options>();
}

function parseRoles(text: string): Role[] {
  return text.split(',').map((name) => {
    const role = ROLES.find((each) => each === name);
    if (!role) {
      throw new InvalidArgumentError(`There is no role "${name}"; there are ${ROLES.join(', ')}.`);
    }
    return role;
  });
}

function configOf(options: Options): Config {
  const flags: Partial<Record<SettingKey, string>> = {};
  if (options.host !== undefined) flags['server.host'] = options.host;
  if (options.port !== undefined) flags['server.port'] = options.port;
  if (options.logLevel !== undefined) flags['appliance.log_level'] = options.logLevel;
  return loadConfig({ file: options.config, dataDir: options.dataDir, flags });
}

/** Counters and rate limits live in this process unless a Redis is configured. */
function refuseSplitWithoutRedis(config: Config, roles: readonly Role[]): void {
  const together: readonly Role[] = ['api', 'worker', 'cron'];
  const present = together.filter((role) => roles.includes(role));
  const isSplit = present.length > 0 && present.length < together.length;
  if (isSplit && config.settings['redis.url'] === undefined) {
    throw new ConfigError(
      'Without a Redis the roles api, worker and cron must run in one process, because their counters live in it; set [redis] url, or run them together.',
    );
  }
}

/** Resolves at the first request to stop; a second one ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const ask = (): void => {
      if (asked) process.exit(EXIT.failure);
      asked = true;
      resolve();
    };
    process.on('SIGTERM', ask);
    process.on('SIGINT', ask);
    parentOf(process)?.onStop(ask);
  });
}

function messageOf(error: unknown): string {
  if (error instanceof ConfigError || error instanceof MissingSettingError) return error.message;
  if (error instanceof ListenError && error.code === 'EADDRINUSE') {
    return `${error.message}: the port is taken; choose another with --port or [server] port.`;
  }
  return error instanceof Error ? error.message : String(error);
}

await main(process.argv.slice(2));
