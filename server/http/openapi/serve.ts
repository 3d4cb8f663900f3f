import { Router } from 'express';
import type { Response } from 'express';
import { openApiDocument } from './document.ts';
import { REFERENCE_STYLE, referencePage } from './reference-page.ts';

const MAX_AGE_SECONDS = 300;
/** The page has no script and takes nothing from elsewhere. */
const CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'";

/** The description of the API: for machines at `/v2/openapi.json`, for people at `/docs/api`. */
export function apiDescription(): Router {
  const document = JSON.stringify(openApiDocument());
  const page = referencePage();
  const router = Router({ caseSensitive: true });
  router.get('/v2/openapi.json', (_request, response) => {
    send(response, 'application/json; charset=utf-8', document);
  });
  router.get('/docs/api', (_request, response) => {
    response.setHeader('Content-Security-Policy', CONTENT_SECURITY_POLICY);
    send(response, 'text/html; charset=utf-8', page);
  });
  router.get('/docs/api.css', (_request, response) => {
    send(response, 'text/css; charset=utf-8', REFERENCE_STYLE);
  });
  return router;
}

function send(response: Response, contentType: string, body: string): void {
  response.setHeader('Content-Type', contentType);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Cache-Control', `public, max-age=${MAX_AGE_SECONDS}`);
  response.end(body);
}
