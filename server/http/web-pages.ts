import { static as serveFiles } from 'express';
import type { RequestHandler } from 'express';

/** Built files carry a hash in their name, so a browser may keep them as long as it likes. */
const HASHED_FILE = /\.[\w-]{8,}\.(js|css|woff2|svg|png)$/;
const YEAR_SECONDS = 31_536_000;

const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "img-src 'self' data:",
  "object-src 'none'",
  "style-src 'self'",
].join('; ');

/** Serves the built web pages at `/`, with headers that keep them to themselves. */
export function webPages(folder: string): RequestHandler {
  return serveFiles(folder, {
    index: 'index.html',
    redirect: false,
    setHeaders(response, path) {
      response.setHeader('Content-Security-Policy', CONTENT_SECURITY_POLICY);
      response.setHeader('X-Content-Type-Options', 'nosniff');
      response.setHeader('Referrer-Policy', 'no-referrer');
      response.setHeader(
        'Cache-Control',
        HASHED_FILE.test(path) ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache',
      );
    },
  });
}
