/**
 * The appliance cannot do what was asked, and no retry would help: a port is taken, a folder cannot
 * be written. The message is one line that says why and what to do.
 */
export class ApplianceError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ApplianceError';
  }
}

/** The system's code of an error (`ENOENT`, …); `undefined` when it has none. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The message of anything thrown, on one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s*\n\s*/g, ' ');
}
