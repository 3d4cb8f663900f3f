import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ChangeBatch } from '../change.ts';
import type { Codec } from '../block.ts';
import { prepareContent } from '../memory-segment.ts';
import { residentSegment, type Segment } from '../segment.ts';
import { SegmentMemories } from '../segment-memory.ts';
import { concat, mergeSegments, sourceOf } from '../segment-merger.ts';
import { loadModule } from './kernels.ts';
import { ScalarSearcher } from './scalar.ts';
import type { SegmentQuery } from './searcher.ts';
import { SimdSearcher } from './simd.ts';

const module = loadModule('search.wasm');
const memories = new SegmentMemories(2);
const DOCUMENTS = 20_000;

/** A small generator of our own, so that a failure can be looked at again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Half the hashes are rare, half come from a hundred values with lists over many blocks. */
function hashesOf(id: number): number[] {
  const next = random(id);
  return Array.from({ length: 40 }, () =>
    next() < 0.5 ? Math.floor(next() * 2 ** 28) * 16 : Math.floor(next() ** 3 * 100) * 0x0100_0010,
  );
}

function build(ids: readonly number[], codec: Codec): Segment {
  const batch = new ChangeBatch();
  for (const id of ids) batch.insert(id, hashesOf(id));
  const identity = { first: 1, last: 1, version: 1 };
  const made = residentSegment(memories, { ...prepareContent(batch), identity });
  if (codec === 'ef') return made;
  // What is in memory is `ef`; a merge is where other blocks come from.
  const pieces: Uint32Array[] = [];
  const sink = { blocks: (words: Uint32Array) => void pieces.push(words.slice()) };
  const parts = mergeSegments([sourceOf(made)], { codec, keepTombstones: false }, sink);
  memories.release(made.region);
  return residentSegment(memories, { ...parts, identity, blocks: concat(pieces) });
}

function query(rest: Partial<SegmentQuery> & { hashes: Uint32Array }): SegmentQuery {
  return { scoreMin: 3, scorePct: 10, limit: 40, best: 0, exact: false, ...rest };
}

const asSet = (hashes: readonly number[]): Uint32Array => Uint32Array.from(new Set(hashes)).sort();

const CODECS: Codec[] = ['ef', 'streamvbyte'];

describe.skipIf(module === undefined).each(CODECS)('the SIMD kernel and its twin, %s', (codec) => {
  let segment: Segment;
  let simd: SimdSearcher;
  const scalar = new ScalarSearcher();

  beforeAll(() => {
    if (!module) return;
    segment = build(
      Array.from({ length: DOCUMENTS }, (_, i) => i * 3 + 1),
      codec,
    );
    for (let id = 1; id < DOCUMENTS; id += 30) segment.supersede(id);
    simd = new SimdSearcher(module, 1, scalar);
  });
  afterAll(() => memories.release(segment.region));

  test('agree on results, counts and what was skipped', () => {
    const arbitrary = fc.record({
      ids: fc.array(fc.integer({ min: 1, max: DOCUMENTS * 3 }), { minLength: 1, maxLength: 4 }),
      keep: fc.integer({ min: 1, max: 60 }),
      extra: fc.array(fc.integer({ min: 0, max: 0xffff_ffff }), { maxLength: 20 }),
      scoreMin: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constant(0xffff_ffff)),
      scorePct: fc.integer({ min: 0, max: 100 }),
      limit: fc.integer({ min: 1, max: 100 }),
      best: fc.integer({ min: 0, max: 255 }),
      exact: fc.boolean(),
    });
    fc.assert(
      fc.property(arbitrary, ({ ids, keep, extra, ...rest }) => {
        const hashes = asSet([...ids.flatMap(hashesOf).slice(0, keep), ...extra]);
        const settings = query({ hashes, ...rest });
        expect(simd.search(segment, settings)).toEqual(scalar.search(segment, settings));
      }),
      { numRuns: 600 },
    );
  });

  test('long lists are deferred, verified instead of counted, and scores stay exact', () => {
    const hashes = asSet(hashesOf(3004));
    const quick = simd.search(segment, query({ hashes }));
    expect(quick.listsDeferred).toBeGreaterThan(5);
    expect(quick.listsSkipped).toBeGreaterThan(0);
    expect(quick.candidatesVerified).toBeGreaterThan(0);
    expect(segment.documents[quick.ordinals[0] ?? -1]).toBe(3004);
    expect(quick.scores[0]).toBe(hashes.length);
    const exact = simd.search(segment, query({ hashes, exact: true }));
    expect(exact.truncated).toBe(false);
    expect(exact.scores[0]).toBe(hashes.length);
  });

  test('exact mode equals counting every document by hand', () => {
    for (const id of [1, 1501, 30_000]) {
      const hashes = asSet([...hashesOf(id), ...hashesOf(id + 1)]);
      const wanted = new Set(hashes);
      const expected = [];
      for (let ordinal = 0; ordinal < DOCUMENTS; ordinal++) {
        if (!segment.isLive(ordinal)) continue;
        const own = new Set(hashesOf(ordinal * 3 + 1));
        const score = [...own].filter((hash) => wanted.has(hash)).length;
        if (score >= 3) expected.push({ ordinal, score });
      }
      expected.sort((a, b) => b.score - a.score || a.ordinal - b.ordinal);
      const settings = query({ hashes, exact: true, scorePct: 0, limit: 100 });
      for (const searcher of [simd, scalar]) {
        const { ordinals, scores } = searcher.search(segment, settings);
        const found = ordinals.map((ordinal, i) => ({ ordinal, score: scores[i] }));
        expect(found).toEqual(expected.slice(0, 100));
      }
    }
  });

  test('a query longer than the kernel’s tables is answered by the twin', () => {
    const hashes = asSet([1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31, 34].flatMap(hashesOf));
    expect(hashes.length).toBeGreaterThan(255);
    const settings = query({ hashes, exact: true });
    expect(simd.search(segment, settings)).toEqual(scalar.search(segment, settings));
  });

  test('counters are clean after every search, and small regions are reused', () => {
    const first = build([5, 6, 7], codec);
    const hashes = asSet(hashesOf(6));
    const settings = query({ hashes });
    const before = simd.search(first, settings);
    expect(simd.search(first, settings)).toEqual(before);
    memories.release(first.region);
    const second = build([6], codec);
    expect(simd.search(second, settings).scores).toEqual([hashes.length]);
    memories.release(second.region);
  });
});
