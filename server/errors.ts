/**
 * What can go wrong for a reason the caller should hear about. Domain code says which kind it is
 * and what it concerns; only `http/error-handler.ts` knows the status and the words.
 */

/** Nothing more to say. */
type None = Readonly<Record<string, never>>;

interface Details {
  unknown_format: { readonly format: string };
  missing_parameter: { readonly parameter: string };
  invalid_fingerprint: None;
  invalid_apikey: None;
  internal: None;
  invalid_user_apikey: None;
  invalid_uuid: { readonly parameter: string };
  invalid_duration: { readonly parameter: string };
  invalid_bitrate: { readonly parameter: string };
  invalid_foreignid: { readonly parameter: string };
  invalid_max_duration_diff: None;
  not_allowed: None;
  service_unavailable: None;
  too_many_requests: { readonly requestsPerSecond: number };
  invalid_musicbrainz_access_token: None;
  insecure_request: None;
  unknown_application: None;
  fingerprint_not_found: None;
  request_too_large: None;
  unreadable_audio: { readonly reason: string };
  fpcalc_missing: None;
  /** A moderation act that cannot be done as asked: why, for programs and for people. */
  act_refused: { readonly reason: string; readonly text: string };
  /** An act that cannot be undone, because of what happened since. */
  act_conflict: { readonly conflicts: readonly Conflict[] };
  act_not_found: { readonly act: number };
}

/** A row that keeps an act from being undone. */
export interface Conflict {
  readonly table: string;
  readonly id: number;
  /** Columns that are not as the act left them, where the row is there at all. */
  readonly columns: readonly string[];
  /** The latest act that changed the row since, if it was one. */
  readonly act: number | null;
  readonly text: string;
}

export type DomainErrorKind = keyof Details;
export type DomainErrorDetails<K extends DomainErrorKind> = Details[K];

/** An expected refusal of a request, by kind. */
export class DomainError<K extends DomainErrorKind = DomainErrorKind> extends Error {
  readonly kind: K;
  readonly details: Details[K];

  constructor(kind: K, details: Details[K], options?: ErrorOptions) {
    super(kind, options);
    this.name = 'DomainError';
    this.kind = kind;
    this.details = details;
  }
}

/** Whether an error is the refusal of this kind, whose details it then has. */
export function isRefusal<K extends DomainErrorKind>(
  error: unknown,
  kind: K,
): error is DomainError<K> {
  return error instanceof DomainError && error.kind === kind;
}

export type Part = 'postgres' | 'index' | 'nats' | 'redis' | 'master';

/** A part we depend on does not answer now and may later: worth a retry, never a wrong result. */
export class UnavailableError extends Error {
  readonly part: Part;

  constructor(part: Part, options?: ErrorOptions) {
    super(`${part} is unavailable`, options);
    this.name = 'UnavailableError';
    this.part = part;
  }
}

// SQLSTATE classes and Node's codes that mean "the server went away or is not there yet".
const CONNECTION_CODES = /^(08...|57P0[1-5]|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)$/;
// pg reports a socket that died under a query, and a pool that timed out, by message alone.
const CONNECTION_MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** Whether an error means that a part is missing, as against a fault in the request or in us. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof UnavailableError) return true;
  if (error instanceof AggregateError) return error.errors.some(isUnavailable);
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return CONNECTION_CODES.test(code) || CONNECTION_MESSAGES.test(error.message);
}

/** The part whose absence an unavailability comes from; what only pg can have thrown is PostgreSQL. */
export function missingPartOf(error: unknown): Part {
  return error instanceof UnavailableError ? error.part : 'postgres';
}
