import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { packIds, unpackIds } from './packed-ids.ts';

const ids = fc
  .oneof(
    fc.array(fc.integer({ min: 0, max: 0xffff_ffff }), { maxLength: 700 }),
    fc.array(fc.integer({ min: 5, max: 2000 }), { maxLength: 1500 }),
    fc
      .tuple(fc.nat(1e9), fc.nat(1000))
      .map(([first, size]) => Array.from({ length: size }, (_, i) => first + i)),
  )
  .map((list) => Uint32Array.from(new Set(list)).sort());

test('what was packed is unpacked', () => {
  fc.assert(
    fc.property(ids, (list) => {
      const unpacked = new Uint32Array(list.length);
      expect(unpackIds(packIds(list), unpacked)).toBe(true);
      expect(unpacked).toEqual(list);
    }),
  );
});

test('the examples of packed-ids.ts have the bytes written there', () => {
  const hex = (...list: number[]): string =>
    Buffer.from(packIds(Uint32Array.from(list))).toString('hex');
  expect(hex(7, 8, 9)).toBe('0700000000');
  expect(hex(7, 9, 12)).toBe('070000000209');
});

test('a million ids in a row take a fiftieth of a byte each', () => {
  const list = Uint32Array.from({ length: 1_000_000 }, (_, i) => i + 1);
  expect(packIds(list).length).toBeLessThan(20_000);
});

test('bytes that are not so many ascending ids are refused', () => {
  const packed = packIds(Uint32Array.of(7, 9, 12));
  for (const [bytes, count] of [
    [packed, 2],
    [packed, 300],
    [packed.subarray(0, 4), 3],
    [packed.subarray(0, 5), 3],
    [Uint8Array.of(255, 255, 255, 255, 2, 9), 3],
    [Uint8Array.of(7, 0, 0, 0, 40, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9), 3],
  ] as const) {
    const isRight = unpackIds(bytes, new Uint32Array(count));
    // Two of three ids are a whole packing of two, but for the byte that is left.
    expect(isRight && count !== 2).toBe(false);
  }
});
