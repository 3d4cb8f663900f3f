import { raw } from 'express';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Context } from '../../context.ts';
import { isRefusal } from '../../errors.ts';
import { callerOf } from '../request-context.ts';
import { AUDIO_BYTES_MAX, fingerprintOf, readForm } from '../v2/audio-upload.ts';
import { AdminError, failureOf } from './admin-error.ts';
import { admitAsker, guardPages } from './admin-api.ts';

export const LOOKUP_AUDIO_PATH = '/api/admin/lookup/audio';

/** Files fingerprinted at the same time; each is a process of its own. */
const UPLOADS_MAX = 2;
const PART = 'file';

/**
 * `POST /api/admin/lookup/audio`, multipart with the part `file`: answers what a tagger would send of
 * it, `{"fingerprint": …, "durationSeconds": …}`. Visitors from other machines sign in first: a file
 * costs more than a lookup. 503 `unavailable` without fpcalc, 422 for a file without music in it.
 */
export function lookupAudio(context: Context): readonly (RequestHandler | ErrorRequestHandler)[] {
  const readUpload = raw({ type: () => true, limit: AUDIO_BYTES_MAX, inflate: false });
  return [guardPages(), admitUpload(context), readUpload, answerUpload, refuse(context)];
}

function admitUpload(context: Context): RequestHandler {
  let underWay = 0;
  return async (request, response, next) => {
    const access = callerOf(request).isLocal ? 'anyone' : 'user';
    await admitAsker(context, { request, response }, access);
    if (underWay >= UPLOADS_MAX) {
      throw new AdminError('too_many_attempts', 'other files are being read; try again');
    }
    underWay += 1;
    // Closed comes after finished, and also when the browser goes away first.
    response.once('close', () => {
      underWay -= 1;
    });
    next();
  };
}

const answerUpload: RequestHandler = async (request, response) => {
  const file = (await readForm(request))?.get(PART);
  if (!(file instanceof File)) throw new AdminError('bad_request', 'the part "file" is missing');
  const { durationSeconds, fingerprint } = await fingerprintOf(file);
  response.json({ fingerprint, durationSeconds });
};

function refuse({ log }: Context): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  // eslint-disable-next-line max-params
  return (error: unknown, _request, response, _next) => {
    const { body, status } = failureOf(translated(error), log);
    if (response.headersSent) response.destroy();
    else response.status(status).json(body);
  };
}

function translated(error: unknown): unknown {
  if (isRefusal(error, 'fpcalc_missing')) {
    return new AdminError('unavailable', 'fpcalc', { cause: error });
  }
  if (error instanceof Error && 'type' in error && error.type === 'entity.too.large') {
    return new AdminError('refused', 'too_large', { cause: error });
  }
  return error;
}
