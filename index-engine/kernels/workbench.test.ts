import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockProblem } from '../block-reader.ts';
import { type Codec, WORDS_PER_BLOCK } from '../block.ts';
import { loadModule } from './kernels.ts';
import { ScalarWorkbench } from './scalar-workbench.ts';
import { SimdWorkbench } from './simd-workbench.ts';
import { type BlockForm, type DocumentColumns, DROPPED, type Workbench } from './workbench.ts';

const module = loadModule('postings.wasm');
const CODECS: Codec[] = ['ef', 'streamvbyte'];

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

function columnsOf(lists: readonly (readonly number[])[], stride: number): DocumentColumns {
  let end = 0;
  return {
    hashes: Uint32Array.from(lists.flat()),
    starts: Uint32Array.of(0, ...lists.map((list) => (end += list.length))),
    ordinals: Uint32Array.from(lists, (_, i) => i * stride),
  };
}

interface Made {
  form: BlockForm;
  blocks: Uint32Array;
  directory: Uint32Array;
  postingCount: number;
}

function make(
  bench: Workbench,
  lists: readonly (readonly number[])[],
  { codec, stride }: { codec: Codec; stride: number },
): Made {
  bench.clear();
  bench.gather(columnsOf(lists, stride));
  const form = { codec, hashShift: bench.commonZeros() };
  bench.sort(0, true);
  bench.dropRepeats();
  const { blocks, directory, postingCount } = bench.encode(form, true);
  return { form, blocks: blocks.slice(), directory: directory.slice(), postingCount };
}

/** What was put in, sorted, without repeats. */
function expected(lists: readonly (readonly number[])[], stride: number): number[][] {
  const pairs = lists.flatMap((list, i) => [...new Set(list)].map((h) => [h, i * stride]));
  return pairs.sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0));
}

function decodeAll({ blocks, form }: Made): number[][] {
  const bench = new ScalarWorkbench();
  bench.setOrdinalMaps([0]);
  bench.decode(0, blocks, form, { from: 0, to: 0xffff_ffff });
  return Array.from({ length: bench.count }, (_, i) => [
    bench.hashes[i] ?? 0,
    bench.ordinals[i] ?? 0,
  ]);
}

test.each(CODECS)('%s blocks decode to what was put in', (codec) => {
  fc.assert(
    fc.property(documents, fc.constantFrom(1, 1000), (lists, stride) => {
      const made = make(new ScalarWorkbench(), lists, { codec, stride });
      expect(decodeAll(made)).toEqual(expected(lists, stride));
      if (codec !== 'ef') return;
      for (let base = 0; base < made.blocks.length; base += WORDS_PER_BLOCK) {
        expect(blockProblem(made.blocks, base)).toBeUndefined();
      }
    }),
  );
});

test('the example of block.ts has the bytes written there', () => {
  const bench = new ScalarWorkbench();
  const ordinals = Uint32Array.of(4, 5, 6);
  bench.gather({ hashes: Uint32Array.of(8, 13, 8), starts: Uint32Array.of(0, 1, 2, 3), ordinals });
  bench.sort(0, true);
  const { blocks } = bench.encode({ codec: 'ef', hashShift: 0 }, true);
  const bytes = Buffer.from(blocks.buffer, blocks.byteOffset, 26).toString('hex');
  const rest = '1800';
  expect(bytes).toBe('080000000400000003000100020000008300000000000000' + rest);
});

test('the example of the streamvbyte block has the bytes of upstream, lowest ordinal 0', () => {
  const bench = new ScalarWorkbench();
  bench.append(Uint32Array.of(100, 100, 200, 300), Uint32Array.of(0, 1, 2, 3));
  const { blocks } = bench.encode({ codec: 'streamvbyte', hashShift: 0 }, true);
  const bytes = Buffer.from(blocks.buffer, blocks.byteOffset, 18).toString('hex');
  expect(bytes).toBe('640000000400030050646400000102030000');
});

describe.skipIf(module === undefined)('the SIMD workbench and its twin', () => {
  const scalar = new ScalarWorkbench();

  test.each(CODECS)('make the same %s blocks from the same documents', (codec) => {
    if (!module) return;
    const simd = new SimdWorkbench(module);
    fc.assert(
      fc.property(documents, fc.constantFrom(1, 70_000), (lists, stride) => {
        const form = { codec, stride };
        expect(make(simd, lists, form)).toEqual(make(scalar, lists, form));
      }),
      { numRuns: 200 },
    );
  });

  test.each(CODECS)('merge %s slices alike: range, renumbering, dropped, leftovers', (codec) => {
    if (!module) return;
    const simd = new SimdWorkbench(module);
    const arbitrary = fc.tuple(documents, documents, fc.nat(0xffff_ffff), fc.nat(2 ** 31));
    fc.assert(
      fc.property(arbitrary, ([first, second, cut, seed]) => {
        const sources = [first, second].map((lists) => make(scalar, lists, { codec, stride: 1 }));
        const looked = Uint32Array.from(first, (_, i) => ((i * seed) % 5 === 0 ? DROPPED : i * 2));
        const form = { codec, hashShift: Math.min(...sources.map((made) => made.form.hashShift)) };
        const merged = [simd, scalar].map((bench) => {
          bench.clear();
          bench.setOrdinalMaps([looked, 1000]);
          const pieces: Made[] = [];
          for (const range of [
            { from: 0, to: cut },
            { from: cut + 1, to: 0xffff_ffff },
          ]) {
            const rest = bench.count;
            if (range.from <= range.to) {
              sources.forEach((made, i) => bench.decode(i, made.blocks, made.form, range));
            }
            bench.sort(rest, false);
            const { blocks, directory, postingCount } = bench.encode(form, range.from > 0);
            const kept = { blocks: blocks.slice(), directory: directory.slice() };
            pieces.push({ form, ...kept, postingCount });
          }
          return pieces;
        });
        expect(merged[0]).toEqual(merged[1]);
      }),
      { numRuns: 200 },
    );
  });

  test('documents are left out, and postings grow past every first size, alike', () => {
    if (!module) return;
    const lists = Array.from({ length: 3000 }, (_, i) =>
      Array.from({ length: 120 }, (__, k) => Math.imul(i * 131 + k, 2_654_435_761) >>> 0),
    );
    const columns = columnsOf(lists, 1);
    for (let i = 0; i < lists.length; i += 7) columns.ordinals[i] = DROPPED;
    const form = { codec: 'ef', hashShift: 0 } as const;
    const made = [new SimdWorkbench(module), new ScalarWorkbench()].map((bench) => {
      bench.gather(columns);
      bench.gather(columns);
      bench.sort(0, false);
      bench.dropRepeats();
      const { blocks, postingCount } = bench.encode(form, true);
      return { blocks: Buffer.from(blocks.slice().buffer), postingCount };
    });
    expect(made[0]?.postingCount).toBe(made[1]?.postingCount);
    expect(made[0]?.blocks.equals(made[1]?.blocks ?? Buffer.alloc(0))).toBe(true);
  });

  test('trailing zeros that all hashes share are found alike', () => {
    if (!module) return;
    const simd = new SimdWorkbench(module);
    for (const list of [[16, 48], [0], [], [1, 16], [0x8000_0000]]) {
      const zeros = [simd, scalar].map((bench) => {
        bench.clear();
        bench.gather(columnsOf([list], 1));
        return bench.commonZeros();
      });
      expect(zeros[0]).toBe(zeros[1]);
    }
  });
});
