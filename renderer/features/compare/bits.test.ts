import { expect, test } from 'vitest';
import { bitCount, bitErrors, bitPixels, meansOf, overlapOf, scoreAt, xorPixels } from './bits.ts';
import type { Colour, Pixels } from './bits.ts';

const OFF: Colour = [1, 2, 3, 255];
const ON: Colour = [9, 8, 7, 255];

function pixel({ data, width }: Pixels, column: number, row: number): number[] {
  const at = (row * width + column) * 4;
  return Array.from(data.subarray(at, at + 4));
}

test('a hash is a column, its highest bit on top', () => {
  const picture = bitPixels([0x8000_0001, 2], 0, { from: 0, count: 2 }, [OFF, ON]);
  expect(pixel(picture, 0, 0)).toEqual(ON);
  expect(pixel(picture, 0, 31)).toEqual(ON);
  expect(pixel(picture, 0, 1)).toEqual(OFF);
  expect(pixel(picture, 1, 30)).toEqual(ON);
  expect(picture.data).toHaveLength(2 * 32 * 4);
});

test('beside a fingerprint there is nothing, whichever way it is shifted', () => {
  const later = bitPixels([1], 2, { from: 1, count: 3 }, [OFF, ON]);
  expect([0, 1, 2].map((column) => pixel(later, column, 31)[3])).toEqual([0, 255, 0]);
  const earlier = bitPixels([0, 1], -1, { from: 0, count: 2 }, [OFF, ON]);
  expect(pixel(earlier, 0, 31)).toEqual(ON);
  expect(pixel(earlier, 1, 31)[3]).toBe(0);
});

test.each([
  { a: 10, b: 10, offset: 0, from: 0, to: 10 },
  { a: 10, b: 10, offset: 3, from: 3, to: 10 },
  { a: 10, b: 10, offset: -3, from: 0, to: 7 },
  { a: 10, b: 2, offset: 4, from: 4, to: 6 },
  { a: 10, b: 2, offset: 12, from: 12, to: 12 },
  { a: 10, b: 2, offset: -5, from: 0, to: 0 },
])('$a and $b hashes at $offset overlap from $from to $to', ({ a, b, from, offset, to }) => {
  expect(overlapOf(a, b, offset)).toEqual({ from, to });
});

test('what differs is drawn and counted where both are', () => {
  const pair = { a: [0, 0xff, 3], b: [0xff, 1], offset: 1 };
  const picture = xorPixels(pair, { from: 0, count: 3 }, [OFF, ON]);
  expect([0, 1, 2].map((column) => pixel(picture, column, 31))).toEqual([[0, 0, 0, 0], OFF, OFF]);
  expect(pixel(picture, 2, 30)).toEqual(ON);
  expect([...bitErrors(pair)]).toEqual([0, 1]);
});

test('bits are counted in all of 32', () => {
  expect([0, 1, 0xffff_ffff, 0x8000_0000, -1].map(bitCount)).toEqual([0, 1, 32, 1, 32]);
});

test('the same sound scores 1 at its offset, its opposite 0, and a part its share', () => {
  const a = Array.from({ length: 100 }, (_, at) => Math.imul(at + 1, 0x9e37_79b1) >>> 0);
  expect(scoreAt({ a, b: a, offset: 0 })).toBe(1);
  expect(scoreAt({ a, b: a.map((hash) => ~hash >>> 0), offset: 0 })).toBe(0);
  expect(scoreAt({ a, b: a.slice(40), offset: 40 })).toBe(1);
  expect(scoreAt({ a: a.slice(0, 60), b: a.slice(40), offset: 40 })).toBeCloseTo(1 / 3);
  expect(scoreAt({ a, b: a, offset: 100 })).toBe(0);
});

test('repeated hashes say little', () => {
  const a = Array.from({ length: 100 }, () => 7);
  expect(scoreAt({ a, b: a.map((hash) => hash ^ 0b11), offset: 0 })).toBeLessThan(0.7);
});

test('a curve is told in stretches', () => {
  expect(meansOf(Uint8Array.of(1, 3, 5), 2)).toEqual([
    { from: 0, to: 2, mean: 2 },
    { from: 2, to: 3, mean: 5 },
  ]);
});
