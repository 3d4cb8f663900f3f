import { z } from 'zod';
import type { ServiceLog } from '../service-log.ts';
import { startModule, stopModule } from './module-process.ts';
import { Questions } from './questions.ts';
import type { RunModule, RunningProcess } from './run-process.ts';
import { SERVICE_NAMES } from './service.ts';
import type { Service, ServiceName, Started } from './service.ts';

const READY_LIMIT_MS = 60_000;
/** What a drain takes beyond the time for requests under way, before it is cut off. */
const DRAIN_SLACK_MS = 500;

export interface ServerOptions {
  readonly modulePath: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: (port: number) => Record<string, string>;
  /** The configured port; 0 lets the system choose at the first start. */
  readonly port: number;
  /** How long requests under way may take at a stop. */
  readonly drainMs: number;
  readonly run: RunModule;
  readonly log: ServiceLog;
}

/** What an administrator asks of us at the pages of the server. */
const restartMessage = z.object({ type: z.literal('restart'), service: z.enum(SERVICE_NAMES) });

/** The AcoustID server with the roles api, web, worker and cron: what users talk to. */
export class ServerService implements Service {
  readonly name = 'server';
  readonly kind = 'user-facing';
  readonly #options: ServerOptions;
  readonly #questions = new Questions();
  #process: RunningProcess | undefined;
  #port: number;
  #onRestartAsked: (name: ServiceName) => void = () => undefined;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#port = options.port;
  }

  /** The port it listens on; kept over restarts. */
  get port(): number {
    return this.#port;
  }

  async start(signal: AbortSignal): Promise<Started> {
    const { args, cwd, env, log, modulePath, run } = this.#options;
    const { port, process } = await startModule(
      run,
      {
        name: 'acoustid server',
        modulePath,
        args: ['--roles', 'api,web,worker,cron', ...args],
        env: env(this.#port),
        cwd,
        readyLimitMs: READY_LIMIT_MS,
        onMessage: (message) => this.#received(message),
      },
      log,
      signal,
    );
    this.#process = process;
    void process.exited.then(() => this.#questions.abandon());
    this.#port = port;
    return { pid: process.pid ?? null, exited: process.exited };
  }

  /** Asks it over its private channel (server/shell-questions.ts). Rejects when it cannot answer. */
  async ask(question: object): Promise<unknown> {
    if (!this.#process) throw new Error('the server does not run');
    return await this.#questions.ask(this.#process, question);
  }

  /** Tells it something that wants no answer; lost when it does not run. */
  tell(message: object): void {
    this.#process?.send(message);
  }

  /** Calls back when an administrator wants a service started afresh. */
  onRestartAsked(listener: (name: ServiceName) => void): void {
    this.#onRestartAsked = listener;
  }

  #received(message: unknown): void {
    this.#questions.received(message);
    const restart = restartMessage.safeParse(message);
    if (restart.success) this.#onRestartAsked(restart.data.service);
  }

  /** The server drains as it stops, so the two are one. */
  async drain(): Promise<void> {
    if (this.#process) await stopModule(this.#process, this.#options.drainMs + DRAIN_SLACK_MS);
  }

  async stop(): Promise<void> {
    await this.drain();
  }

  kill(): void {
    this.#process?.kill('SIGKILL');
  }

  lastLines(): readonly string[] {
    return this.#options.log.last();
  }
}
