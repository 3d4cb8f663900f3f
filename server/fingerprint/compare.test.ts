import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bitsOf, listClips, listComparisons } from '../../e2e/harness/fingerprint-vectors.ts';
import { compare2, compareMany, explainComparison } from './compare.ts';
import type { FingerprintKernel } from './kernel.ts';
import { scalarKernel } from './kernel-scalar.ts';
import { loadWasmKernel } from './kernel-wasm.ts';

const wasmKernel = loadWasmKernel();
const kernels = [scalarKernel, ...(wasmKernel === undefined ? [] : [wasmKernel])];
const comparisons = listComparisons();
const clips = listClips().map(({ hashes }) => hashes);

test('the WebAssembly kernels are built', () => {
  // `npm run build` makes them.
  expect(wasmKernel?.kind).toBe('wasm');
});

describe.each(kernels)('with the $kind kernels', (kernel) => {
  test(`compare2 gives upstream's bits on ${comparisons.length} vectors`, () => {
    const scores = comparisons.map(({ a, b, maxOffset }) => compare2(a, b, maxOffset, kernel));
    const differing = comparisons.filter(({ bits }, index) => bitsOf(scores[index]!) !== bits);
    expect(differing.map(({ name }) => name)).toEqual([]);
  });

  test('compareMany gives what compare2 gives, candidate by candidate', () => {
    for (const query of clips.slice(0, 10)) {
      const scores = compareMany(query, clips, 80, kernel);
      expect([...scores]).toEqual(clips.map((clip) => compare2(clip, query, 80, kernel)));
    }
  });

  test('nothing to compare scores nothing', () => {
    const one = Uint32Array.of(1);
    const empty = new Uint32Array(0);
    expect(compare2(empty, one, 80, kernel)).toBe(0);
    expect(compare2(one, empty, 80, kernel)).toBe(0);
    expect(compareMany(one, [], 80, kernel)).toEqual(new Float32Array(0));
  });

  test('the explanation names the reason for a score of nothing', () => {
    const refusalOf = (a: Uint32Array, b: Uint32Array) =>
      explainComparison(a, b, 80, kernel).refusal;
    const steps = Uint32Array.from({ length: 51 }, (_, index) => index << 18);
    expect(refusalOf(steps, new Uint32Array(0))).toBe('no key agrees');
    expect(refusalOf(steps, Uint32Array.of(5 << 18))).toBe('no key agrees');
    expect(refusalOf(Uint32Array.of(0, 5 << 18), Uint32Array.of(1, 2, 5 << 18, 4))).toBe(undefined);
    const foreign = steps.map((hash, index) => (index === 20 ? hash : (hash | 0x80000000) >>> 0));
    expect(refusalOf(steps, foreign)).toBe('too few keys agree');
  });
});

/** Pairs in which much can go wrong: few keys, shared stretches, the last key, all lengths. */
function arbitraryPair(): fc.Arbitrary<readonly [Uint32Array, Uint32Array]> {
  const key = fc.oneof(fc.nat(20), fc.constantFrom(8191, 16382, 16383), fc.nat(16383));
  const hash = fc.tuple(key, fc.nat((1 << 18) - 1)).map(([k, low]) => ((k << 18) | low) >>> 0);
  const hashes = fc.array(hash, { maxLength: 700 });
  const shift = fc.nat(300);
  return fc.tuple(hashes, hashes, hashes, shift).map(([a, b, shared, ahead]) => {
    const both = [...shared, ...shared];
    return [Uint32Array.from([...a, ...both]), Uint32Array.from([...b, ...both.slice(ahead)])];
  });
}

const maxOffsets = fc.constantFrom(80, 0, 1, 10, -1, -80, 1000, 70_000, 2 ** 31 - 1, -(2 ** 31));

test.skipIf(wasmKernel === undefined)('SIMD measures random pairs as the twin does', () => {
  fc.assert(
    fc.property(arbitraryPair(), maxOffsets, ([a, b], maxOffset) => {
      expect(known(wasmKernel).measure(b, [a, b, a], maxOffset)).toEqual(
        scalarKernel.measure(b, [a, b, a], maxOffset),
      );
    }),
    { numRuns: 500 },
  );
});

test.skipIf(wasmKernel === undefined)(
  'SIMD measures noisy copies of clips as the twin does',
  () => {
    const noisy = fc.record({
      clip: fc.nat(clips.length - 1),
      from: fc.nat(200),
      noise: fc.nat(0xffffffff),
      every: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(noisy, maxOffsets, ({ clip, from, noise, every }, maxOffset) => {
        const a = clips[clip]!;
        const b = a.slice(from).map((hash, index) => (index % every === 0 ? hash ^ noise : hash));
        expect(known(wasmKernel).measure(b, [a], maxOffset)).toEqual(
          scalarKernel.measure(b, [a], maxOffset),
        );
      }),
      { numRuns: 300 },
    );
  },
);

test.skipIf(wasmKernel === undefined)('SIMD takes calls that are longer than its memory', () => {
  const long = Uint32Array.from({ length: 2_000_000 }, (_, index) => Math.imul(index, 2654435761));
  const middle = long.subarray(1000, 90_000);
  const short = long.subarray(200, 700);
  const candidates = [short, long, middle, short, middle, long, long, short];
  for (const query of [short, long]) {
    expect(known(wasmKernel).measure(query, candidates, 0)).toEqual(
      scalarKernel.measure(query, candidates, 0),
    );
  }
  const many = Array.from({ length: 2500 }, (_, index) => short.subarray(index % 100));
  expect(known(wasmKernel).measure(short, many, 80)).toEqual(scalarKernel.measure(short, many, 80));
});

function known(kernel: FingerprintKernel | undefined): FingerprintKernel {
  if (kernel === undefined) throw new Error('the kernels are not built');
  return kernel;
}
