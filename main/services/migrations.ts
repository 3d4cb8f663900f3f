import { ApplianceError } from '../errors.ts';
import { lastWordsOf } from '../last-words.ts';
import type { ServiceLog } from '../service-log.ts';
import type { RunModule, RunningProcess } from './run-process.ts';
import { describeExit, neverExits } from './service.ts';
import type { Service, Started } from './service.ts';

export interface MigrationsOptions {
  readonly modulePath: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: () => Record<string, string>;
  readonly run: RunModule;
  readonly log: ServiceLog;
}

/** Brings the four databases to the version of this program, as a process that runs and ends. */
export class MigrationsService implements Service {
  readonly name = 'migrations';
  readonly kind = 'step';
  readonly #options: MigrationsOptions;
  #process: RunningProcess | undefined;

  constructor(options: MigrationsOptions) {
    this.#options = options;
  }

  /** There is no limit of time: a migration of a large database takes as long as it takes. */
  async start(signal: AbortSignal): Promise<Started> {
    const { args, cwd, env, log, modulePath, run } = this.#options;
    const process = run({
      name: 'acoustid migrations',
      modulePath,
      args: ['db', 'migrate', 'up', '--json', ...args],
      env: env(),
      cwd,
      onLine: (line) => log.write(line),
      onMessage: () => undefined,
    });
    this.#process = process;
    const stop = (): void => process.kill('SIGTERM');
    signal.addEventListener('abort', stop, { once: true });
    const exit = await process.exited;
    signal.removeEventListener('abort', stop);
    signal.throwIfAborted();
    this.#process = undefined;
    if (exit.code !== 0) throw failureOf(describeExit(exit), log);
    return { pid: null, exited: neverExits };
  }

  async stop(): Promise<void> {
    this.#process?.kill('SIGTERM');
    await this.#process?.exited;
  }

  kill(): void {
    this.#process?.kill('SIGKILL');
  }

  lastLines(): readonly string[] {
    return this.#options.log.last();
  }
}

/** A failed migration fails again: its own last line says why, and a person must read it. */
function failureOf(exit: string, log: ServiceLog): ApplianceError {
  const last = lastWordsOf(log.last()) ?? exit;
  return new ApplianceError(`The databases could not be migrated: ${last} (${log.file})`);
}
