/** What somebody typed or pasted into the palette, as far as its form tells. */
export type Typed =
  /** An AcoustID or an MBID: both are UUIDs. */
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'fingerprint' }
  | { readonly kind: 'fingerprints'; readonly a: number; readonly b: number }
  | { readonly kind: 'words' };

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
/** Ids of fingerprints are numbers of at most 31 bits; more digits are something else. */
const NUMBER = /^\d{1,9}$/;
const TWO_NUMBERS = /^(?<a>\d{1,9})[\s,/]+(?<b>\d{1,9})$/;

/** Tells what a trimmed, non-empty text is. */
export function readTyped(text: string): Typed {
  if (UUID.test(text)) return { kind: 'id', id: text.toLowerCase() };
  if (NUMBER.test(text)) return { kind: 'fingerprint' };
  const { a, b } = TWO_NUMBERS.exec(text)?.groups ?? {};
  if (a !== undefined && b !== undefined) {
    return { kind: 'fingerprints', a: Number(a), b: Number(b) };
  }
  return { kind: 'words' };
}
