/** Printing of 32-bit floats, which is what the database functions and therefore the API return. */

const FLOAT32_DIGITS_MAX = 9;

/**
 * The double that prints as the shortest decimal reading back to the given float32.
 * 0.9753086566925049 (a float32 seen as a double) becomes 0.9753086. Values that are no float32 are
 * rounded to one first; infinities, NaN and zeroes are returned as they are.
 */
export function shortestFloat32(value: number): number {
  const float = Math.fround(value);
  if (!Number.isFinite(float)) return float;
  for (let digits = 1; digits < FLOAT32_DIGITS_MAX; digits += 1) {
    const candidate = Number(float.toPrecision(digits));
    if (Math.fround(candidate) === float) return candidate;
  }
  return Number(float.toPrecision(FLOAT32_DIGITS_MAX));
}
