/**
 * PostgreSQL's binary form of int4[], in which it takes and gives arrays of hashes several times
 * faster than as text. All numbers are big-endian:
 *
 *   array   := dimensions u32 (0 when empty, else 1), has nulls u32 (0), element type u32 (23), bound, element*
 *   bound   := count u32, lower bound u32 (1); only with one dimension
 *   element := size u32 (4), value i32
 *
 * The driver sends a Buffer in binary, so `$1::int[]` takes what `intArrayBytes` makes;
 * `array_send(column)` gives what `readIntArray` reads.
 */

const INT4_OID = 23;
const EMPTY_BYTES = 12;
const HEADER_BYTES = 20;
const ELEMENT_BYTES = 8;

/** An array of unsigned 32-bit numbers for the database, which takes them for signed ones. */
export function intArrayBytes(values: Uint32Array): Buffer {
  if (values.length === 0) {
    const empty = Buffer.alloc(EMPTY_BYTES);
    empty.writeUInt32BE(INT4_OID, 8);
    return empty;
  }
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + ELEMENT_BYTES * values.length);
  bytes.writeUInt32BE(1, 0);
  bytes.writeUInt32BE(0, 4);
  bytes.writeUInt32BE(INT4_OID, 8);
  bytes.writeUInt32BE(values.length, 12);
  bytes.writeUInt32BE(1, 16);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = HEADER_BYTES;
  for (const value of values) {
    view.setUint32(at, 4);
    view.setUint32(at + 4, value);
    at += ELEMENT_BYTES;
  }
  return bytes;
}

/** The numbers of a one-dimensional array without nulls, as unsigned. Throws `RangeError`. */
export function readIntArray(bytes: Buffer): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length === EMPTY_BYTES && view.getUint32(0) === 0) return new Uint32Array(0);
  const count = bytes.length < HEADER_BYTES ? -1 : view.getUint32(12);
  const isPlain =
    bytes.length === HEADER_BYTES + ELEMENT_BYTES * count &&
    view.getUint32(0) === 1 &&
    view.getUint32(4) === 0 &&
    view.getUint32(8) === INT4_OID;
  if (!isPlain) throw new RangeError('not an int4[] of one dimension without nulls');
  const values = new Uint32Array(count);
  for (let at = 0; at < count; at += 1) {
    values[at] = view.getUint32(HEADER_BYTES + ELEMENT_BYTES * at + 4);
  }
  return values;
}

/** Arrays one after the other, with the places (from 1, inclusive) at which each begins and ends. */
export function joinArrays(arrays: readonly Uint32Array[]): {
  readonly joined: Buffer;
  readonly firsts: readonly number[];
  readonly lasts: readonly number[];
} {
  const all = new Uint32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  const firsts: number[] = [];
  const lasts: number[] = [];
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    firsts.push(at + 1);
    at += array.length;
    lasts.push(at);
  }
  return { joined: intArrayBytes(all), firsts, lasts };
}
