import type { Request } from 'express';

/**
 * Whether a request was caused by our own pages, or by no page at all: browsers say in
 * `Sec-Fetch-Site` where a request comes from, older ones in `Origin`; programs say neither.
 */
export function isSameOrigin(request: Pick<Request, 'headers' | 'protocol'>): boolean {
  const { headers, protocol } = request;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const { host, origin } = headers;
  return origin === undefined || origin === `${protocol}://${host}`;
}
