import { fork, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { systemClock } from '../clock.ts';
import { forEachLine } from '../lines.ts';
import type { RunModule, RunningProcess } from './run-process.ts';
import type { Exit } from './service.ts';

/** A program that is not ours to run as a process: PostgreSQL, nats-server. */
export interface ProgramOptions {
  readonly path: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly onLine: (line: string) => void;
  /** Runs it as this user; only root may ask for another than itself. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
}

/** Runs another program; a seam, so that whoever composes can keep a record. */
export type SpawnProgram = (options: ProgramOptions) => RunningProcess;

/** How long the last words of an ended process are waited for. */
const LAST_WORDS_MS = 200;

// A group of its own: Ctrl-C in a terminal goes to the whole group, and the children would stop in
// no order. On Windows a detached process would open a console window.
const detached = process.platform !== 'win32';

/** Runs a module with `child_process.fork`: the adapter for plain Node. */
export const forkModule: RunModule = (options) => {
  const child = fork(options.modulePath, [...options.args], {
    env: { ...options.env },
    cwd: options.cwd,
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached,
  });
  child.on('message', options.onMessage);
  return adopt(child, options.onLine);
};

/** Runs another program with its output read line by line. */
export const spawnProgram: SpawnProgram = (options) => {
  const child = spawn(options.path, [...options.args], {
    env: { ...options.env },
    cwd: options.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    detached,
    ...(options.user && { uid: options.user.uid, gid: options.user.gid }),
  });
  return adopt(child, options.onLine);
};

function adopt(child: ChildProcess, onLine: (line: string) => void): RunningProcess {
  if (child.stdout) forEachLine(child.stdout, onLine);
  if (child.stderr) forEachLine(child.stderr, onLine);
  return {
    pid: child.pid,
    spawned: Promise.resolve(child.pid),
    exited: exitOf(child),
    send: (message) => {
      if (!child.connected) return;
      // It may go between the look and the write; its exit is reported by `exited`.
      child.send(message, () => undefined);
    },
    kill: (signal) => {
      child.kill(signal);
    },
  };
}

async function exitOf(child: ChildProcess): Promise<Exit> {
  const closed = once(child, 'close').catch(() => undefined);
  const exit = await new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', (error) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, error });
    });
  });
  // Its output is complete at `close`. That may never come, for grandchildren hold the pipe too.
  const limit = new AbortController();
  await Promise.race([closed, systemClock.sleep(LAST_WORDS_MS, limit.signal)]);
  limit.abort();
  return exit;
}
