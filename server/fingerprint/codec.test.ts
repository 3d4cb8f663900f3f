import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  listDecodings,
  listEncodings,
  listServerDecodings,
} from '../../e2e/harness/fingerprint-vectors.ts';
import { decodeBase64Url } from './base64url.ts';
import {
  decodeFingerprint,
  decodeFingerprintBytes,
  encodeFingerprint,
  encodeFingerprintBytes,
  HASH_COUNT_MAX,
  InvalidFingerprintError,
} from './codec.ts';
import type { DecodedFingerprint } from './codec.ts';
import { scalarKernel } from './kernel-scalar.ts';
import { loadWasmKernel } from './kernel-wasm.ts';

const wasmKernel = loadWasmKernel();
const kernels = [scalarKernel, ...(wasmKernel === undefined ? [] : [wasmKernel])];
const MUTATION_COUNT = 10_000;

function decodeOrRefuse(
  input: string | Uint8Array,
  kernel = scalarKernel,
): DecodedFingerprint | undefined {
  try {
    const bytes = typeof input === 'string' ? decodeBase64Url(input) : input;
    return decodeFingerprintBytes(bytes, kernel);
  } catch (error) {
    if (!(error instanceof InvalidFingerprintError)) throw error;
    return undefined;
  }
}

const decodings = listDecodings();
test.each(kernels)(
  `${decodings.length} texts decode, or are refused, as by libchromaprint 1.6.1 ($kind kernels)`,
  (kernel) => {
    for (const { name, input, expected } of decodings) {
      const decoded = decodeOrRefuse(input, kernel);
      const summary = decoded && { version: decoded.version, count: decoded.hashes.length };
      const wanted = expected && { version: expected.version, count: expected.count };
      expect({ name, decoded: summary }).toEqual({ name, decoded: wanted });
      if (expected?.hashes) expect(decoded?.hashes).toEqual(expected.hashes);
    }
  },
);

const encodings = listEncodings();
test(`${encodings.length} fingerprints encode to the text of libchromaprint 1.6.1`, () => {
  const texts = encodings.map(({ version, hashes }) => encodeFingerprint({ version, hashes }));
  expect(texts).toEqual(encodings.map(({ compressed }) => compressed));
});

const serverDecodings = listServerDecodings();
test(`${serverDecodings.length} texts are to upstream's server what they are to ours`, () => {
  for (const { input, expected } of serverDecodings) {
    const decoded = decodeOrRefuse(input);
    // The server takes the one version everybody uses.
    const taken = decoded?.version === 1 ? decoded.hashes : undefined;
    expect({ input, taken }).toEqual({ input, taken: expected });
  }
});

const hash = fc.oneof(
  fc.nat(0xffffffff),
  fc.nat(31).map((bit) => (1 << bit) >>> 0),
  fc.constantFrom(0, 0xffffffff, 0x80000000, 627964279),
);
const fingerprints = fc.record({
  version: fc.integer({ min: -128, max: 127 }),
  hashes: fc.array(hash, { maxLength: 300 }).map((hashes) => Uint32Array.from(hashes)),
});

test('what was encoded decodes to itself, as text and as bytes', () => {
  fc.assert(
    fc.property(fingerprints, (fingerprint) => {
      expect(decodeFingerprint(encodeFingerprint(fingerprint))).toEqual(fingerprint);
      expect(decodeFingerprintBytes(encodeFingerprintBytes(fingerprint))).toEqual(fingerprint);
    }),
    { numRuns: 500 },
  );
});

test('bytes behind the fingerprint change nothing', () => {
  fc.assert(
    fc.property(fingerprints, fc.uint8Array({ maxLength: 20 }), (fingerprint, tail) => {
      fc.pre(fingerprint.hashes.length > 0);
      const bytes = Buffer.concat([encodeFingerprintBytes(fingerprint), tail]);
      expect(decodeFingerprintBytes(bytes)).toEqual(fingerprint);
    }),
  );
});

test(`${MUTATION_COUNT} mutated texts decode or are refused by name, never to more than they hold`, () => {
  const mutation = fc.record({
    original: fc.constantFrom(...encodings.map(({ compressed }) => compressed)),
    at: fc.nat(4000),
    removed: fc.nat(3),
    inserted: fc.oneof(
      fc.string({ maxLength: 4 }),
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.constantFrom('A', '_', '=', 'AAAA', '____'),
    ),
    cut: fc.nat(4000),
  });
  let refused = 0;
  fc.assert(
    fc.property(mutation, ({ original, at, removed, inserted, cut }) => {
      const place = at % (original.length + 1);
      const text = original.slice(0, place) + inserted + original.slice(place + removed);
      const kept = cut % 3 === 0 ? text.slice(0, cut) : text;
      const decoded = decodeOrRefuse(kept);
      if (wasmKernel && !isSame(decodeOrRefuse(kept, wasmKernel), decoded)) return false;
      if (decoded === undefined) refused += 1;
      // Each hash takes three bits at least, so the work and the memory are bounded by the input.
      const bits = 6 * Buffer.byteLength(kept);
      return 3 * (decoded?.hashes.length ?? 0) <= bits;
    }),
    { numRuns: MUTATION_COUNT },
  );
  expect(refused).toBeGreaterThan(0);
}, 60_000);

/** As toEqual, which takes longer than the decoding it checks. */
function isSame(a: DecodedFingerprint | undefined, b: DecodedFingerprint | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.version === b.version && Buffer.from(a.hashes.buffer).equals(Buffer.from(b.hashes.buffer))
  );
}

test('a header that claims the most there can be allocates nothing of it', () => {
  expect(() => decodeFingerprintBytes(Uint8Array.of(1, 0xff, 0xff, 0xff, 0, 0))).toThrow(
    InvalidFingerprintError,
  );
});

test('a megabyte of garbage is decoded or refused', () => {
  const noise = Uint8Array.from(
    { length: 1 << 20 },
    (_, index) => Math.imul(index, 2654435761) >>> 13,
  );
  expect(decodeOrRefuse(noise)).toBeUndefined();
  expect(decodeOrRefuse('é'.repeat(1 << 19))).toBeUndefined();
  const zeroes = new Uint8Array((3 * HASH_COUNT_MAX + 7) / 8 + 5);
  zeroes.set([1, 0xff, 0xff, 0xff]);
  expect(decodeOrRefuse(zeroes)?.hashes.length).toBe(HASH_COUNT_MAX);
}, 60_000);

test('what the header cannot hold is not encoded', () => {
  const hashes = Uint32Array.of(1);
  expect(() => encodeFingerprint({ version: 256, hashes })).toThrow(RangeError);
  expect(() => encodeFingerprint({ version: 1.5, hashes })).toThrow(RangeError);
  const long = new Uint32Array(HASH_COUNT_MAX + 1);
  expect(() => encodeFingerprint({ version: 1, hashes: long })).toThrow(RangeError);
});
