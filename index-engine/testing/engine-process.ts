import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

/** A fresh folder under the system's temporary one; disposing removes it. */
export async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'index-engine-'));
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** A real engine process of a test. Disposing kills it. */
export class EngineProcess implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly url: string;
  readonly port: number;
  /** Everything it wrote to standard error. */
  readonly stderr: string[];

  /** Starts an engine and waits until it is ready. Rejects with its standard error if it ends first. */
  static async start(folder: string, options: readonly string[] = []): Promise<EngineProcess> {
    const child = forkEngine(['--dir', folder, '--port', '0', '--log-level', 'warn', ...options]);
    const stderr: string[] = [];
    child.stderr?.on('data', (text) => stderr.push(String(text)));
    const ready = once(child, 'message');
    const exited = once(child, 'exit').then(([code]) => {
      throw new Error(`the engine ended with ${String(code)}: ${stderr.join('')}`);
    });
    exited.catch(() => 'an exit after ready is the test’s own doing');
    const [message] = await Promise.race([ready, exited]);
    return new EngineProcess(child, Number(message.port), stderr);
  }

  private constructor(child: ChildProcess, port: number, stderr: string[]) {
    this.child = child;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.stderr = stderr;
  }

  /** Sends a signal and returns the exit code once the process is gone. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const exited = once(this.child, 'exit');
    this.child.kill(signal);
    const [code] = await exited;
    return typeof code === 'number' ? code : null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL');
  }
}

/** Runs the engine to its end, for command lines that are not meant to serve. */
export async function runEngine(
  argv: readonly string[],
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = forkEngine(argv);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (text) => (stdout += String(text)));
  child.stderr?.on('data', (text) => (stderr += String(text)));
  const [code] = await once(child, 'close');
  return { code: typeof code === 'number' ? code : null, stdout, stderr };
}

function forkEngine(argv: readonly string[]): ChildProcess {
  return fork(MAIN, [...argv], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
}
