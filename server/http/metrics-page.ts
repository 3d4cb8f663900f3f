import { BlockList, isIP } from 'node:net';
import type { RequestHandler } from 'express';
import type { Metrics } from '../metrics.ts';
import { renderPage } from './pages.ts';
import { callerOf } from './request-context.ts';

/** `/metrics`, for the given addresses only: how busy a service is concerns its operator alone. */
export function metricsPage(metrics: Metrics, allowed: readonly string[]): RequestHandler {
  const list = new BlockList();
  for (const address of allowed) {
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (isIP(address) !== 0) list.addAddress(address, family);
  }
  return async (request, response) => {
    const { ip } = callerOf(request);
    if (!list.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4')) {
      renderPage(response, 404);
      return;
    }
    const { contentType, text } = await metrics.print();
    response.setHeader('Content-Type', contentType);
    response.end(text);
  };
}
