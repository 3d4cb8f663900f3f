import type { ServiceLog } from '../service-log.ts';
import { startModule, stopModule } from './module-process.ts';
import type { RunModule, RunningProcess } from './run-process.ts';
import type { Service, Started } from './service.ts';

/** A large index is opened and its oplog replayed before it is ready. */
const READY_LIMIT_MS = 120_000;
/** Its acknowledged changes are in the oplog already; the rest of a stop is courtesy. */
const STOP_LIMIT_MS = 5000;

export interface IndexEngineOptions {
  readonly modulePath: string;
  readonly dir: string;
  readonly port: number;
  readonly logLevel: string;
  readonly cwd: string;
  readonly env: () => Record<string, string>;
  readonly run: RunModule;
  readonly log: ServiceLog;
}

/** The index engine: ready when it says so over its channel; ends by itself when that breaks. */
export class IndexEngineService implements Service {
  readonly name = 'index';
  readonly kind = 'supporting';
  readonly #options: IndexEngineOptions;
  #process: RunningProcess | undefined;

  constructor(options: IndexEngineOptions) {
    this.#options = options;
  }

  async start(signal: AbortSignal): Promise<Started> {
    const { cwd, dir, env, log, logLevel, modulePath, port, run } = this.#options;
    const args = ['--dir', dir, '--host', '127.0.0.1', '--port', String(port)];
    const { process } = await startModule(
      run,
      {
        name: 'acoustid index engine',
        modulePath,
        args: [...args, '--log-level', logLevel],
        env: env(),
        cwd,
        readyLimitMs: READY_LIMIT_MS,
      },
      log,
      signal,
    );
    this.#process = process;
    return { pid: process.pid ?? null, exited: process.exited };
  }

  async stop(): Promise<void> {
    if (this.#process) await stopModule(this.#process, STOP_LIMIT_MS);
  }

  kill(): void {
    this.#process?.kill('SIGKILL');
  }

  lastLines(): readonly string[] {
    return this.#options.log.last();
  }
}
