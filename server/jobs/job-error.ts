export type JobErrorReason = 'unknown_kind' | 'invalid_params' | 'not_found' | 'not_changeable';

/** Why a job could not be started or changed; the message is for the person who asked. */
export class JobError extends Error {
  readonly reason: JobErrorReason;

  constructor(reason: JobErrorReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'JobError';
    this.reason = reason;
  }
}

export type StopCause = 'pause' | 'cancel' | 'interrupted';

/** Why an operation is told to stop; what it throws then is this, and the runner knows it. */
export class JobStop extends Error {
  readonly why: StopCause;

  constructor(why: StopCause) {
    super(why === 'interrupted' ? 'the process stops' : `the job was asked to ${why}`);
    this.name = 'JobStop';
    this.why = why;
  }
}
