// Reading the `streamvbyte` block (grammar: ../../upstream/streamvbyte.ts, with ordinals for ids and a
// lowest id of 0). Four values are unpacked at once: the control byte picks a shuffle that moves each
// value's bytes to its lane, and lanes out of range become zero, as `i8x16.swizzle` has it.
//
// Tables, filled by the code below because a module over shared memory holds no static data:
//      0  v128 × 256   shuffle per control byte, lengths 0 1 2 4 (hashes)
//   4096  v128 × 256   the same, lengths 1 2 3 4 (ids)
//   8192  u8 × 256     bytes of data per control byte, hashes
//   8448  u8 × 256     the same, ids
//   8704  u32 × 344    hashes of the block opened last
//  10080  u32 × 344    id deltas of it

const ID_SHUFFLES: u32 = 4096;
const HASH_LENGTHS: u32 = 8192;
const ID_LENGTHS: u32 = 8448;
export const HASHES: u32 = 8704;
export const DELTAS: u32 = 10080;
const HEADER_BYTES: u32 = 8;

/** Bytes of a value with a 2-bit code. */
// @ts-ignore: decorator
@inline
export function lengthOf(code: u32, isId: bool): u32 {
  return isId ? code + 1 : code == 3 ? 4 : code;
}

/** Fills the tables at `tables`, unless they are: no shuffle of a full quad is zero. */
export function fillTables(tables: u32): void {
  if (load<u8>(tables + ID_LENGTHS, 255) != 0) return;
  fillTable(tables, tables + HASH_LENGTHS, false);
  fillTable(tables + ID_SHUFFLES, tables + ID_LENGTHS, true);
}

function fillTable(shuffles: u32, lengths: u32, isId: bool): void {
  for (let control: u32 = 0; control < 256; control++) {
    let from: u32 = 0;
    for (let lane: u32 = 0; lane < 4; lane++) {
      const length = lengthOf((control >> (lane << 1)) & 3, isId);
      for (let byte: u32 = 0; byte < 4; byte++) {
        const source = byte < length ? from + byte : 0xff;
        store<u8>(shuffles + (control << 4) + (lane << 2) + byte, source);
      }
      from += length;
    }
    store<u8>(lengths + control, from);
  }
}

// @ts-ignore: decorator
@inline
export function sizeOf(block: u32): u32 {
  return load<u16>(block, 4);
}

/** Writes the block's shifted hashes to `tables` + HASHES, up to a multiple of four. */
export function decodeHashes(block: u32, tables: u32): void {
  const quads = (sizeOf(block) + 3) >> 2;
  const zero = i32x4.splat(0);
  let carry = i32x4.splat(load<u32>(block));
  let control = block + HEADER_BYTES;
  let data = control + quads;
  let to = tables + HASHES;
  for (let i: u32 = 0; i < quads; i++) {
    const code = <u32>load<u8>(control);
    let sum = v128.swizzle(v128.load(data), v128.load(tables + (code << 4)));
    // A prefix sum of four lanes in two additions.
    sum = i32x4.add(sum, v128.shuffle<i32>(zero, sum, 0, 4, 5, 6));
    sum = i32x4.add(sum, v128.shuffle<i32>(zero, sum, 0, 1, 4, 5));
    sum = i32x4.add(sum, carry);
    v128.store(to, sum);
    carry = v128.shuffle<i32>(sum, sum, 3, 3, 3, 3);
    data += load<u8>(tables + HASH_LENGTHS + code);
    control += 1;
    to += 16;
  }
}

/** Writes the id deltas of places `from` … `end` - 1, and up to three around them, to their places. */
export function decodeDeltas(block: u32, from: u32, end: u32, tables: u32): void {
  const quads = (sizeOf(block) + 3) >> 2;
  const firstQuad = from >> 2;
  const endQuad = (end + 3) >> 2;
  const controls = block + HEADER_BYTES + load<u16>(block, 6);
  let data = controls + quads;
  for (let i: u32 = 0; i < firstQuad; i++) {
    data += load<u8>(tables + ID_LENGTHS + load<u8>(controls + i));
  }
  for (let i = firstQuad; i < endQuad; i++) {
    const code = <u32>load<u8>(controls + i);
    const shuffle = v128.load(tables + ID_SHUFFLES + (code << 4));
    v128.store(tables + DELTAS + (i << 4), v128.swizzle(v128.load(data), shuffle));
    data += load<u8>(tables + ID_LENGTHS + code);
  }
}

/** First ordinal of a block: its delta is to 0. */
export function firstOrdinal(block: u32, tables: u32): u32 {
  decodeDeltas(block, 0, 1, tables);
  return load<u32>(tables + DELTAS);
}

/**
 * Places of a shifted hash, as `findRun` of block.ts. Their ordinals then are at `tables` + DELTAS,
 * each in its place.
 */
export function openRun(block: u32, hash: u32, tables: u32): u64 {
  if (hash < load<u32>(block)) return 0;
  decodeHashes(block, tables);
  const from = countBelow(tables + HASHES, sizeOf(block), hash);
  let to = from;
  const size = sizeOf(block);
  while (to < size && load<u32>(tables + HASHES + (to << 2)) == hash) to += 1;
  if (from == to) return 0;
  decodeDeltas(block, from, to, tables);
  let ordinal: u32 = 0;
  for (let at = tables + DELTAS + (from << 2); at < tables + DELTAS + (to << 2); at += 4) {
    ordinal += load<u32>(at);
    store<u32>(at, ordinal);
  }
  return (<u64>from << 32) | to;
}

/** How many of `size` ascending values are below `wanted`. */
function countBelow(values: u32, size: u32, wanted: u32): u32 {
  let from: u32 = 0;
  let to = size;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (load<u32>(values + (middle << 2)) < wanted) from = middle + 1;
    else to = middle;
  }
  return from;
}
