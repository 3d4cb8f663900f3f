import { pino } from 'pino';
import type { Logger } from 'pino';
import { ServiceLog } from './service-log.ts';

/** The supervisor's own log; `close` ends its file. */
export type Log = Pick<Logger, 'error' | 'info' | 'warn'> & { readonly close: () => void };

/** Logs to `<logs>/<name>.log`. */
export function createLog(folder: string, level: string, name = 'supervisor'): Log {
  const file = new ServiceLog(folder, name);
  const log = pino({ level, base: {} }, { write: (line) => file.write(line.trimEnd()) });
  return {
    error: log.error.bind(log),
    info: log.info.bind(log),
    warn: log.warn.bind(log),
    close: () => file.close(),
  };
}
