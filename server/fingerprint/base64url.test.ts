import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBase64Url, encodeBase64Url } from './base64url.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The library's decoder, bit by bit. */
function decodeSlowly(text: string): Uint8Array {
  const values = [...Buffer.from(text)].map((byte) =>
    Math.max(0, ALPHABET.indexOf(String.fromCharCode(byte))),
  );
  const bits = values.map((value) => value.toString(2).padStart(6, '0')).join('');
  const bytes = bits.slice(0, 8 * Math.floor(bits.length / 8)).match(/.{8}/g) ?? [];
  return Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 2));
}

const letter = fc.constantFrom(...Array.from(ALPHABET));
const foreign = fc.constantFrom('+', '/', '=', ' ', '\n', '\0', '.', 'é', '€', '😀', '\ud800');
const texts = fc.oneof(
  fc.string({ unit: letter }),
  fc.string({ unit: fc.oneof({ weight: 20, arbitrary: letter }, foreign) }),
  fc.string({ unit: 'binary' }),
);

test('characters outside the alphabet count as zero bits, whatever the length', () => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(Uint8Array.from(decodeBase64Url(text))).toEqual(decodeSlowly(text));
    }),
    { numRuns: 3000 },
  );
});

test('bytes come back from their text', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(Uint8Array.from(decodeBase64Url(encodeBase64Url(bytes)))).toEqual(bytes);
    }),
  );
});
