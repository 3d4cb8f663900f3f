/** The names an error can have on the wire (fpindex.md section 2.4); `http-server.ts` maps them to statuses. */
export type ErrorName =
  | 'BadRequest'
  | 'InvalidIndexName'
  | 'InvalidFingerprintId'
  | 'GenerationNotAllowed'
  | 'NotFound'
  | 'IndexNotFound'
  | 'FingerprintNotFound'
  | 'RequestTimeout'
  | 'VersionMismatch'
  | 'IndexAlreadyExists'
  | 'OlderIndexAlreadyExists'
  | 'NewerIndexAlreadyExists'
  | 'BodyTooBig'
  | 'UnsupportedMediaType'
  | 'IndexCorrupted'
  | 'WriteFailed'
  | 'Internal'
  | 'NotImplemented'
  | 'IndexNotReady'
  | 'SearchTimeout'
  | 'ReplicationTimeout'
  | 'Overloaded'
  | 'ShuttingDown';

/** Something the caller asked for cannot be had; the name is the contract, the message is for logs. */
export class RequestError extends Error {
  readonly errorName: ErrorName;

  constructor(errorName: ErrorName, message: string = errorName, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RequestError';
    this.errorName = errorName;
  }
}

/** Bytes on disk are not what was written there; carries the evidence. */
export class CorruptionError extends Error {
  readonly file: string;
  readonly offset: number;

  constructor(file: string, offset: number, problem: string) {
    super(`${file}: damaged at byte ${offset}: ${problem}`);
    this.name = 'CorruptionError';
    this.file = file;
    this.offset = offset;
  }
}

/** A file of a later format than this program knows; refused rather than guessed at. */
export class FormatVersionError extends Error {
  constructor(file: string, found: number, known: number) {
    super(`${file}: has format version ${found}, this program knows up to ${known}`);
    this.name = 'FormatVersionError';
  }
}
