import { ZodError } from 'zod';
import { DomainError, isUnavailable, missingPartOf } from '../../errors.ts';
import type { Log } from '../../log.ts';

/** What the pages can tell people; the words are the pages' own, the message is for programs. */
export type AdminErrorKind =
  | 'bad_request'
  | 'not_signed_in'
  | 'wrong_password'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'refused'
  | 'too_many_attempts'
  | 'unavailable'
  | 'internal';

const STATUS = {
  bad_request: 400,
  not_signed_in: 401,
  wrong_password: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  refused: 422,
  too_many_attempts: 429,
  unavailable: 503,
  internal: 500,
} as const satisfies Record<AdminErrorKind, number>;

/** An expected refusal of the admin API. */
export class AdminError extends Error {
  readonly kind: AdminErrorKind;

  constructor(kind: AdminErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AdminError';
    this.kind = kind;
  }
}

export interface AdminFailure {
  readonly status: number;
  readonly body: { readonly error: { readonly kind: AdminErrorKind; readonly message: string } };
}

/** What to answer to an error; one that nobody expected is logged, and nothing inner is told. */
export function failureOf(error: unknown, log: Log): AdminFailure {
  const { kind, message } = readError(error, log);
  return { status: STATUS[kind], body: { error: { kind, message } } };
}

function readError(error: unknown, log: Log): { kind: AdminErrorKind; message: string } {
  if (error instanceof AdminError) return error;
  if (error instanceof ZodError) {
    const [issue] = error.issues;
    const place = issue?.path.join('.') ?? '';
    const message = issue?.message ?? 'not what is expected';
    return { kind: 'bad_request', message: place === '' ? message : `${place}: ${message}` };
  }
  if (error instanceof DomainError) return readDomainError(error);
  if (isUnavailable(error)) {
    log.warn({ err: error }, 'admin request without a part it needs');
    return { kind: 'unavailable', message: `${missingPartOf(error)} does not answer` };
  }
  if (isBodyError(error)) return { kind: 'bad_request', message: 'the body cannot be read' };
  log.error({ err: error }, 'admin request failed');
  return { kind: 'internal', message: 'internal error' };
}

function readDomainError(error: DomainError): { kind: AdminErrorKind; message: string } {
  const { details, kind } = error;
  if (kind === 'act_not_found') return { kind: 'not_found', message: 'there is no such act' };
  if ('text' in details) return { kind: 'refused', message: details.text };
  if ('conflicts' in details) {
    return { kind: 'conflict', message: details.conflicts.map(({ text }) => text).join('; ') };
  }
  if ('reason' in details) return { kind: 'refused', message: details.reason };
  return { kind: 'bad_request', message: kind.replaceAll('_', ' ') };
}

/** What the body parser throws for a body that is too large or no JSON. */
function isBodyError(error: unknown): boolean {
  return error instanceof Error && 'type' in error && 'statusCode' in error;
}
