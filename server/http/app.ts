import express from 'express';
import type { Express } from 'express';
import type { Context } from '../context.ts';
import { ADMIN_PATH, adminRouter } from './admin/admin-api.ts';
import { DESKTOP_SESSION_PATH, desktopSession } from './admin/desktop-session.ts';
import { LOOKUP_AUDIO_PATH, lookupAudio } from './admin/lookup-audio.ts';
import { EVENTS_PATH, eventStream } from './admin/events.ts';
import { LOGS_DOWNLOAD_PATH, logsDownload } from './admin/logs-download.ts';
import { adminParts } from './admin/parts.ts';
import { apiHandler } from './api-handler.ts';
import { handleErrors } from './error-handler.ts';
import { masterHealth, readOnlyHealth } from './health.ts';
import type { Health } from './health.ts';
import { metricsPage } from './metrics-page.ts';
import { apiDescription } from './openapi/serve.ts';
import { renderPage } from './pages.ts';
import { rateLimiterOf } from './rate-limit.ts';
import { readBody } from './request-parameters.ts';
import { mergeSlashes } from './slashes.ts';
import { v1Routes } from './v1/routes.ts';
import { acceptAudio } from './v2/audio-upload.ts';
import { v2Routes } from './v2/routes.ts';
import { jsonHandler } from './v3/json-handler.ts';
import { v3Routes } from './v3/routes.ts';
import { webPages } from './web-pages.ts';

export interface AppOptions {
  readonly health: () => Health;
  /** Folder of the built web pages; `undefined` serves none. */
  readonly pagesDir: string | undefined;
}

/** The public service: middleware and methods in order. */
export function createApp(context: Context, options: AppOptions): Express {
  const { config, log, metrics } = context;
  const limiter = rateLimiterOf(context);
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.set('case sensitive routing', true);
  app.set('trust proxy', [...config.settings['server.trusted_proxies']]);

  app.use((_request, response, next) => {
    response.setHeader('Access-Control-Allow-Origin', '*');
    next();
  });
  app.use(mergeSlashes());

  app.all('/_health', masterHealth(options.health));
  app.all('/_health_ro', readOnlyHealth(options.health));
  app.all('/_health_docker', readOnlyHealth(options.health));
  app.get('/metrics', metricsPage(metrics, config.settings['metrics.allow']));
  app.use(apiDescription());

  app.post(DESKTOP_SESSION_PATH, ...desktopSession(context));
  app.post(LOOKUP_AUDIO_PATH, ...lookupAudio(context));
  app.get(EVENTS_PATH, ...eventStream(context, () => options.health().stopping));
  app.get(LOGS_DOWNLOAD_PATH, ...logsDownload(context));
  app.use(ADMIN_PATH, adminRouter(context, adminParts(context)));

  app.use('/v2/lookup', ...acceptAudio(context));
  app.use(readBody());
  for (const route of [...v1Routes(context), ...v2Routes(context)]) {
    app.all(route.path, apiHandler(context, limiter, route));
  }
  for (const route of v3Routes(context)) app.all(route.path, jsonHandler(context, limiter, route));

  if (options.pagesDir !== undefined) app.use(webPages(options.pagesDir));

  app.use((_request, response) => renderPage(response, 404));
  app.use(handleErrors(log));
  return app;
}
