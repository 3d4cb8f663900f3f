// Whole `streamvbyte` blocks from keys and to keys; see streamvbyte.ts for reading them at random.
import { decodeDeltas, decodeHashes, DELTAS, HASHES, lengthOf, sizeOf } from './streamvbyte';

const BLOCK_BYTES: u32 = 512;
const HEADER_BYTES: u32 = 8;

/** Decodes a block to `to`, hashes shifted left by `shift`. Returns where the keys end. */
export function decodeStreamVByte(block: u32, shift: u32, to: u32, tables: u32): u32 {
  const size = sizeOf(block);
  decodeHashes(block, tables);
  decodeDeltas(block, 0, size, tables);
  let last: u32 = 0;
  let ordinal: u32 = 0;
  for (let i: u32 = 0; i < size; i++) {
    const hash = load<u32>(tables + HASHES + (i << 2));
    const delta = load<u32>(tables + DELTAS + (i << 2));
    ordinal = i > 0 && hash == last ? ordinal + delta : delta;
    last = hash;
    store<u64>(to, (<u64>(hash << shift) << 32) | ordinal);
    to += 8;
  }
  return to;
}

/** Packs keys from `at` on into one block, as many as fit. Returns where the next block begins. */
export function encodeStreamVByte(at: u32, end: u32, shift: u32, block: u32): u32 {
  let size = HEADER_BYTES;
  let to = at;
  while (to < end) {
    size += 2;
    for (let key = to; key < to + 32; key += 8) {
      size += lengthOf(codeOf(hashDelta(key, at, end, shift), false), false);
      size += lengthOf(codeOf(idDelta(key, at, end, shift), true), true);
    }
    if (size > BLOCK_BYTES) break;
    to += 32;
  }
  to = min<u32>(to, end);
  memory.fill(block, 0, BLOCK_BYTES);
  const count = (to - at) >> 3;
  const quads = (count + 3) >> 2;
  store<u32>(block, load<u32>(at, 4) >> shift);
  store<u16>(block, <u16>count, 4);
  const ids = writeHashes(at, to, shift, block + HEADER_BYTES, quads);
  store<u16>(block, <u16>(ids - block - HEADER_BYTES), 6);
  writeIds(at, to, shift, ids, quads);
  return to;
}

/** Keys past `end` stand for the zeros a last quad is filled up with. */
// @ts-ignore: decorator
@inline
function hashDelta(key: u32, start: u32, end: u32, shift: u32): u32 {
  if (key == start || key >= end) return 0;
  return (load<u32>(key, 4) >> shift) - (load<u32>(key - 4) >> shift);
}

// @ts-ignore: decorator
@inline
function idDelta(key: u32, start: u32, end: u32, shift: u32): u32 {
  if (key >= end) return 0;
  const ordinal = load<u32>(key);
  if (key == start || load<u32>(key, 4) != load<u32>(key - 4)) return ordinal;
  return ordinal - load<u32>(key - 8);
}

// @ts-ignore: decorator
@inline
function codeOf(value: u32, isId: bool): u32 {
  const bytes = (39 - <u32>clz(value)) >> 3;
  // Hashes have lengths 0 1 2 4, ids 1 2 3 4.
  if (isId) return bytes == 0 ? 0 : bytes - 1;
  return bytes > 2 ? 3 : bytes;
}

/** Control bytes, then data. Returns where the data ends. */
function writeHashes(start: u32, end: u32, shift: u32, controls: u32, quads: u32): u32 {
  let data = controls + quads;
  let place: u32 = 0;
  for (let key = start; key < end; key += 8) {
    const delta = hashDelta(key, start, end, shift);
    data = writeValue(controls + (place >> 2), place & 3, data, delta, false);
    place += 1;
  }
  return data;
}

function writeIds(start: u32, end: u32, shift: u32, controls: u32, quads: u32): void {
  let data = controls + quads;
  let place: u32 = 0;
  for (let key = start; key < end; key += 8) {
    const delta = idDelta(key, start, end, shift);
    data = writeValue(controls + (place >> 2), place & 3, data, delta, true);
    place += 1;
  }
}

/** Data is written four bytes at a time, of which the next value overwrites what is not its own. */
// @ts-ignore: decorator
@inline
function writeValue(control: u32, lane: u32, data: u32, value: u32, isId: bool): u32 {
  const code = codeOf(value, isId);
  store<u8>(control, <u8>(load<u8>(control) | (code << (lane << 1))));
  store<u32>(data, value);
  return data + lengthOf(code, isId);
}
