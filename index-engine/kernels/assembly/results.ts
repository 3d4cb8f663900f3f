// The results of a search in scratch: two columns, ordered by score descending, ordinal ascending.

const ORDINALS: u32 = 49152;
const SCORES: u32 = 57344;

// @ts-ignore: decorator
@inline
export function scoreAt(scratch: u32, place: u32): u32 {
  return load<u32>(scratch + SCORES + (place << 2));
}

/** Inserts a result among `count`, of which at most `limit` stay. Returns how many there are now. */
export function keepBest(
  scratch: u32,
  count: u32,
  limit: u32,
  ordinal: u32,
  score: u32,
): u32 {
  const ordinals = scratch + ORDINALS;
  const scores = scratch + SCORES;
  let at = count;
  while (at > 0) {
    const other = scoreAt(scratch, at - 1);
    if (other > score) break;
    if (other == score && load<u32>(ordinals + ((at - 1) << 2)) < ordinal) break;
    at -= 1;
  }
  if (at >= limit) return count;
  if (count < limit) count += 1;
  const moved = (count - 1 - at) << 2;
  memory.copy(ordinals + ((at + 1) << 2), ordinals + (at << 2), moved);
  memory.copy(scores + ((at + 1) << 2), scores + (at << 2), moved);
  store<u32>(ordinals + (at << 2), ordinal);
  store<u32>(scores + (at << 2), score);
  return count;
}
