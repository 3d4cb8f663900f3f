import { z } from 'zod';
import type { ServiceLog } from '../service-log.ts';
import { endWithin, untilReady } from './readiness.ts';
import type { ModuleOptions, RunModule, RunningProcess } from './run-process.ts';

/** What a module of ours sends when it takes requests. */
const readyMessage = z.object({ type: z.literal('ready'), port: z.int().positive() });

export interface ModuleStart extends Omit<ModuleOptions, 'onLine' | 'onMessage'> {
  readonly readyLimitMs: number;
  /** Gets every message, the one that says ready included. */
  readonly onMessage?: (message: unknown) => void;
}

/** Starts a module of ours and waits for its `{ type: 'ready', port }`. */
export async function startModule(
  run: RunModule,
  options: ModuleStart,
  log: ServiceLog,
  signal: AbortSignal,
): Promise<{ process: RunningProcess; port: number }> {
  const ready = Promise.withResolvers<number>();
  const process = run({
    ...options,
    onLine: (line) => log.write(line),
    onMessage: (message) => {
      options.onMessage?.(message);
      const read = readyMessage.safeParse(message);
      if (read.success) ready.resolve(read.data.port);
    },
  });
  const port = await untilReady(process, () => ready.promise, {
    signal,
    limitMs: options.readyLimitMs,
    lastLines: () => log.last(),
  });
  return { process, port };
}

/** Ends a module of ours: a message, since Windows has no SIGTERM, then the limit. */
export async function stopModule(process: RunningProcess, limitMs: number): Promise<void> {
  await endWithin(process, limitMs, () => process.send({ type: 'shutdown' }));
}
