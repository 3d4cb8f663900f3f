import express from 'express';
import type { Express } from 'express';
import type { Context } from '../context.ts';
import { apiHandler } from './api-handler.ts';
import { handleErrors, renderPage } from './error-handler.ts';
import { masterHealth, readOnlyHealth } from './health.ts';
import type { Health } from './health.ts';
import { readBody } from './request-parameters.ts';
import { lookupMethod } from './v2/lookup.ts';
import { submissionStatusMethod } from './v2/submission-status.ts';
import { submitMethod } from './v2/submit.ts';
import { webPages } from './web-pages.ts';

export interface AppOptions {
  readonly health: () => Health;
  /** Folder of the built web pages; `undefined` serves none. */
  readonly pagesDir: string | undefined;
}

/** The public service: middleware and methods in order. */
export function createApp(context: Context, options: AppOptions): Express {
  const { log } = context;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.set('case sensitive routing', true);
  app.set('trust proxy', [...context.config.settings['server.trusted_proxies']]);

  app.use((request, response, next) => {
    response.setHeader('Access-Control-Allow-Origin', '*');
    // Some clients join a base address and a path that both have a slash; one pass, as upstream.
    const [path = '', query] = request.url.split(/\?(.*)/s, 2);
    if (path.includes('//')) {
      const single = path.replaceAll('//', '/');
      request.url = query === undefined ? single : `${single}?${query}`;
    }
    next();
  });

  app.all('/_health', masterHealth(options.health));
  app.all('/_health_ro', readOnlyHealth(options.health));
  app.all('/_health_docker', readOnlyHealth(options.health));

  app.use(...readBody());
  app.all('/v2/lookup', apiHandler(lookupMethod(context), log));
  app.all('/v2/submit', apiHandler(submitMethod(context), log));
  app.all('/v2/submission_status', apiHandler(submissionStatusMethod(context), log));

  if (options.pagesDir !== undefined) app.use(webPages(options.pagesDir));

  app.use((_request, response) => renderPage(response, 404, 'Not Found'));
  app.use(handleErrors(log));
  return app;
}
