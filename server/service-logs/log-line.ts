import type { LogName } from './log-files.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A line as people read it. */
export interface LogLine {
  readonly name: LogName;
  /** ISO 8601; null for a line without a time, which belongs to the one before. */
  readonly at: string | null;
  readonly level: LogLevel;
  readonly message: string;
  /** What else the line says, in its order. */
  readonly fields: readonly { readonly name: string; readonly value: string }[];
}

const PINO_WARN = 40;
const PINO_ERROR = 50;
const PINO_INFO = 30;

/** `2026-11-21 11:19:13.744 UTC [5430] database LOG:  message` */
const POSTGRES =
  /^(?<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+) (?<zone>\S+) \[(?<pid>\d+)\] (?<database>\S*) ?(?<severity>[A-Z]+\d?):\s+(?<message>.*)$/;
const POSTGRES_LEVELS: Readonly<Record<string, LogLevel>> = {
  WARNING: 'warn',
  ERROR: 'error',
  FATAL: 'error',
  PANIC: 'error',
};

/** `[5242] 2026/11/21 11:19:11.009316 [INF] message`, in local time */
const NATS =
  /^\[(?<pid>\d+)\] (?<at>\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d\.\d+) \[(?<severity>\w+)\] (?<message>.*)$/;
const NATS_LEVELS: Readonly<Record<string, LogLevel>> = {
  TRC: 'debug',
  DBG: 'debug',
  WRN: 'warn',
  ERR: 'error',
  FTL: 'error',
};

/** Reads a line of any of our logs; one in no form we know is its own message. */
export function readLogLine(name: LogName, text: string): LogLine {
  return (
    readJson(name, text) ?? readPostgres(name, text) ?? readNats(name, text) ?? plain(name, text)
  );
}

function plain(name: LogName, message: string): LogLine {
  return { name, at: null, level: 'info', message, fields: [] };
}

function readJson(name: LogName, text: string): LogLine | undefined {
  if (!text.startsWith('{')) return undefined;
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof said !== 'object' || said === null) return undefined;
  const { level, msg, time, ...rest } = said as Record<string, unknown>;
  if (msg === undefined && time === undefined) return undefined;
  return {
    name,
    at: timeOf(time),
    level: typeof level === 'number' ? levelOf(level) : 'info',
    message: typeof msg === 'string' ? msg : '',
    fields: Object.entries(rest).map(([field, value]) => ({
      name: field,
      value: typeof value === 'string' ? value : JSON.stringify(value, null, 1),
    })),
  };
}

function timeOf(time: unknown): string | null {
  if (typeof time !== 'string' && typeof time !== 'number') return null;
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function levelOf(level: number): LogLevel {
  if (level >= PINO_ERROR) return 'error';
  if (level >= PINO_WARN) return 'warn';
  return level >= PINO_INFO ? 'info' : 'debug';
}

function readPostgres(name: LogName, text: string): LogLine | undefined {
  const {
    at = '',
    database = '',
    message = '',
    pid = '',
    severity = '',
    zone = '',
  } = POSTGRES.exec(text)?.groups ?? {};
  if (at === '') return undefined;
  const fields = [{ name: 'pid', value: pid }];
  if (database !== '') fields.push({ name: 'database', value: database });
  return {
    name,
    at: timeOf(`${at.replace(' ', 'T')}${zone === 'UTC' || zone === 'GMT' ? 'Z' : ''}`),
    level: POSTGRES_LEVELS[severity] ?? 'info',
    message: severity === 'LOG' ? message : `${severity}: ${message}`,
    fields,
  };
}

function readNats(name: LogName, text: string): LogLine | undefined {
  const { at = '', message = '', pid = '', severity = '' } = NATS.exec(text)?.groups ?? {};
  if (at === '') return undefined;
  return {
    name,
    at: timeOf(at.replaceAll('/', '-').replace(' ', 'T').slice(0, 23)),
    level: NATS_LEVELS[severity] ?? 'info',
    message,
    fields: [{ name: 'pid', value: pid }],
  };
}
