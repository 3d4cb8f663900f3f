import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import type { Context } from '../../context.ts';
import type { DomainError } from '../../errors.ts';
import { isFromCluster } from '../cluster-secret.ts';
import { refusalOf, wireOf } from '../error-handler.ts';
import { Parameters } from '../params.ts';
import { writePythonJson } from '../python-json.ts';
import type { Answer } from '../python-json.ts';
import { chargeRequest } from '../rate-limit.ts';
import type { RateLimiterParts } from '../rate-limit.ts';
import { callerOf } from '../request-context.ts';
import type { RequestContext } from '../request-context.ts';
import { queryPairs } from '../request-parameters.ts';

/** A request to the third version: keys in headers, JSON in the body. */
export interface JsonRequest {
  readonly query: Parameters;
  /** The parsed body; an empty object when there is none. */
  readonly body: unknown;
  /** `X-App-Key` and `X-User-Key` as they were sent. */
  readonly applicationKey: string | undefined;
  readonly userKey: string | undefined;
  readonly context: RequestContext;
}

export type JsonMethod = (request: JsonRequest) => Promise<Answer>;

export interface JsonRoute {
  readonly path: string;
  readonly methods: readonly ('GET' | 'POST')[];
  readonly needsKey: boolean;
  readonly method: JsonMethod;
}

/** The request is not what the route takes; the message is for the caller. */
export class InvalidRequestError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'InvalidRequestError';
  }
}

/** Checks a value by its schema; throws `InvalidRequestError` that names the first place at fault. */
export function requireShape<T>(schema: z.ZodType<T>, value: unknown): T {
  const { data, error } = schema.safeParse(value);
  if (!error) return data;
  const [issue] = error.issues;
  const place = issue?.path.join('.') ?? '';
  const message = issue?.message ?? 'invalid request';
  throw new InvalidRequestError(place === '' ? message : `${place}: ${message}`);
}

/** Binds a method of the third version to HTTP (api-v2.md section 19). */
export function jsonHandler(
  { config, log, metrics }: Context,
  limiter: RateLimiterParts,
  route: JsonRoute,
): RequestHandler {
  const secret = config.settings['cluster.secret'];
  const allowed = route.methods.flatMap((method) =>
    method === 'GET' ? ['GET', 'HEAD'] : [method],
  );
  return async (request, response) => {
    if (!allowed.includes(request.method)) {
      response.setHeader('Allow', allowed.join(', '));
      sendText(response, 405, 'Method Not Allowed');
      return;
    }
    const applicationKey = headerOf(request, 'x-app-key');
    if (route.needsKey && applicationKey === undefined) {
      sendText(response, 403, 'Forbidden');
      return;
    }
    try {
      const query = new Parameters(queryPairs(request));
      const caller = callerOf(request);
      const admit = async (applicationId: number | undefined): Promise<void> => {
        metrics.requestAdmitted(route.path, applicationId);
        if (isFromCluster(query, secret)) return;
        await chargeRequest(limiter, { applicationId, ip: caller.ip });
      };
      const userKey = headerOf(request, 'x-user-key');
      const body = request.method === 'POST' ? parseBody(request.body) : {};
      const context = { ...caller, admit };
      sendJson(
        response,
        200,
        await route.method({ query, body, applicationKey, userKey, context }),
      );
    } catch (error) {
      if (error instanceof InvalidRequestError) {
        metrics.requestRefused(route.path, 'invalid_request');
        sendJson(response, 400, { error: error.message });
        return;
      }
      const refusal = refusalOf(error, log);
      metrics.requestRefused(route.path, refusal.kind);
      sendRefusal(response, refusal);
    }
  };
}

function headerOf(request: Request, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function parseBody(body: unknown): unknown {
  if (!Buffer.isBuffer(body) || body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new InvalidRequestError('the body is not JSON', { cause });
  }
}

function sendRefusal(response: Response, refusal: DomainError): void {
  if (refusal.kind === 'invalid_apikey' || refusal.kind === 'invalid_user_apikey') {
    sendText(response, 403, 'Forbidden');
    return;
  }
  const { message, status } = wireOf(refusal);
  sendJson(response, status, { error: message });
}

function sendJson(response: Response, status: number, answer: Answer): void {
  response.status(status).setHeader('Content-Type', 'application/json');
  response.end(writePythonJson(answer));
}

function sendText(response: Response, status: number, text: string): void {
  response.status(status).setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end(text);
}
