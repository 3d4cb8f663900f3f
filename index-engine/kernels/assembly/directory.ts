// The directory of a segment: the first hash of each block, ascending.

/** First place in `from` … `to` of the directory that is not below `hash`. */
export function lowerBound(directory: u32, from: u32, to: u32, hash: u32): u32 {
  while (to - from > 16) {
    const middle = (from + to) >> 1;
    if (load<u32>(directory + (middle << 2)) < hash) from = middle + 1;
    else to = middle;
  }
  // Four at a time, without a branch that depends on the data. What is read past `to` is not
  // smaller, be it in the directory or in the padding after its end.
  const wanted = i32x4.splat(hash);
  let below: u32 = 0;
  for (let at = from; at < to; at += 4) {
    const entries = v128.load(directory + (at << 2));
    below += <u32>popcnt<u32>(i32x4.bitmask(i32x4.lt_u(entries, wanted)));
  }
  return from + below;
}
