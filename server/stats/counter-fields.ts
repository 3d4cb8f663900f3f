/** The fields of the counter hashes, as `LookupCounters` and upstream write them. */
import { isIP } from 'node:net';
import type { DayOfUserAgent, HourOfLookups } from './stats-queries.ts';

const LOOKUPS =
  /^(?<date>\d{4}-\d{2}-\d{2}):(?<hour>\d{1,2}):(?<application>\d{1,9}):(?<type>hit|miss)$/;
const USER_AGENT =
  /^(?<date>\d{4}-\d{2}-\d{2}):(?<application>\d{1,9}):(?<agent>[^:]*):(?<ip>[^:]*)$/;
const COUNT = /^\d{1,9}$/;
/** Width of the column. */
const USER_AGENT_LENGTH_MAX = 1000;

/** Reads `2026-11-20:1:7:hit`; `undefined` for what is no such field. */
export function readLookupField(field: string, value: string): HourOfLookups | undefined {
  const { application, date, hour, type } = LOOKUPS.exec(field)?.groups ?? {};
  if (date === undefined || !isDay(date) || !COUNT.test(value)) return undefined;
  return {
    applicationId: Number(application),
    date,
    hour: Number(hour),
    hits: type === 'hit' ? Number(value) : 0,
    misses: type === 'hit' ? 0 : Number(value),
  };
}

/** Reads `2026-11-20:7:Foo/1.0%20%28x%29:1.2.3.4`; `undefined` for what is no such field. */
export function readUserAgentField(field: string, value: string): DayOfUserAgent | undefined {
  const { agent, application, date, ip: quotedIp } = USER_AGENT.exec(field)?.groups ?? {};
  if (date === undefined || !isDay(date) || !COUNT.test(value)) return undefined;
  const userAgent = unquote(agent ?? '');
  const ip = unquote(quotedIp ?? '');
  if (userAgent === undefined || ip === undefined || isIP(ip) === 0 || ip.includes('%')) {
    return undefined;
  }
  return {
    applicationId: Number(application),
    date,
    // PostgreSQL stores no NUL.
    userAgent: userAgent.replaceAll('\0', ' ').slice(0, USER_AGENT_LENGTH_MAX),
    ip,
    count: Number(value),
  };
}

/** 31 February parses as a day in March. */
function isDay(date: string): boolean {
  const parsed = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date);
}

function unquote(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not UTF-8 behind the percent signs: nothing of ours wrote it.
    return undefined;
  }
}
