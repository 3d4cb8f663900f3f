import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listShingles, listSimhashes } from '../../e2e/harness/fingerprint-vectors.ts';
import { scalarKernel } from './kernel-scalar.ts';
import { loadWasmKernel } from './kernel-wasm.ts';
import { shingledSimhashes, simhash } from './simhash.ts';

const wasmKernel = loadWasmKernel();
const kernels = [scalarKernel, ...(wasmKernel === undefined ? [] : [wasmKernel])];
const vectors = listSimhashes();
const shingles = listShingles();

describe.each(kernels)('with the $kind kernels', (kernel) => {
  test(`simhash answers ${vectors.length} vectors as upstream does`, () => {
    const differing = vectors.filter(
      ({ hashes, expected }) => simhash(hashes, kernel) !== expected,
    );
    expect(differing.map(({ name }) => name)).toEqual([]);
  });

  test('a tie counts as unset', () => {
    expect(simhash(Uint32Array.of(1, 0), kernel)).toBe(0);
    expect(simhash(Uint32Array.of(0x80000001, 1, 0x80000000), kernel)).toBe(0x80000001);
  });
});

test.skipIf(wasmKernel === undefined)('SIMD counts bits as the twin does', () => {
  const hash = fc.oneof(fc.nat(0xffffffff), fc.constantFrom(0, 0xffffffff, 0x55555555));
  fc.assert(
    fc.property(fc.array(hash, { maxLength: 1200, size: 'max' }), (hashes) => {
      const array = Uint32Array.from(hashes);
      expect(wasmKernel?.simhash(array)).toBe(scalarKernel.simhash(array));
    }),
    { numRuns: 200 },
  );
});

test(`shingles answer ${shingles.length} vectors as upstream does`, () => {
  for (const { hashes, windowLength, step, expected } of shingles) {
    expect(shingledSimhashes(hashes, { windowLength, step })).toEqual(expected);
  }
});

test('a window or step below one is refused', () => {
  expect(() => shingledSimhashes(Uint32Array.of(1), { windowLength: 0, step: 1 })).toThrow(
    RangeError,
  );
  expect(() => shingledSimhashes(Uint32Array.of(1), { windowLength: 1, step: Number.NaN })).toThrow(
    RangeError,
  );
});
