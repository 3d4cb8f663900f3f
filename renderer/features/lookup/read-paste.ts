/** Reads what people paste: a bare fingerprint, or what fpcalc printed, as lines or as JSON. */

export interface Pasted {
  readonly fingerprint: string;
  /** Whole seconds; `undefined` if the text did not say. */
  readonly durationSeconds: number | undefined;
}

/** The fingerprint in a text, without the spaces and line breaks that mail and terminals put in. */
export function readPaste(text: string): Pasted {
  return (
    readJson(text) ?? readPairs(text) ?? { fingerprint: bare(text), durationSeconds: undefined }
  );
}

function readJson(text: string): Pasted | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Something else in braces; it is judged as what it is.
    return undefined;
  }
  const { duration, fingerprint } = value as { duration?: unknown; fingerprint?: unknown };
  if (typeof fingerprint !== 'string') return undefined;
  return { fingerprint: bare(fingerprint), durationSeconds: seconds(Number(duration)) };
}

/** `DURATION=…` and `FINGERPRINT=…`, each on a line of its own or as parameters of an address. */
function readPairs(text: string): Pasted | undefined {
  const fingerprint = /(?:^|[?&\s])fingerprint=([\w\-=\s]+?)(?=$|&|\s+\w+=)/i.exec(text)?.[1];
  if (fingerprint === undefined) return undefined;
  const duration = /(?:^|[?&\s])duration=([\d.]+)/i.exec(text)?.[1];
  return { fingerprint: bare(fingerprint), durationSeconds: seconds(Number(duration)) };
}

function bare(text: string): string {
  return text.replaceAll(/\s+/g, '');
}

function seconds(value: number): number | undefined {
  return Number.isFinite(value) && value > 0 ? Math.trunc(value) : undefined;
}
