/** Printing of 32-bit floats, which is what the database functions and therefore the API return. */

const FLOAT32_DIGITS_MAX = 9;
/** Enough to print exactly every float32 that is a score; beyond, no tie is missed by what is cut. */
const EXACT_DIGITS = 100;

/**
 * The double that prints as the shortest decimal reading back to the given float32, the nearest of
 * them where there are several: 0.9753086566925049 (a float32 seen as a double) becomes 0.97530866.
 * Values that are no float32 are rounded to one first; infinities and NaN are returned as they are.
 * Agrees with PostgreSQL's output of `real`, from which upstream's scores come.
 */
export function shortestFloat32(value: number): number {
  const float = Math.fround(value);
  if (!Number.isFinite(float) || float === 0) return float;
  for (let digits = 1; digits < FLOAT32_DIGITS_MAX; digits += 1) {
    const candidate = Number(float.toPrecision(digits));
    if (Math.fround(candidate) === float) return nearestOf(float, digits);
    // Below a power of two floats lie closer together than above it, so that the nearest decimal
    // may read back to a neighbour while the one on the other side does not.
    if (isPowerOfTwo(float) && readsBack(float, digits)) return nearestOf(float, digits);
  }
  return Number(float.toPrecision(FLOAT32_DIGITS_MAX));
}

function isPowerOfTwo(float: number): boolean {
  return Number.isInteger(Math.log2(Math.abs(float)));
}

function readsBack(float: number, digits: number): boolean {
  return around(float, digits).some((candidate) => Math.fround(candidate) === float);
}

/** The nearer of the decimals below and above that read back; the even one where both are as near. */
function nearestOf(float: number, digits: number): number {
  const [below, above] = around(float, digits);
  if (Math.fround(below) !== float) return above;
  if (Math.fround(above) !== float) return below;
  const [mantissa = ''] = float.toExponential(EXACT_DIGITS).replace(/[-.]/g, '').split('e');
  const rest = mantissa.slice(digits).replace(/0+$/, '');
  if (rest === '5') return Number(mantissa[digits - 1]) % 2 === 0 ? below : above;
  return rest < '5' ? below : above;
}

/** The decimals of so many digits next to a float, towards zero and away from it. */
function around(float: number, digits: number): [number, number] {
  const [mantissa = '', exponent = ''] = float.toExponential(EXACT_DIGITS).split('e');
  const negative = float < 0;
  const kept = mantissa.replace(/[-.]/g, '').slice(0, digits);
  const scale = Number(exponent) - digits + 1;
  const sign = negative ? '-' : '';
  return [Number(`${sign}${kept}e${scale}`), Number(`${sign}${BigInt(kept) + 1n}e${scale}`)];
}
