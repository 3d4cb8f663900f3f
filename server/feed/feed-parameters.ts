/** Entries or changes at once, at most: about six megabytes. */
export const BATCH_MAX = 10_000;

/**
 * A number of the query string as upstream's feed reads it: what is none is the default, below
 * zero is zero.
 */
export function readCount(value: unknown, fallback: number): number {
  if (typeof value !== 'string' || !/^\s*[+-]?\d+\s*$/.test(value)) return fallback;
  return Math.min(Math.max(Number(value), 0), Number.MAX_SAFE_INTEGER);
}
