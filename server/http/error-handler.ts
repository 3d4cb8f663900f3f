import type { ErrorRequestHandler, Response } from 'express';
import { DomainError, isUnavailable } from '../errors.ts';
import type { DomainErrorDetails, DomainErrorKind } from '../errors.ts';
import type { Log } from '../log.ts';
import { renderPage } from './pages.ts';
import { JSON_FORMAT, render } from './render.ts';
import type { Format } from './render.ts';

interface Wire<K extends DomainErrorKind> {
  readonly status: number;
  readonly code: number;
  readonly message: (details: DomainErrorDetails<K>) => string;
}

const positive = ({ parameter }: { parameter: string }): string =>
  `parameter "${parameter}" must be a positive integer`;

/** The only place that knows status, code and words of a refusal (api-v2.md section 4). */
const WIRE = {
  unknown_format: {
    status: 400,
    code: 1,
    message: ({ format }) => `unknown format "${format}"`,
  },
  missing_parameter: {
    status: 400,
    code: 2,
    message: ({ parameter }) => `missing required parameter "${parameter}"`,
  },
  invalid_fingerprint: { status: 400, code: 3, message: () => 'invalid fingerprint' },
  invalid_apikey: { status: 400, code: 4, message: () => 'invalid API key' },
  internal: { status: 500, code: 5, message: () => 'internal error' },
  invalid_user_apikey: {
    status: 400,
    code: 6,
    message: () => 'invalid user API key ("User with the API key does not exist")',
  },
  invalid_uuid: {
    status: 400,
    code: 7,
    message: ({ parameter }) => `parameter "${parameter}" is not a valid UUID`,
  },
  invalid_duration: { status: 400, code: 8, message: positive },
  invalid_bitrate: { status: 400, code: 9, message: positive },
  invalid_foreignid: {
    status: 400,
    code: 10,
    message: ({ parameter }) =>
      `parameter "${parameter}" is not a valid foreign ID, it must be in the format vendor:id`,
  },
  invalid_max_duration_diff: {
    status: 400,
    code: 11,
    message: () => 'parameter "maxdurationdiff" must be between 1 and 30',
  },
  not_allowed: { status: 400, code: 12, message: () => 'not allowed' },
  service_unavailable: {
    status: 503,
    code: 13,
    message: () => 'service currently unavailable, try again later',
  },
  too_many_requests: {
    status: 429,
    code: 14,
    message: ({ requestsPerSecond }) =>
      `rate limit (${requestsPerSecond.toFixed(6)} requests per second) exceeded, try again later`,
  },
  invalid_musicbrainz_access_token: {
    status: 400,
    code: 15,
    message: () => 'invalid MusicBrainz access token',
  },
  insecure_request: {
    status: 400,
    code: 16,
    message: () => 'only requests over HTTPS are allowed here',
  },
  unknown_application: { status: 400, code: 17, message: () => 'unknown application' },
  fingerprint_not_found: { status: 404, code: 18, message: () => 'fingerprint not found' },
  // Of our own extension, under the nearest codes.
  unreadable_audio: {
    status: 400,
    code: 3,
    message: ({ reason }) => `the audio file could not be fingerprinted: ${reason}`,
  },
  fpcalc_missing: {
    status: 503,
    code: 13,
    message: () => 'fpcalc is not installed here; install it or send a fingerprint',
  },
  request_too_large: { status: 413, code: 19, message: () => 'request too large' },
  // Of the administration, which upstream has no codes for.
  act_refused: { status: 409, code: 12, message: ({ text }) => text },
  act_conflict: {
    status: 409,
    code: 12,
    message: ({ conflicts }) => conflicts.map(({ text }) => text).join('; '),
  },
  act_not_found: { status: 404, code: 12, message: ({ act }) => `there is no act ${act}` },
} satisfies { readonly [K in DomainErrorKind]: Wire<K> };

/** Turns whatever a handler threw into the refusal the caller hears; what it hides is logged. */
export function refusalOf(error: unknown, log: Log): DomainError {
  if (error instanceof DomainError) return error;
  if (isUnavailable(error)) {
    log.warn({ err: error }, 'a part is unavailable');
    return new DomainError('service_unavailable', {}, { cause: error });
  }
  log.error({ err: error }, 'request failed');
  return new DomainError('internal', {}, { cause: error });
}

/** Status, code and words of a refusal. */
export function wireOf(error: DomainError): { status: number; code: number; message: string } {
  // Kind and details come as a pair from the one constructor; the union hides that.
  const { status, code, message } = WIRE[error.kind] as Wire<DomainErrorKind>;
  return { status, code, message: message(error.details) };
}

/** Sends a refusal in the request's format. */
export function renderRefusal(response: Response, format: Format, error: DomainError): void {
  const { status, code, message } = wireOf(error);
  render(response, format, status, { status: 'error', error: { code, message } });
}

/**
 * The last middleware: bodies that could not be read, and anything outside a handler's own care.
 * A body over the limit is code 19 and always JSON; a broken one is a plain 400 page.
 */
export function handleErrors(log: Log): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const status = statusOf(error);
    if (status === 404) {
      renderPage(response, 404);
    } else if (status === 413) {
      renderRefusal(response, JSON_FORMAT, new DomainError('request_too_large', {}));
    } else if (status !== undefined && status >= 400 && status < 500) {
      renderPage(response, 400);
    } else {
      renderRefusal(response, JSON_FORMAT, refusalOf(error, log));
    }
  };
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('status' in error)) return undefined;
  return typeof error.status === 'number' ? error.status : undefined;
}
