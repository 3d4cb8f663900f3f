import type { Parameters } from '../params.ts';

/** Longest `clientversion` that is kept; it is a name, not a document. */
const VERSION_LENGTH_MAX = 255;

/** The version of the client application, `undefined` when it says none. */
export function readClientVersion(parameters: Parameters): string | undefined {
  return readText(parameters, 'clientversion')?.slice(0, VERSION_LENGTH_MAX);
}

/** A text that is not empty; NUL, which PostgreSQL does not store, becomes a space. */
export function readText(parameters: Parameters, name: string): string | undefined {
  const text = parameters.get(name)?.toWellFormed().replaceAll('\0', ' ');
  return text === '' ? undefined : text;
}
