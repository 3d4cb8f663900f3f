import type { Request } from 'express';

/** What a method may want to know of the request besides its parameters. */
export interface RequestContext {
  readonly ip: string;
  readonly userAgent: string | undefined;
}

export function requestContextOf(request: Request): RequestContext {
  return {
    // Express resolves X-Forwarded-For only from the configured proxies (`trust proxy`).
    ip: request.ip ?? '0.0.0.0',
    userAgent: request.headers['user-agent'],
  };
}
