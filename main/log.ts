import { pino } from 'pino';
import type { Logger } from 'pino';
import { ServiceLog } from './service-log.ts';

export type Log = Logger;

/** The supervisor's own log, in `<logs>/supervisor.log`. */
export function createLog(folder: string, level: string): Log {
  const file = new ServiceLog(folder, 'supervisor');
  return pino({ level, base: {} }, { write: (line) => file.write(line.trimEnd()) });
}
