import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

export type Log = Logger;

/** Fields that may hold a secret and are replaced wherever they are logged. */
const REDACTED = ['apikey', 'password', 'token', 'secret', 'authorization', 'cookie'].flatMap(
  (name) => [name, `*.${name}`],
);

/**
 * The process's logger: JSON lines on standard output, which the supervisor writes to a file.
 * Messages are constant lower-case phrases; what varies is a field.
 */
export function createLog(level: string, destination?: DestinationStream): Log {
  const options = {
    level,
    redact: REDACTED,
    // The supervisor knows the host; repeating it on every line helps nobody.
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  return destination ? pino(options, destination) : pino(options);
}
