/**
 * The whole appliance for tests, as a person runs it: `acoustid serve` on a data folder of its own
 * and free ports, through real processes.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findRunFile } from '../../server/config/run-file.ts';
import type { RunFile } from '../../server/config/run-file.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from './temporary-folder.ts';

const CLI = fileURLToPath(new URL('../../main/cli.ts', import.meta.url));
const READY_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 10;
/** The end of what a start prints: the addresses and keys, or with `--json` the document. */
const ALL_SAID = /^ {2}Web .*\n|^\{.*\}\n/m;

export interface ApplianceOptions {
  /** An existing folder to start on, which is then not removed; a fresh one when left out. */
  readonly dataDir?: string;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Added to the command line. */
  readonly args?: readonly string[];
}

export type EmbeddedService = 'postgres' | 'nats' | 'index' | 'server';

/** What a process said and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running appliance; disposing stops it and removes its folder. */
export interface TestAppliance extends AsyncDisposable {
  readonly dataDir: string;
  /** Of the supervisor. */
  readonly pid: number;
  /** Base address of the API, e.g. `http://127.0.0.1:40123`. */
  readonly api: string;
  /** How long it took from the command to ready. */
  readonly startMs: number;
  /** `run.json` as it is now. */
  readonly run: () => RunFile;
  /** All it has printed so far. */
  readonly output: () => { readonly stdout: string; readonly stderr: string };
  /** Sends the stop that Ctrl-C sends and waits for the end; the folder stays. */
  stop(): Promise<Ended>;
  /** `kill -9` of one service; resolves when its process is gone. Returns its pid. */
  kill(service: EmbeddedService): Promise<number>;
  /** `kill -9` of the supervisor itself, which leaves everything else running. */
  killSupervisor(): Promise<void>;
  /** Waits until a service is ready again with another pid than `pid`. */
  untilBack(service: EmbeddedService, pid: number): Promise<void>;
}

/** Arguments and environment for a start on ports that the system chooses. */
function commandOf(dataDir: string, options: ApplianceOptions): [string[], NodeJS.ProcessEnv] {
  const args = [CLI, 'serve', '--data-dir', dataDir, '--port', '0', ...(options.args ?? [])];
  // Port 0 lets the system choose, so suites side by side never meet.
  const ports = { ACOUSTID_POSTGRES_PORT: '0', ACOUSTID_NATS_PORT: '0', ACOUSTID_INDEX_PORT: '0' };
  return [args, { ...process.env, ...ports, ...options.env }];
}

export interface Interruption {
  readonly signal: NodeJS.Signals;
  /** Sent as soon as what it has printed matches. */
  readonly when: RegExp;
}

/** Runs `acoustid serve` to its end: for starts that are to fail, or are broken off. */
export async function serveToEnd(
  dataDir: string,
  options: ApplianceOptions & { readonly interruption?: Interruption } = {},
): Promise<Ended> {
  const { interruption } = options;
  const [args, env] = commandOf(dataDir, options);
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = collect(child);
  let isInterrupted = false;
  child.stdout.on('data', () => {
    if (isInterrupted || !interruption?.when.test(said().stdout)) return;
    isInterrupted = true;
    child.kill(interruption.signal);
  });
  // Not `close`: a killed supervisor's orphans keep its pipes.
  const [code] = await once(child, 'exit');
  return { code, ...said() };
}

/** Starts an appliance and waits until it is ready. Throws with its output when it is not. */
export async function startAppliance(options: ApplianceOptions = {}): Promise<TestAppliance> {
  const dataDir = options.dataDir ?? (await makeTemporaryFolder('appliance'));
  const begun = performance.now();
  const [args, env] = commandOf(dataDir, options);
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = collect(child);
  // A test run that is broken off takes its appliances along, in good order.
  const stopWithUs = (): boolean => child.kill('SIGTERM');
  process.once('exit', stopWithUs);
  const ended = once(child, 'close').then(([code]): Ended => {
    process.off('exit', stopWithUs);
    return { code, ...said() };
  });
  const run = (): RunFile => {
    const found = findRunFile(dataDir);
    if (!found) throw new Error(`the appliance on ${dataDir} is not running`);
    return found;
  };
  const remove = (): void => {
    if (options.dataDir === undefined) removeTemporaryFolder(dataDir);
  };
  const isReady = (): boolean =>
    findRunFile(dataDir)?.pid === child.pid && ALL_SAID.test(said().stdout);
  await poll('ready', () => child.exitCode !== null || isReady());
  if (child.exitCode !== null || child.pid === undefined) {
    const { stderr, stdout } = await ended;
    remove();
    throw new Error(`the appliance did not start:\n${stdout}${stderr}`);
  }
  const stop = async (): Promise<Ended> => {
    child.kill('SIGINT');
    return await ended;
  };
  return {
    dataDir,
    pid: child.pid,
    api: run().api,
    startMs: performance.now() - begun,
    run,
    output: said,
    stop,
    kill: async (service) => {
      const pid = run().services[service]?.pid;
      if (typeof pid !== 'number') throw new Error(`${service} has no process`);
      process.kill(pid, 'SIGKILL');
      await poll(`the end of ${service}`, () => run().services[service]?.pid !== pid);
      return pid;
    },
    killSupervisor: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    untilBack: async (service, pid) => {
      await poll(`the return of ${service}`, () => {
        const status = run().services[service];
        return status?.state === 'ready' && status.pid !== pid;
      });
    },
    [Symbol.asyncDispose]: async () => {
      await stop();
      remove();
    },
  };
}

function collect(child: {
  readonly stdout: NodeJS.ReadableStream;
  readonly stderr: NodeJS.ReadableStream;
}): () => { stdout: string; stderr: string } {
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
  return () => ({ ...said });
}

/** Looks until it is so; throws when it still is not after the limit. */
async function poll(what: string, isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + READY_LIMIT_MS;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`waited too long for ${what}`);
    await delay(LOOK_EVERY_MS);
  }
}
