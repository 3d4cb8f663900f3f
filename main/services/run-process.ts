import type { Exit } from './service.ts';

/** A module of ours to run as a process of its own. */
export interface ModuleOptions {
  /** Shown in process lists where the platform can. */
  readonly name: string;
  readonly modulePath: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Every line of its standard output and standard error. */
  readonly onLine: (line: string) => void;
  readonly onMessage: (message: unknown) => void;
}

/** A process we started. */
export interface RunningProcess {
  /** `undefined` before it runs, and for good when it could not be started. */
  readonly pid: number | undefined;
  /** Resolves with its pid once it runs; with `undefined` when it could not be started. */
  readonly spawned: Promise<number | undefined>;
  /** Resolves when it is gone, however it ended; never rejects. */
  readonly exited: Promise<Exit>;
  /** Sends a message; one to a process that is gone is lost. */
  send(message: object): void;
  kill(signal: 'SIGINT' | 'SIGTERM' | 'SIGQUIT' | 'SIGKILL'): void;
}

/** The one seam between plain Node (`child-process.ts`) and Electron (`utility-process.ts`). */
export type RunModule = (options: ModuleOptions) => RunningProcess;
