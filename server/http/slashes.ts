import type { RequestHandler } from 'express';
import { renderRedirect } from './pages.ts';

/**
 * Clients join a base address and a path that both have a slash. One pass makes each pair a single
 * slash; what still has pairs then (three or four in a row) is redirected to the merged address,
 * so that there is one address for everything (api-v2.md section 2, "Slashes").
 */
export function mergeSlashes(): RequestHandler {
  return (request, response, next) => {
    const [path = '', query] = request.url.split(/\?(.*)/s, 2);
    if (!path.includes('//')) {
      next();
      return;
    }
    const search = query === undefined ? '' : `?${query}`;
    const once = path.replaceAll('//', '/');
    if (once.includes('//')) {
      renderRedirect(response, `${once.replaceAll(/\/{2,}/g, '/')}${search}`);
      return;
    }
    request.url = `${once}${search}`;
    next();
  };
}
