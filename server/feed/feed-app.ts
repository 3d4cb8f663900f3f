/**
 * `acoustid run fpindex-feed`: the changelog as index nodes of the field follow it (api-v2.md
 * section 20). It reads the database and keeps nothing, so there may be many of it.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import express from 'express';
import type { ErrorRequestHandler, Express, Request, RequestHandler, Response } from 'express';
import { Packr } from 'msgpackr';
import { FEED_TYPE } from '../../index-engine/replication/feed-contract.ts';
import type { Queryable } from '../db/queryable.ts';
import { isUnavailable } from '../errors.ts';
import type { Log } from '../log.ts';
import { bootstrap, LINEAGE, readBatch, readOperations } from './feed-entries.ts';
import { BATCH_MAX, readCount } from './feed-parameters.ts';

const READ_ONLY =
  'read-only feed: the changelog is written by the fingerprint trigger, not over HTTP';
/** Bootstraps at once: each reads the whole corpus. */
const BOOTSTRAPS_MAX = 4;

const packr = new Packr({ useRecords: false });

/** The feed over the fingerprint database. */
export function createFeedApp(fingerprint: Queryable, log: Log): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('case sensitive routing', true);
  app.set('query parser', 'simple');
  app.route('/health').get(health(fingerprint, log)).all(refuseMethod);
  app
    .route('/_changelog/:index/:generation')
    .post(refuseWrite)
    .get(onlyLineage, changelog(fingerprint))
    .all(refuseMethod);
  app
    .route('/_meta')
    .get((request, response) => {
      const { after, max } = request.query;
      send(response, readOperations(readCount(after, 0), readCount(max, BATCH_MAX)));
    })
    .all(refuseMethod);
  app
    .route('/_bootstrap/:index/:generation')
    .get(onlyLineage, bootstraps(fingerprint, log))
    .all(refuseMethod);
  app.route('/_index/:index').put(refuseWrite).delete(refuseWrite).all(refuseMethod);
  app.route('/_truncate/:index/:generation').post(refuseWrite).all(refuseMethod);
  app.use(notFound);
  app.use(handleFailure(log));
  return app;
}

function changelog(fingerprint: Queryable): RequestHandler {
  return async ({ query }, response) => {
    const max = Math.min(readCount(query['max'], BATCH_MAX), BATCH_MAX);
    const batch = await readBatch(fingerprint, readCount(query['after'], 0), max);
    if (batch) send(response, batch);
    else response.status(410).end();
  };
}

function bootstraps(fingerprint: Queryable, log: Log): RequestHandler {
  let running = 0;
  return async (request, response) => {
    if (running >= BOOTSTRAPS_MAX) {
      sayText(response.setHeader('Retry-After', '60'), 503, 'Too many bootstraps');
      return;
    }
    running += 1;
    try {
      const chunk = Math.max(1, Math.min(readCount(request.query['chunk'], BATCH_MAX), BATCH_MAX));
      const values = packed(bootstrap(fingerprint, chunk));
      // The first value before the headers: a database that is away is an error, not a short stream.
      const first = await values.next();
      response.setHeader('Content-Type', FEED_TYPE);
      await pipeline(Readable.from(chain(first.value ?? Buffer.alloc(0), values)), response);
    } catch (error) {
      if (!response.headersSent) throw error;
      // The connection is cut, so that nobody takes what arrived for the whole.
      log.warn({ err: error }, 'bootstrap cut short');
      response.destroy();
    } finally {
      running -= 1;
    }
  };
}

async function* packed(values: AsyncIterable<unknown>): AsyncGenerator<Buffer, undefined> {
  for await (const value of values) yield packr.pack(value);
}

async function* chain(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

function health(fingerprint: Queryable, log: Log): RequestHandler {
  return async (_request, response) => {
    let ready = true;
    try {
      await fingerprint.query('select 1');
    } catch (error) {
      log.warn({ err: error }, 'the feed has no database');
      ready = false;
    }
    sayJson(response, ready ? 200 : 503, { ready });
  };
}

const onlyLineage: RequestHandler = (request, response, next) => {
  const { generation, index } = request.params;
  if (typeof generation === 'string' && !/^\d+$/.test(generation))
    sayText(response, 404, 'Not Found');
  else if (index !== LINEAGE.index || generation !== LINEAGE.generation) response.status(404).end();
  else next();
};

function refuseWrite(_request: Request, response: Response): void {
  sayJson(response, 403, { error: READ_ONLY });
}

function refuseMethod(_request: Request, response: Response): void {
  sayText(response, 405, 'Method Not Allowed');
}

function notFound(_request: Request, response: Response): void {
  sayText(response, 404, 'Not Found');
}

/** Express knows an error handler by its four parameters. */
function handleFailure(log: Log): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    const isAway = isUnavailable(error);
    if (isAway) log.warn({ err: error }, 'the feed has no database');
    else log.error({ err: error }, 'feed request failed');
    sayText(response, isAway ? 503 : 500, isAway ? 'Service Unavailable' : 'Internal Server Error');
  };
}

function send(response: Response, value: object): void {
  response.setHeader('Content-Type', FEED_TYPE);
  response.end(packr.pack(value));
}

/** Not `response.json()`: Express would add a charset that upstream does not send. */
function sayJson(response: Response, status: number, value: object): void {
  response.status(status).setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(value));
}

function sayText(response: Response, status: number, text: string): void {
  response.status(status).setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end(text);
}
