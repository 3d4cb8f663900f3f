/**
 * Binds the admin contract to HTTP below `/api/admin`: same origin, session, right, then query and
 * body by their schemas, then the handler, and the answer by its schema.
 */
import express from 'express';
import type { ErrorRequestHandler, Request, RequestHandler, Response, Router } from 'express';
import type { z } from 'zod';
import { findSession } from '../../account/session.ts';
import type { NewSession, SignedIn } from '../../account/session.ts';
import type { Context } from '../../context.ts';
import { callerOf } from '../request-context.ts';
import type { Caller } from '../request-context.ts';
import { queryPairs } from '../request-parameters.ts';
import { AdminError, failureOf } from './admin-error.ts';
import type {
  Access,
  Endpoint,
  EndpointName,
  EndpointTable,
  PathNames,
} from './contract/endpoint.ts';
import { isOurHost } from './our-host.ts';
import { isSameOrigin } from './same-origin.ts';
import { SESSION_COOKIE, SESSION_COOKIE_OPTIONS } from './session-cookie.ts';

export const ADMIN_PATH = '/api/admin';

const BODY_BYTES_MAX = 1024 * 1024;
const RANK = { anyone: 0, user: 1, moderator: 2, admin: 3 } as const satisfies Record<
  Access,
  number
>;

/** Who asks, as far as every handler may want to know. */
export interface Asker {
  /** Nobody for endpoints that anyone may call. */
  readonly account: SignedIn | undefined;
  /** Of the session; empty without one. */
  readonly token: string;
  readonly caller: Caller;
  /** Hands out the cookie of a session, or takes it back. */
  readonly setSession: (session: NewSession | undefined) => void;
}

type Read<T> = T extends z.ZodType ? z.output<T> : undefined;
type Part<E, K extends string> = E extends Readonly<Record<K, infer T>> ? Read<T> : undefined;

export interface AdminRequest<Name extends string, E extends Endpoint> extends Asker {
  readonly params: Readonly<Record<PathNames<Name>, string>>;
  readonly query: Part<E, 'query'>;
  readonly body: Part<E, 'body'>;
}

type Answered<E> = E extends { readonly answer: infer A extends z.ZodType } ? z.input<A> : void;

/** One handler for each endpoint of a table; a missing one does not compile. */
export type Handlers<T extends EndpointTable> = {
  readonly [Name in keyof T & EndpointName]: (
    request: AdminRequest<Name, T[Name]>,
  ) => Promise<Answered<T[Name]>>;
};

/** What is left of a handler's type when it stands among others. */
type AnyHandler = (request: never) => Promise<unknown>;

export interface AdminPart {
  readonly contract: EndpointTable;
  readonly handlers: Readonly<Record<string, AnyHandler>>;
}

/** A table with its handlers. */
export function adminPart<T extends EndpointTable>(contract: T, handlers: Handlers<T>): AdminPart {
  return { contract, handlers };
}

/** The router of all parts, to be mounted at `ADMIN_PATH`. */
export function adminRouter(context: Context, parts: readonly AdminPart[]): Router {
  const router = express.Router({ caseSensitive: true });
  router.use(guardPages());
  router.use(express.json({ limit: BODY_BYTES_MAX }));
  for (const { contract, handlers } of parts) {
    for (const [name, endpoint] of Object.entries(contract)) {
      const [method = '', path = ''] = name.split(' ');
      const handler = handlers[name];
      if (!handler) throw new Error(`${name} has no handler`);
      router[method.toLowerCase() as 'get'](path, handle(context, endpoint, handler));
    }
  }
  router.use((_request, _response, next) => next(new AdminError('not_found', 'no such endpoint')));
  router.use(answerFailures(context));
  return router;
}

/** Answers what was thrown before, as the admin API does. */
export function answerFailures({ log }: Context): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  // eslint-disable-next-line max-params
  return (error: unknown, _request, response, _next) => {
    const { body, status } = failureOf(error, log);
    if (response.headersSent) response.destroy();
    else response.status(status).json(body);
  };
}

/** What other sites must not do through the browser of somebody who is signed in here. */
export function guardPages(): RequestHandler {
  return (request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    // Reading the answer is for our pages only, whatever the public methods allow.
    response.removeHeader('Access-Control-Allow-Origin');
    if (!isOurHost(request.headers.host)) {
      next(new AdminError('forbidden', 'this is not the name of this appliance'));
    } else if (isSameOrigin(request)) next();
    else next(new AdminError('forbidden', 'only our own pages may ask this'));
  };
}

/** Finds out who asks; throws `not_signed_in` or `forbidden` for somebody who may not. */
export async function admitAsker(
  context: Context,
  { request, response }: { request: Request; response: Response },
  access: Access,
): Promise<Asker> {
  const token = readCookie(request.headers.cookie, SESSION_COOKIE);
  const account = await findSession(context.databases.app.pool, token);
  const rank = account ? RANK[account.access] : RANK.anyone;
  if (rank < RANK[access]) {
    if (account) throw new AdminError('forbidden', `only for: ${access}`);
    throw new AdminError('not_signed_in', 'sign in first');
  }
  return {
    account,
    token: account ? token : '',
    caller: callerOf(request),
    setSession(session) {
      if (session) {
        const { expires, token: value } = session;
        const secure = request.secure;
        response.cookie(SESSION_COOKIE, value, { ...SESSION_COOKIE_OPTIONS, expires, secure });
      } else response.clearCookie(SESSION_COOKIE, SESSION_COOKIE_OPTIONS);
    },
  };
}

function handle(context: Context, endpoint: Endpoint, handler: AnyHandler): RequestHandler {
  return async (request, response) => {
    const asker = await admitAsker(context, { request, response }, endpoint.access);
    const asked = {
      ...asker,
      params: request.params,
      query: endpoint.query?.parse(readQuery(request)),
      body: endpoint.body?.parse(request.body ?? {}),
    };
    // The table typed both sides; between them the types are lost.
    const answer = await (handler as (request: unknown) => Promise<unknown>)(asked);
    if (endpoint.answer) response.json(endpoint.answer.parse(answer));
    else response.sendStatus(204);
  };
}

/** The query string as an object; of a name that is said twice the last one counts. */
function readQuery(request: Request): Record<string, string> {
  return Object.fromEntries(queryPairs(request));
}

function readCookie(header: string | undefined, name: string): string {
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return '';
}
