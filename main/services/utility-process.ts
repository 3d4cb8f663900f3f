import { fileURLToPath } from 'node:url';
import type { ForkOptions } from 'electron';
import { codeOf } from '../errors.ts';
import { forEachLine } from '../lines.ts';
import type { RunModule } from './run-process.ts';
import type { Exit } from './service.ts';

/** The part of Electron's `UtilityProcess` that is used; the test holds it against Electron's type. */
export interface UtilityChild {
  /** `undefined` until it has spawned, and again when it is gone. */
  readonly pid: number | undefined;
  readonly stdout: NodeJS.ReadableStream | null;
  readonly stderr: NodeJS.ReadableStream | null;
  postMessage(message: unknown): void;
  kill(): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  once(event: 'spawn', listener: () => void): unknown;
  once(event: 'exit', listener: (code: number) => void): unknown;
  /** A fault in V8 that it does not survive; `exit` follows. */
  on(event: 'error', listener: (type: string, location: string) => void): unknown;
}

/** Electron's `utilityProcess`, handed in so that plain Node never loads Electron. */
export interface UtilityFork {
  fork(modulePath: string, args: string[], options: ForkOptions): UtilityChild;
}

// As the code itself, a source or what was built from it; and a real file, for it is run by path.
const ENTRY = fileURLToPath(new URL('./utility-entry.ts', import.meta.url)).replace(
  /app\.asar(?=[\\/])/,
  'app.asar.unpacked',
);

/** Runs modules of ours as utility processes: the adapter for Electron. */
export function runInUtilityProcess(electron: UtilityFork): RunModule {
  return ({ args, cwd, env, modulePath, name, onLine, onMessage }) => {
    const child = electron.fork(ENTRY, [modulePath, ...args], {
      env: { ...env },
      cwd,
      execArgv: [],
      stdio: 'pipe',
      serviceName: name,
    });
    if (child.stdout) forEachLine(child.stdout, onLine);
    if (child.stderr) forEachLine(child.stderr, onLine);
    child.on('message', onMessage);
    // Unheard, the event would end the shell itself.
    child.on('error', (type, location) => onLine(`${type} at ${location}`));
    let isGone = false;
    const exited = new Promise<Exit>((resolve) => {
      child.once('exit', (code) => {
        isGone = true;
        resolve({ code, signal: null });
      });
    });
    const spawned = new Promise<number | undefined>((resolve) => {
      child.once('spawn', () => resolve(child.pid));
      void exited.then(() => resolve(undefined));
    });
    return {
      get pid() {
        return child.pid;
      },
      spawned,
      exited,
      send: (message) => {
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a process has none
        if (!isGone) child.postMessage(message);
      },
      kill: (signal) => kill(child, signal),
    };
  };
}

/** Electron's own `kill` is SIGTERM and nothing else. */
function kill(child: UtilityChild, signal: NodeJS.Signals): void {
  if (signal === 'SIGTERM' || child.pid === undefined) {
    child.kill();
    return;
  }
  try {
    process.kill(child.pid, signal);
  } catch (error) {
    // It went in the meantime, which is what was wanted.
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}
