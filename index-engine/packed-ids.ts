/**
 * Ascending ids packed by their gaps; ids given out one after another take almost nothing.
 *
 *   packed := group * ceil(count / 256)
 *   group  := first width gaps            256 ids, fewer in the last
 *   first  := u32 LE                      the first id
 *   width  := u8                          w, bits per gap, 0 … 32
 *   gaps   := (ids - 1) × w bits          gap to the id before, less one; least significant bit first,
 *                                         filled up to a whole byte
 *
 * Example: 7 8 9 is 07000000 00; 7 9 12 is 07000000 02 09 (gaps 1 and 2).
 */

// NOTE: `as number` in this file follows loops over an array's own length.

const GROUP_SIZE = 256;
const GROUP_HEADER_SIZE_BYTES = 5;

export function packIds(ids: Uint32Array): Uint8Array {
  const groupCount = Math.ceil(ids.length / GROUP_SIZE);
  // Four bytes a gap at most, and four that the last write may run over.
  const bytes = new Uint8Array(groupCount * GROUP_HEADER_SIZE_BYTES + ids.length * 4 + 8);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (let from = 0; from < ids.length; from += GROUP_SIZE) {
    const group = ids.subarray(from, from + GROUP_SIZE);
    const width = gapWidth(group);
    view.setUint32(at, group[0] as number, true);
    bytes[at + 4] = width;
    at += GROUP_HEADER_SIZE_BYTES;
    if (width > 0) writeGaps(bytes, at, group, width);
    at += gapsSizeBytes(group.length, width);
  }
  return bytes.subarray(0, at);
}

/** Fills `ids` from packed bytes. False if the bytes are not exactly that many ascending ids. */
export function unpackIds(bytes: Uint8Array, ids: Uint32Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  for (let from = 0; from < ids.length; from += GROUP_SIZE) {
    const group = ids.subarray(from, from + GROUP_SIZE);
    if (at + GROUP_HEADER_SIZE_BYTES > bytes.length) return false;
    const first = view.getUint32(at, true);
    const width = bytes[at + 4] as number;
    at += GROUP_HEADER_SIZE_BYTES;
    const end = at + gapsSizeBytes(group.length, width);
    if (width > 32 || end > bytes.length) return false;
    if (from > 0 && first <= (ids[from - 1] as number)) return false;
    if (!readGaps(bytes, at, group, { first, width })) return false;
    at = end;
  }
  return at === bytes.length;
}

function gapsSizeBytes(count: number, width: number): number {
  return Math.ceil(((count - 1) * width) / 8);
}

function gapWidth(group: Uint32Array): number {
  let union = 0;
  for (let i = 1; i < group.length; i++) {
    union |= (group[i] as number) - (group[i - 1] as number) - 1;
  }
  return 32 - Math.clz32(union);
}

function writeGaps(bytes: Uint8Array, start: number, group: Uint32Array, width: number): void {
  // A double holds what is carried, up to 7 bits, and a gap of 32 exactly.
  let held = 0;
  let heldBits = 0;
  let at = start;
  for (let i = 1; i < group.length; i++) {
    held += ((group[i] as number) - (group[i - 1] as number) - 1) * 2 ** heldBits;
    for (heldBits += width; heldBits >= 8; heldBits -= 8) {
      bytes[at++] = held % 256;
      held = Math.floor(held / 256);
    }
  }
  if (heldBits > 0) bytes[at] = held;
}

function readGaps(
  bytes: Uint8Array,
  start: number,
  group: Uint32Array,
  { first, width }: { first: number; width: number },
): boolean {
  const modulus = 2 ** width;
  let held = 0;
  let heldBits = 0;
  let at = start;
  let id = first;
  group[0] = id;
  for (let i = 1; i < group.length; i++) {
    for (; heldBits < width; heldBits += 8) held += (bytes[at++] as number) * 2 ** heldBits;
    id += (held % modulus) + 1;
    if (id > 0xffff_ffff) return false;
    held = Math.floor(held / modulus);
    heldBits -= width;
    group[i] = id;
  }
  return true;
}
