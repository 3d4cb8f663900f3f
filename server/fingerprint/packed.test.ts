import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  listClips,
  listFixtureFingerprints,
  listFpSamples,
  listSimhashes,
} from '../../e2e/harness/fingerprint-vectors.ts';
import { InvalidFingerprintError } from './codec.ts';
import { readCompressedFp, readFp, writeCompressedFp, writeFp } from './fp-format.ts';
import type { FingerprintKernel } from './kernel.ts';
import { scalarKernel } from './kernel-scalar.ts';
import { loadWasmKernel } from './kernel-wasm.ts';
import { packFingerprint, unpackFingerprint } from './packed.ts';

const wasmKernel = loadWasmKernel();
const kernels = [scalarKernel, ...(wasmKernel === undefined ? [] : [wasmKernel])];
const vectors = [...listClips(), ...listFixtureFingerprints().values(), ...listSimhashes()].map(
  ({ hashes }) => hashes,
);
const songs = vectors.filter(({ length }) => length === 948);

function unpackOrRefuse(packed: Uint8Array, kernel: FingerprintKernel): Uint32Array | undefined {
  try {
    return unpackFingerprint(packed, kernel).hashes;
  } catch (error) {
    if (!(error instanceof InvalidFingerprintError)) throw error;
    return undefined;
  }
}

/** Fingerprints as they are: values that keep for a while and then change a little. */
const musical = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat(0xffffffff), fc.nat(0xffffffff)), {
    maxLength: 60,
  })
  .map((stretches) => {
    const hashes: number[] = [];
    let hash = 627964279;
    for (const [length, one, other] of stretches) {
      hash ^= one & other & (other >>> 3);
      for (let left = length; left > 0; left -= 1) hashes.push(hash >>> 0);
    }
    return Uint32Array.from(hashes);
  });
const random = fc.array(fc.nat(0xffffffff), { maxLength: 300 }).map((it) => Uint32Array.from(it));

describe.each(kernels)('with the $kind kernels', (kernel) => {
  test(`${vectors.length} fingerprints come back from their packed form`, () => {
    const differing = vectors.filter((hashes) => {
      const unpacked = unpackFingerprint(packFingerprint(hashes), kernel);
      return unpacked.version !== 1 || unpacked.hashes.join() !== hashes.join();
    });
    expect(differing).toEqual([]);
  });

  test('any fingerprint comes back with its version, never larger than plain', () => {
    fc.assert(
      fc.property(fc.oneof(musical, random), fc.nat(255), (hashes, version) => {
        const packed = packFingerprint(hashes, version);
        expect(packed.length).toBeLessThanOrEqual(3 + 4 * hashes.length);
        expect(unpackFingerprint(packed, kernel)).toEqual({ version, hashes });
      }),
      { numRuns: 300 },
    );
  });

  test('long stretches of silence, and more than the runs can count, come back', () => {
    for (const length of [1, 2, 13, 14, 948, 65_535, 65_536, 100_000]) {
      const silence = new Uint32Array(length).fill(627964279);
      expect(unpackFingerprint(packFingerprint(silence), kernel).hashes).toEqual(silence);
      const noise = Uint32Array.from(silence, (_, index) => Math.imul(index, 2654435761));
      expect(unpackFingerprint(packFingerprint(noise), kernel).hashes).toEqual(noise);
    }
  });
});

test('damaged bytes unpack or are refused, by both kernels alike', () => {
  const damage = fc.record({
    song: fc.nat(songs.length - 1),
    at: fc.nat(3000),
    value: fc.nat(255),
    length: fc.nat(3000),
  });
  fc.assert(
    fc.property(damage, ({ song, at, value, length }) => {
      const packed = packFingerprint(songs[song]!);
      packed[at % packed.length] = value;
      const damaged = length % 2 === 0 ? packed : packed.subarray(0, length);
      const plain = unpackOrRefuse(damaged, scalarKernel);
      if (wasmKernel) expect(unpackOrRefuse(damaged, wasmKernel)?.join()).toBe(plain?.join());
      // A count takes 16 bits, and what has no such count is as long as its bytes.
      expect(plain?.length ?? 0).toBeLessThan(1 << 16);
    }),
    { numRuns: 2000 },
  );
}, 60_000);

test.each(kernels)('a part that never ends is left in time ($kind kernels)', (kernel) => {
  for (const byte of [0x00, 0xff, 0x55]) {
    const header = [0xac, 1, 1, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0x7f];
    const packed = Buffer.concat([Buffer.from(header), Buffer.alloc(0xffff, byte)]);
    expect(unpackOrRefuse(packed, kernel)).toBeUndefined();
  }
});

test.each([
  ['nothing', []],
  ['a foreign first byte', [0, 1, 1]],
  ['an unknown format', [0xac, 9, 1, 0, 0]],
  ['a header that is cut off', [0xac, 1, 1, 3, 0]],
  ['a first part that is cut off', [0xac, 1, 1, 3, 0, 0, 0, 0, 0, 9, 0, 1]],
  ['no hashes where there should be one', [0xac, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]],
  ['a plain hash that is cut off', [0xac, 0, 1, 5, 0, 0]],
  ['zstd of nothing known', [0x28, 0xb5, 0x2f, 0xfd, 0, 1, 2]],
])('%s is no packed fingerprint', (_what, bytes) => {
  expect(() => unpackFingerprint(Uint8Array.from(bytes))).toThrow(InvalidFingerprintError);
});

test('what was packed before is unpacked for ever', () => {
  const silence = Buffer.from(
    'ac010106 0077f96d 250400ee ee0e07ee 0e770700'.replaceAll(' ', ''),
    'hex',
  );
  const music = Buffer.from(
    'rAEBUAB2+GykLQCvL/vL/s4/+ScffpDTFw9fNpbnf7fXd72+HC/HO3/yJw/Uudenkz95LM//bq/ven15fXl9d7+539zb' +
      'D3L68hq+vHCw8wfven25v9zf+Sf/5MMP8vLFw5eNg50//OWHPvShD33oQwA=',
    'base64',
  );
  const hashes = Uint32Array.from({ length: 80 }, (_, index) => {
    const stretch = Math.imul(Math.floor(index / 7) + 1, index > 40 ? 0x03030303 : 0x01010101);
    return 0x256df977 ^ stretch ^ (index % 13 === 0 ? 0x80000000 : 0);
  });
  for (const kernel of kernels) {
    expect(unpackFingerprint(silence, kernel).hashes).toEqual(new Uint32Array(6).fill(627964279));
    expect(unpackFingerprint(music, kernel).hashes).toEqual(hashes);
  }
  expect(packFingerprint(hashes).equals(music)).toBe(true);
});

test('a version of more than a byte is not packed', () => {
  expect(() => packFingerprint(Uint32Array.of(1), 256)).toThrow(RangeError);
});

const samples = listFpSamples();
test(`${samples.length} fingerprints have upstream's bytes in its "Fp" form`, () => {
  for (const { expected, hashes, version } of samples) {
    expect(writeFp({ version, hashes }).equals(expected)).toBe(true);
    expect(readFp(expected)).toEqual({ version, hashes });
  }
});

test('what upstream stores is unpacked by its first bytes', () => {
  const fingerprint = { version: 1, hashes: songs[0]! };
  const stored = writeCompressedFp(fingerprint);
  expect(unpackFingerprint(stored)).toEqual(fingerprint);
  expect(readCompressedFp(stored)).toEqual(fingerprint);
});

test('an "Fp" form may end in up to three stray bytes, but not begin with others', () => {
  const fp = writeFp({ version: 99, hashes: Uint32Array.of(1, 2, 3) });
  expect(readFp(Buffer.concat([fp, Buffer.alloc(3)])).hashes).toEqual(Uint32Array.of(1, 2, 3));
  for (const bad of [[], [0x46, 0x70, 1], [0x41, 0x61, 1, 1], [0x46, 0x70, 0, 1]]) {
    expect(() => readFp(Uint8Array.from(bad))).toThrow(InvalidFingerprintError);
  }
});

test('a zstd frame that grows beyond any fingerprint is refused', () => {
  const bomb = writeCompressedFp({ version: 1, hashes: new Uint32Array((1 << 20) + 1) });
  expect(bomb.length).toBeLessThan(2000);
  expect(() => unpackFingerprint(bomb)).toThrow(InvalidFingerprintError);
});
