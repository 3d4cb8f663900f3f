import { isIP } from 'node:net';
import type { Request } from 'express';
import { isLoopback } from './rate-limit.ts';

/** Who asks, and how: what a method may want to know of the request besides its parameters. */
export interface Caller {
  readonly ip: string;
  readonly userAgent: string | undefined;
  /** Whether the request came over HTTPS, as far as we or a configured proxy can tell. */
  readonly isSecure: boolean;
  /** Whether it runs on this machine, with nothing in between that might speak for others. */
  readonly isLocal: boolean;
}

export interface RequestContext extends Caller {
  /**
   * The point from which on a request counts. Every method calls it once, when it has checked its
   * parameters and before it works: a request with bad parameters is never limited and leaves no
   * counter (api-v2.md section 6). Throws `too_many_requests`.
   */
  readonly admit: (applicationId: number | undefined) => Promise<void>;
}

/** What proxies add; one that is not configured would make everybody local. */
const PROXY_HEADERS = ['x-forwarded-for', 'x-real-ip', 'forwarded', 'via'];
const UNKNOWN_ADDRESS = '0.0.0.0';

export function callerOf(request: Request): Caller {
  const ip = addressOf(request);
  return {
    ip,
    userAgent: request.headers['user-agent'],
    isSecure: request.secure,
    isLocal: isLoopback(ip) && PROXY_HEADERS.every((name) => request.headers[name] === undefined),
  };
}

/** Express believes X-Forwarded-For only from the configured proxies (`trust proxy`). */
function addressOf(request: Request): string {
  return readAddress(request.ip) ?? readAddress(request.socket.remoteAddress) ?? UNKNOWN_ADDRESS;
}

/** An address as we count and store it: IPv4 without IPv6's clothes, no zone, no port. */
function readAddress(text: string | undefined): string | undefined {
  const address = text?.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/s, '');
  return address !== undefined && isIP(address) !== 0 ? address : undefined;
}
