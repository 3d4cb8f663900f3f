/**
 * Upstream's block (fpindex.md section 5.4), for segments that come from or go to its engine.
 *
 *   block     := minHash count idsAt hashes ids padding        512 bytes
 *   minHash   := u32 LE    hash of the first posting
 *   count     := u16 LE    postings; 0 marks the terminator block
 *   idsAt     := u16 LE    length of `hashes`: `ids` starts at byte 8 + idsAt
 *   hashes    := control * quads, data      lengths 0 1 2 4: delta to the posting before, 0 for the first
 *   ids       := control * quads, data      lengths 1 2 3 4: delta to the posting before with the same
 *                                           hash, else (and for the first) to the segment's lowest id
 *   control   := u8        four 2-bit codes, the first value's in the lowest bits
 *
 * Postings come in quads. A quad that does not fit starts the next block; the last one of a segment is
 * filled up with zeros, which cost a byte each among the ids.
 *
 * Example, lowest id 1, postings 100:1 100:2 200:3 300:4 →
 * 64000000 0400 0300 | 50 64 64 | 00 00 01 02 03
 */
export const UPSTREAM_BLOCK_SIZE_BYTES = 512;
const HEADER_SIZE_BYTES = 8;
const HASH_LENGTHS = [0, 1, 2, 4];
const ID_LENGTHS = [1, 2, 3, 4];

/** Packs sorted postings into blocks, one `push` at a time. */
export class StreamVByteWriter {
  readonly #idMin: number;
  readonly #onBlock: (block: Buffer, hashMax: number) => void;
  #hashes: number[] = [];
  #ids: number[] = [];
  #sizeBytes = HEADER_SIZE_BYTES;
  readonly #quadHashes: number[] = [];
  readonly #quadIds: number[] = [];

  /** `onBlock` gets every whole block with the last hash in it; the block is its to keep. */
  constructor(idMin: number, onBlock: (block: Buffer, hashMax: number) => void) {
    this.#idMin = idMin;
    this.#onBlock = onBlock;
  }

  push(hash: number, id: number): void {
    this.#quadHashes.push(hash);
    this.#quadIds.push(id);
    if (this.#quadHashes.length === 4) this.#placeQuad();
  }

  finish(): void {
    if (this.#quadHashes.length > 0) this.#placeQuad();
    if (this.#hashes.length > 0) this.#writeBlock();
  }

  #placeQuad(): void {
    let size = this.#quadSize();
    if (this.#sizeBytes + size > UPSTREAM_BLOCK_SIZE_BYTES) {
      this.#writeBlock();
      // Deltas start anew in a new block.
      size = this.#quadSize();
    }
    this.#sizeBytes += size;
    this.#hashes.push(...this.#quadHashes.splice(0));
    this.#ids.push(...this.#quadIds.splice(0));
  }

  #quadSize(): number {
    const hashes = [...this.#hashes.slice(-1), ...this.#quadHashes];
    const ids = [...this.#ids.slice(-1), ...this.#quadIds];
    const first = this.#hashes.length > 0 ? 1 : 0;
    let size = 2;
    for (let i = first; i < first + 4; i++) {
      size += lengthOf(HASH_LENGTHS, i < hashes.length ? hashDelta(hashes, i) : 0);
      size += lengthOf(ID_LENGTHS, i < ids.length ? idDelta(hashes, ids, i, this.#idMin) : 0);
    }
    return size;
  }

  #writeBlock(): void {
    const hashes = this.#hashes;
    const ids = this.#ids;
    const block = Buffer.alloc(UPSTREAM_BLOCK_SIZE_BYTES);
    const hashDeltas = hashes.map((_, i) => hashDelta(hashes, i));
    const idDeltas = hashes.map((_, i) => idDelta(hashes, ids, i, this.#idMin));
    const idsAt = writeValues(block, HEADER_SIZE_BYTES, HASH_LENGTHS, hashDeltas);
    writeValues(block, idsAt, ID_LENGTHS, idDeltas);
    block.writeUInt32LE(hashes[0] ?? 0, 0);
    block.writeUInt16LE(hashes.length, 4);
    block.writeUInt16LE(idsAt - HEADER_SIZE_BYTES, 6);
    this.#onBlock(block, hashes.at(-1) ?? 0);
    this.#hashes = [];
    this.#ids = [];
    this.#sizeBytes = HEADER_SIZE_BYTES;
  }
}

/** Postings of one block, in columns; undefined for a block that cannot be one. */
export function decodeUpstreamBlock(
  block: Buffer,
  idMin: number,
): { hashes: Uint32Array; ids: Uint32Array } | undefined {
  const count = block.readUInt16LE(4);
  const idsAt = HEADER_SIZE_BYTES + block.readUInt16LE(6);
  const hashDeltas = readValues(block, HEADER_SIZE_BYTES, HASH_LENGTHS, count);
  const idDeltas = readValues(block, idsAt, ID_LENGTHS, count);
  if (!hashDeltas || !idDeltas) return undefined;
  const hashes = new Uint32Array(count);
  const ids = new Uint32Array(count);
  let hash = block.readUInt32LE(0);
  let id = idMin;
  for (let i = 0; i < count; i++) {
    const delta = hashDeltas[i] ?? 0;
    hash += delta;
    id = (i === 0 || delta > 0 ? idMin : id) + (idDeltas[i] ?? 0);
    if (hash > 0xffff_ffff || id > 0xffff_ffff) return undefined;
    hashes[i] = hash;
    ids[i] = id;
  }
  return { hashes, ids };
}

function hashDelta(hashes: readonly number[], i: number): number {
  return i === 0 ? 0 : (hashes[i] ?? 0) - (hashes[i - 1] ?? 0);
}

function idDelta(
  hashes: readonly number[],
  ids: readonly number[],
  i: number,
  idMin: number,
): number {
  const before = i > 0 && hashes[i] === hashes[i - 1] ? (ids[i - 1] ?? 0) : idMin;
  return (ids[i] ?? 0) - before;
}

function lengthOf(lengths: readonly number[], value: number): number {
  return lengths[codeOf(lengths, value)] ?? 0;
}

function codeOf(lengths: readonly number[], value: number): number {
  return lengths.findIndex((length) => value < 2 ** (8 * length));
}

/** Controls, then data. Returns where it ends. */
function writeValues(
  block: Buffer,
  at: number,
  lengths: readonly number[],
  values: readonly number[],
): number {
  const quads = Math.ceil(values.length / 4);
  let dataAt = at + quads;
  for (let i = 0; i < quads * 4; i++) {
    const value = values[i] ?? 0;
    const code = codeOf(lengths, value);
    const control = at + (i >>> 2);
    block[control] = (block[control] ?? 0) | (code << (2 * (i & 3)));
    const length = lengths[code] ?? 0;
    if (length > 0) block.writeUIntLE(value, dataAt, length);
    dataAt += length;
  }
  return dataAt;
}

function readValues(
  block: Buffer,
  at: number,
  lengths: readonly number[],
  count: number,
): number[] | undefined {
  let dataAt = at + Math.ceil(count / 4);
  const values: number[] = [];
  for (let i = 0; i < count; i++) {
    if (dataAt > block.length) return undefined;
    const code = ((block[at + (i >>> 2)] ?? 0) >>> (2 * (i & 3))) & 3;
    const length = lengths[code] ?? 0;
    if (dataAt + length > block.length) return undefined;
    values.push(length === 0 ? 0 : block.readUIntLE(dataAt, length));
    dataAt += length;
  }
  return values;
}
