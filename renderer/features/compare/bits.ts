/** Two fingerprints as numbers that can be drawn: pure, so that it can be tested. */

/** Bits of a hash, and rows of its picture; the highest bit is on top. */
export const BIT_ROWS = 32;
/** Of the key by which fingerprints are aligned: the upper 14 bits. */
const KEY_SHIFT = 18;
const KEYS_GRANTED = 10;
const CHANNELS = 4;

/** Red, green, blue and opacity, 0 to 255. */
export type Colour = readonly [number, number, number, number];

/** Pixels of an image, `width` by `BIT_ROWS`, as `ImageData` has them. */
export interface Pixels {
  readonly width: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** The part of a time line to draw, in positions; it may begin before 0 and end after everything. */
export interface Window {
  readonly from: number;
  readonly count: number;
}

/** Where b overlaps a when b's beginning lies at `offset` of a, in positions of a. */
export interface Overlap {
  readonly from: number;
  readonly to: number;
}

export function overlapOf(aLength: number, bLength: number, offset: number): Overlap {
  const from = Math.max(0, offset);
  return { from, to: Math.max(from, Math.min(aLength, bLength + offset)) };
}

/** One column for each hash whose place, `start` and on, is in the window; nothing beside them. */
export function bitPixels(
  hashes: ArrayLike<number>,
  start: number,
  window: Window,
  [clear, set]: readonly [Colour, Colour],
): Pixels {
  return paint(window, (place) => {
    const hash = hashes[place - start];
    return hash === undefined ? undefined : (bit) => (isSet(hash, bit) ? set : clear);
  });
}

/** One column for each pair of hashes: which of their bits differ. */
export function xorPixels(
  { a, b, offset }: Pair,
  window: Window,
  [same, differs]: readonly [Colour, Colour],
): Pixels {
  return paint(window, (place) => {
    const left = a[place];
    const right = b[place - offset];
    if (left === undefined || right === undefined) return undefined;
    const difference = left ^ right;
    return (bit) => (isSet(difference, bit) ? differs : same);
  });
}

/** Two fingerprints, b's first hash lying beside the one at `offset` of a. */
export interface Pair {
  readonly a: ArrayLike<number>;
  readonly b: ArrayLike<number>;
  readonly offset: number;
}

/** Differing bits, 0 to 32, at each position of the overlap. */
export function bitErrors({ a, b, offset }: Pair): Uint8Array {
  const { from, to } = overlapOf(a.length, b.length, offset);
  return Uint8Array.from({ length: to - from }, (_, at) =>
    bitCount((a[from + at] ?? 0) ^ (b[from + at - offset] ?? 0)),
  );
}

/**
 * The score of a pair at its offset, 0–1, by the formula of lookups, whether or not they would
 * choose this offset: agreeing bits, times the share that overlaps, less where hashes repeat.
 */
export function scoreAt(pair: Pair): number {
  const { a, b, offset } = pair;
  const errors = bitErrors(pair);
  const overlap = errors.length & ~1;
  const overlapMax = Math.min(a.length, b.length) & ~1;
  if (overlap === 0) return 0;
  let wrong = 0;
  for (let at = 0; at < overlap; at += 1) wrong += errors[at] ?? 0;
  const agreement = 1 - (2 * wrong) / (BIT_ROWS * overlap);
  const score = Math.max(0, (overlap / overlapMax) * agreement);
  const diversity = Math.min(
    diversityOf(a, Math.max(0, offset)),
    diversityOf(b, Math.max(0, -offset)),
  );
  return diversity < 1 ? score ** (8 - 7 * diversity) : score;
}

/** Means of a curve over stretches of `size`, the last one perhaps shorter. */
export function meansOf(
  curve: Uint8Array,
  size: number,
): { readonly from: number; readonly to: number; readonly mean: number }[] {
  const means: { from: number; to: number; mean: number }[] = [];
  for (let from = 0; from < curve.length; from += size) {
    const part = curve.subarray(from, from + size);
    means.push({
      from,
      to: from + part.length,
      mean: part.reduce((x, y) => x + y, 0) / part.length,
    });
  }
  return means;
}

export function bitCount(value: number): number {
  let left = value >>> 0;
  let count = 0;
  for (; left !== 0; left &= left - 1) count += 1;
  return count;
}

function isSet(hash: number, bit: number): boolean {
  return ((hash >>> bit) & 1) === 1;
}

function diversityOf(hashes: ArrayLike<number>, from: number): number {
  const keys = new Set<number>();
  for (let at = from; at < hashes.length; at += 1) keys.add((hashes[at] ?? 0) >>> KEY_SHIFT);
  return Math.min(1, (keys.size + KEYS_GRANTED) / (hashes.length - from) + 0.5);
}

/** Fills a window column by column; a column without colours stays see-through. */
function paint(
  { count, from }: Window,
  columnOf: (place: number) => ((bit: number) => Colour) | undefined,
): Pixels {
  const data = new Uint8ClampedArray(count * BIT_ROWS * CHANNELS);
  for (let column = 0; column < count; column += 1) {
    const colourOf = columnOf(from + column);
    if (!colourOf) continue;
    for (let row = 0; row < BIT_ROWS; row += 1) {
      data.set(colourOf(BIT_ROWS - 1 - row), (row * count + column) * CHANNELS);
    }
  }
  return { width: count, data };
}
