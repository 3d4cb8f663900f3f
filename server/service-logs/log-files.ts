import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Who writes logs: the services, the supervisor, the desktop application. Nothing else is read. */
export const LOG_NAMES = [
  'server',
  'postgres',
  'nats',
  'index',
  'migrations',
  'supervisor',
  'desktop',
] as const;
export type LogName = (typeof LOG_NAMES)[number];

/** Files kept per log, the current one included: `x.log`, `x.1.log`, … (main/service-log.ts) */
const FILES_MAX = 5;

/** A file as it is; it keeps its number when it is renamed to make room for the next. */
export interface LogFile {
  readonly path: string;
  readonly number: number;
  readonly sizeBytes: number;
}

/** Where a line begins. */
export interface LogPlace {
  readonly file: number;
  readonly offset: number;
}

export interface PlacedLine extends LogPlace {
  readonly text: string;
}

/** The folder of the logs. */
export function logFolderOf(dataDir: string): string {
  return join(dataDir, 'logs');
}

/** The files of a log, newest first; none when it never wrote. */
export async function listLogFiles(folder: string, name: LogName): Promise<LogFile[]> {
  const files: LogFile[] = [];
  for (let at = 0; at < FILES_MAX; at += 1) {
    const path = join(folder, at === 0 ? `${name}.log` : `${name}.${at}.log`);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() === true) {
      files.push({ path, number: found.ino, sizeBytes: found.size });
    }
  }
  return files;
}

/** Bytes of a file from `start` to before `end`. */
export async function readRange(path: string, start: number, end: number): Promise<Buffer> {
  await using handle = await open(path);
  const bytes = Buffer.alloc(Math.max(0, end - start));
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
  return bytes.subarray(0, bytesRead);
}
