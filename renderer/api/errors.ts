/** A call that did not succeed: `kind` is the server's, or `unreachable` when there is none. */
export class ApiError extends Error {
  /** HTTP status; 0 without an answer. */
  readonly status: number;
  readonly kind: string;

  constructor(status: number, kind: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ApiError';
    this.status = status;
    this.kind = kind;
  }
}
