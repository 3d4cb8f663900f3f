import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Router, static as serveFiles } from 'express';
import type { RequestHandler, Response } from 'express';

/** Built files carry a hash in their name, so a browser may keep them as long as it likes. */
const HASHED_FILE = /\.[\w-]{8,}\.(js|css|woff2|svg|png)$/;
const YEAR_SECONDS = 31_536_000;
const NONCE_BYTES = 16;
/** Where the page tells its scripts which number its styles need. */
const NONCE_PLACE = '__CSP_NONCE__';
/** Addresses of pages have no dot in their last part; what has one is a file that is not there. */
const FILE = /\.[^/]*$/;

/** Styles by the number alone, because the widgets write some of their own into the page. */
function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "img-src 'self' data: blob:",
    "object-src 'none'",
    `style-src 'self' 'nonce-${nonce}'`,
  ].join('; ');
}

/**
 * Serves the built pages at `/`, with headers that keep them to themselves. Every address without a
 * file is the one page, whose scripts know what belongs there.
 */
export function webPages(folder: string): RequestHandler {
  const router = Router({ caseSensitive: true });
  router.use(
    serveFiles(folder, {
      index: false,
      redirect: false,
      setHeaders(response: Response, path) {
        protect(response);
        response.setHeader(
          'Cache-Control',
          HASHED_FILE.test(path) ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache',
        );
      },
    }),
  );
  router.get('/{*address}', pageOf(folder));
  return router;
}

function pageOf(folder: string): RequestHandler {
  return async (request, response, next) => {
    if (FILE.test(request.path) || !request.accepts('html')) {
      next();
      return;
    }
    // Read each time: a build that is replaced under us has other names for its scripts.
    const page = await readFile(join(folder, 'index.html'), 'utf8');
    const nonce = randomBytes(NONCE_BYTES).toString('base64');
    protect(response);
    response.setHeader('Content-Security-Policy', contentSecurityPolicy(nonce));
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(page.replace(NONCE_PLACE, nonce));
  };
}

function protect(response: Response): void {
  response.removeHeader('Access-Control-Allow-Origin');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'same-origin');
}
