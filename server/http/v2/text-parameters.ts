import type { Parameters } from '../params.ts';

/** Longest `clientversion` that is kept; it is a name, not a document. */
const VERSION_LENGTH_MAX = 255;

/** The version of the client application; an empty one is one, `undefined` is none. */
export function readClientVersion(parameters: Parameters): string | undefined {
  const version = parameters.get('clientversion');
  return version === undefined ? undefined : storable(version).slice(0, VERSION_LENGTH_MAX);
}

/** A text that is not empty. */
export function readText(parameters: Parameters, name: string): string | undefined {
  const text = parameters.get(name) ?? '';
  return text === '' ? undefined : storable(text);
}

/** PostgreSQL stores no NUL, which becomes a space, and no half of a character. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', ' ');
}
