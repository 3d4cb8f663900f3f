import {
  BLOCK_HEADER_BITS,
  BLOCK_SIZE_BYTES,
  type Codec,
  POSTINGS_PER_BLOCK_MAX,
} from './block.ts';
import { StreamVByteBlockReader } from './streamvbyte-block.ts';

// NOTE: `as number` in this file follows offsets that a checked header bounds to the block and its
// guard; see `blockProblem`.

const HIGH_WORDS_MAX = POSTINGS_PER_BLOCK_MAX / 64;

/** The postings of one hash inside one block: places `from` … `to` - 1. */
export interface Run {
  from: number;
  to: number;
}

/** A block laid open, of either codec. One object is moved over many blocks. */
export interface BlockReader {
  /** Moves to the block that starts at word `base` of `words`. */
  moveTo(words: Uint32Array, base: number): void;
  /** Finds the postings of a shifted hash. Without any, `from` equals `to`. */
  find(hash: number, run: Run): void;
  /** Ordinal of posting `place`. */
  ordinalAt(place: number): number;
  /** Decodes every posting into two columns from place `at`; returns the place after the last. */
  decode(hashes: Uint32Array, ordinals: Uint32Array, at: number): number;
}

export function createBlockReader(codec: Codec): BlockReader {
  return codec === 'ef' ? new EfBlockReader() : new StreamVByteBlockReader();
}

class EfBlockReader implements BlockReader {
  #words: Uint32Array = new Uint32Array(0);
  #base = 0;
  first = 0;
  min = 0;
  count = 0;
  highWords = 0;
  lowWidth = 0;
  idWidth = 0;
  #lowBit = 0;
  #idBit = 0;

  moveTo(words: Uint32Array, base: number): void {
    this.#words = words;
    this.#base = base;
    this.first = words[base] as number;
    this.min = words[base + 1] as number;
    const packed = words[base + 2] as number;
    this.count = packed & 0xffff;
    this.highWords = (packed >>> 16) & 0xff;
    this.lowWidth = packed >>> 24;
    this.idWidth = (words[base + 3] as number) & 0xff;
    this.#lowBit = BLOCK_HEADER_BITS + this.highWords * 64;
    this.#idBit = this.#lowBit + this.count * this.lowWidth;
  }

  ordinalAt(place: number): number {
    return this.min + this.#bits(this.#idBit + place * this.idWidth, this.idWidth);
  }

  find(hash: number, run: Run): void {
    run.from = 0;
    run.to = 0;
    const delta = hash - this.first;
    if (delta < 0) return;
    const high = delta >>> this.lowWidth;
    const bit = this.#afterZeros(high);
    if (bit < 0) return;
    this.#narrow(bit, bit - high, delta & ((1 << this.lowWidth) - 1), run);
  }

  decode(hashes: Uint32Array, ordinals: Uint32Array, at: number): number {
    let place = 0;
    for (let word = 0; word < this.highWords * 2 && place < this.count; word++) {
      let bits = this.#words[this.#base + 4 + word] as number;
      while (bits !== 0 && place < this.count) {
        const lowest = 31 - Math.clz32(bits & -bits);
        bits &= bits - 1;
        const high = word * 32 + lowest - place;
        const low = this.#bits(this.#lowBit + place * this.lowWidth, this.lowWidth);
        hashes[at + place] = this.first + ((high << this.lowWidth) | low);
        ordinals[at + place] = this.ordinalAt(place);
        place += 1;
      }
    }
    return at + place;
  }

  /** The bit just after the `zeros`-th zero of `high`, or -1 when there are not that many. */
  #afterZeros(zeros: number): number {
    if (zeros === 0) return 0;
    let left = zeros;
    for (let word = 0; word < this.highWords * 2; word++) {
      let free = ~(this.#words[this.#base + 4 + word] as number);
      const count = popcount(free);
      if (count < left) {
        left -= count;
        continue;
      }
      while (--left > 0) free &= free - 1;
      return word * 32 + (31 - Math.clz32(free & -free)) + 1;
    }
    return -1;
  }

  /** Among the postings that share the high part from `bit` on, keeps those with the wanted low part. */
  #narrow(bit: number, place: number, low: number, run: Run): void {
    let at = bit;
    let to = place;
    run.from = place;
    while (to < this.count && this.#isSet(at)) {
      const found = this.#bits(this.#lowBit + to * this.lowWidth, this.lowWidth);
      if (found > low) break;
      to += 1;
      at += 1;
      if (found < low) run.from = to;
    }
    run.to = to;
  }

  #isSet(bit: number): boolean {
    const word = this.#words[this.#base + 4 + (bit >>> 5)] as number;
    return (word & (1 << (bit & 31))) !== 0;
  }

  #bits(bit: number, width: number): number {
    if (width === 0) return 0;
    const at = this.#base + (bit >>> 5);
    const shift = bit & 31;
    let value = (this.#words[at] as number) >>> shift;
    if (shift + width > 32) value |= (this.#words[at + 1] as number) << (32 - shift);
    return width === 32 ? value >>> 0 : (value & ((1 << width) - 1)) >>> 0;
  }
}

/** Says what makes a header impossible, or undefined; for verification, not for the hot path. */
export function blockProblem(words: Uint32Array, base: number): string | undefined {
  const packed = words[base + 2] as number;
  const count = packed & 0xffff;
  const highWords = (packed >>> 16) & 0xff;
  const lowWidth = packed >>> 24;
  const idWidth = words[base + 3] as number;
  if (count === 0 || count > POSTINGS_PER_BLOCK_MAX) return `impossible count ${count}`;
  if (highWords === 0 || highWords > HIGH_WORDS_MAX) return `impossible high part ${highWords}`;
  if (lowWidth > 31 || idWidth > 32) return `impossible widths ${lowWidth}, ${idWidth}`;
  const bits = BLOCK_HEADER_BITS + highWords * 64 + count * (lowWidth + idWidth);
  if (bits > BLOCK_SIZE_BYTES * 8) return `parts of ${bits} bits`;
  return undefined;
}

function popcount(value: number): number {
  let bits = value - ((value >>> 1) & 0x5555_5555);
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
