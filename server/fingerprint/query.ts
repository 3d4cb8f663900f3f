/** Choice of the hashes by which a fingerprint is searched (chromaprint.md section 5). */

/** The hash of silence, in which all fingerprints of silence agree. */
export const SILENCE_HASH = 627964279;
/** At most this many hashes make a query. */
export const QUERY_HASH_COUNT_MAX = 120;

const QUERY_START_MAX = 80;
const QUERY_MASK = 0xfffffff0;

/**
 * Picks up to 120 distinct hashes, low 4 bits cleared, in their order.
 * Ports acoustid_extract_query, whose start is counted without silence but used with it: leading
 * silence therefore moves the window, and must, or stored queries would no longer match.
 */
export function extractQuery(hashes: Uint32Array): Uint32Array {
  let soundCount = 0;
  for (const hash of hashes) if (hash !== SILENCE_HASH) soundCount += 1;
  if (soundCount === 0) return new Uint32Array(0);
  const start = Math.max(0, Math.min(soundCount - QUERY_HASH_COUNT_MAX, QUERY_START_MAX));
  const query = new Set<number>();
  for (let index = start; index < hashes.length; index += 1) {
    const hash = hashes[index] ?? 0;
    if (hash === SILENCE_HASH) continue;
    query.add((hash & QUERY_MASK) >>> 0);
    if (query.size === QUERY_HASH_COUNT_MAX) break;
  }
  return Uint32Array.from(query);
}
