import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockProblem } from '../block-reader.ts';
import { WORDS_PER_BLOCK } from '../block.ts';
import { loadModule } from './kernels.ts';
import { ScalarWorkbench } from './scalar-workbench.ts';
import { SimdWorkbench } from './simd-workbench.ts';
import { DROPPED, type Workbench } from './workbench.ts';

const module = loadModule('postings.wasm');

const hash = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 0xffff_ffff }) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 50 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 0x8000_0000, 0xffff_ffff) },
);
/** Long stretches of one hash, too, so that blocks of a single hash come up. */
const hashes = fc.oneof(
  { weight: 4, arbitrary: fc.array(hash, { maxLength: 60 }) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom(7, 8), { maxLength: 60 }) },
);
const documents = fc.array(hashes, { maxLength: 120 });

function fill(bench: Workbench, lists: readonly (readonly number[])[], stride: number): void {
  bench.clear();
  lists.forEach((list, i) => bench.add(Uint32Array.from(list), i * stride));
}

interface Made {
  blocks: Uint32Array;
  directory: Uint32Array;
  postingCount: number;
}

function make(bench: Workbench, lists: readonly (readonly number[])[], stride: number): Made {
  fill(bench, lists, stride);
  bench.sort(0, true);
  bench.dropRepeats();
  const { blocks, directory, postingCount } = bench.encode(true);
  return { blocks: blocks.slice(), directory: directory.slice(), postingCount };
}

/** What was put in, sorted, without repeats. */
function expected(lists: readonly (readonly number[])[], stride: number): number[][] {
  const pairs = lists.flatMap((list, i) => [...new Set(list)].map((h) => [h, i * stride]));
  return pairs.sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0));
}

function decodeAll(made: Made, ordinalCount: number): number[][] {
  const bench = new ScalarWorkbench();
  bench.setOrdinalMaps([Uint32Array.from({ length: ordinalCount }, (_, i) => i)]);
  bench.decode(0, made.blocks, { from: 0, to: 0xffff_ffff }, 0);
  return Array.from({ length: bench.count }, (_, i) => [
    bench.hashes[i] ?? 0,
    bench.ordinals[i] ?? 0,
  ]);
}

test('blocks decode to what was put in, and every header is possible', () => {
  fc.assert(
    fc.property(documents, fc.constantFrom(1, 1000), (lists, stride) => {
      const made = make(new ScalarWorkbench(), lists, stride);
      expect(decodeAll(made, lists.length * stride)).toEqual(expected(lists, stride));
      for (let base = 0; base < made.blocks.length; base += WORDS_PER_BLOCK) {
        expect(blockProblem(made.blocks, base)).toBeUndefined();
      }
    }),
  );
});

test('the example of block.ts has the bytes written there', () => {
  const bench = new ScalarWorkbench();
  bench.add(Uint32Array.of(8), 4);
  bench.add(Uint32Array.of(13), 5);
  bench.add(Uint32Array.of(8), 6);
  bench.sort(0, true);
  const { blocks } = bench.encode(true);
  const bytes = Buffer.from(blocks.buffer, blocks.byteOffset, 26).toString('hex');
  const rest = '1800';
  expect(bytes).toBe('080000000400000003000100020000008300000000000000' + rest);
});

describe.skipIf(module === undefined)('the SIMD workbench and its twin', () => {
  const scalar = new ScalarWorkbench();

  test('make the same blocks from the same documents', () => {
    if (!module) return;
    const simd = new SimdWorkbench(module);
    fc.assert(
      fc.property(documents, fc.constantFrom(1, 70_000), (lists, stride) => {
        expect(make(simd, lists, stride)).toEqual(make(scalar, lists, stride));
      }),
      { numRuns: 200 },
    );
  });

  test('merge slices alike: range, renumbering, dropped documents, leftovers', () => {
    if (!module) return;
    const simd = new SimdWorkbench(module);
    const arbitrary = fc.tuple(documents, documents, fc.nat(0xffff_ffff), fc.nat(2 ** 31));
    fc.assert(
      fc.property(arbitrary, ([first, second, cut, seed]) => {
        const sources = [make(scalar, first, 1), make(scalar, second, 1)];
        const maps = [first, second].map((lists, source) =>
          Uint32Array.from(lists, (_, i) => ((i * seed) % 5 === 0 ? DROPPED : i * 2 + source)),
        );
        const merged = [simd, scalar].map((bench) => {
          bench.clear();
          bench.setOrdinalMaps(maps);
          const pieces: Made[] = [];
          for (const range of [
            { from: 0, to: cut },
            { from: cut + 1, to: 0xffff_ffff },
          ]) {
            const rest = bench.count;
            if (range.from <= range.to) {
              sources.forEach(({ blocks }, source) => bench.decode(source, blocks, range, 0));
            }
            bench.sort(rest, false);
            const { blocks, directory, postingCount } = bench.encode(range.from > 0);
            pieces.push({ blocks: blocks.slice(), directory: directory.slice(), postingCount });
          }
          return pieces;
        });
        expect(merged[0]).toEqual(merged[1]);
      }),
      { numRuns: 200 },
    );
  });

  test('trailing zeros that all hashes share are found alike', () => {
    if (!module) return;
    const simd = new SimdWorkbench(module);
    for (const list of [[16, 48], [0], [], [1, 16], [0x8000_0000]]) {
      fill(simd, [list], 1);
      fill(scalar, [list], 1);
      expect(simd.dropCommonZeros()).toBe(scalar.dropCommonZeros());
    }
  });
});
