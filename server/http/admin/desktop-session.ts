import express from 'express';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import { openDesktopSession } from '../../account/desktop-login.ts';
import type { Context } from '../../context.ts';
import { isSameOrigin } from './same-origin.ts';
import { SESSION_COOKIE, SESSION_COOKIE_OPTIONS } from './session-cookie.ts';

const BODY_BYTES_MAX = 1024;

const bodySchema = z.strictObject({ token: z.string().regex(/^[\w-]{43}$/) });

export const DESKTOP_SESSION_PATH = '/api/admin/session/desktop';

/**
 * `POST /api/admin/session/desktop` with `{"token": …}`: the one-time token of the desktop window
 * becomes a session, whose token is in the cookie. Answers 204; 400 for a body of another shape,
 * 403 for a request of another site, 401 for a token that is unknown, used or too old.
 */
export function desktopSession(context: Context): readonly RequestHandler[] {
  const { databases, desktopLogins, log, now } = context;
  return [
    (request, response, next) => {
      response.setHeader('Cache-Control', 'no-store');
      // Reading the answer is for nobody else, whatever the public methods allow.
      response.removeHeader('Access-Control-Allow-Origin');
      if (isSameOrigin(request)) next();
      else response.sendStatus(403);
    },
    express.json({ limit: BODY_BYTES_MAX }),
    async (request, response) => {
      const body = bodySchema.safeParse(request.body);
      if (!body.success) {
        response.sendStatus(400);
        return;
      }
      if (!desktopLogins.redeem(body.data.token)) {
        log.warn('one-time token of the desktop refused');
        response.sendStatus(401);
        return;
      }
      const { accountId, expires, token } = await openDesktopSession(databases.app.pool, now());
      log.info({ account: accountId }, 'desktop window signed in');
      response.cookie(SESSION_COOKIE, token, { ...SESSION_COOKIE_OPTIONS, expires });
      response.sendStatus(204);
    },
  ];
}
