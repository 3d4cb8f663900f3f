/** Where a command's result goes: one JSON document, or words for a person. */
export class Output {
  readonly #out: NodeJS.WritableStream;
  readonly #err: NodeJS.WritableStream;

  constructor(out: NodeJS.WritableStream, err: NodeJS.WritableStream) {
    this.#out = out;
    this.#err = err;
  }

  /** Prints the result: `value` as JSON when asked for, else `text`. */
  result(asJson: boolean | undefined, value: unknown, text: string): void {
    this.#out.write(asJson === true ? `${JSON.stringify(value)}\n` : `${text}\n`);
  }

  /** Says in one line why a command did not do what it was asked. */
  fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#err.write(`${message.replaceAll('\n', ' ')}\n`);
  }
}

/** The options every command takes. */
export interface GlobalOptions {
  readonly config?: string;
  readonly dataDir?: string;
  readonly logLevel?: string;
  readonly json?: boolean;
}

/** A command cannot do what was asked, for a reason the user can mend. */
export class CommandError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandError';
  }
}
