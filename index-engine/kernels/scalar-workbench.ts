import { POSTINGS_PER_BLOCK_MAX, WORDS_PER_BLOCK } from '../block.ts';
import { createBlockReader } from '../block-reader.ts';
import { encodeBlocks, type Postings } from '../block-writer.ts';
import { encodeStreamVByteBlocks } from '../streamvbyte-block.ts';
import {
  type BlockForm,
  type DocumentColumns,
  DROPPED,
  type EncodedBlocks,
  type HashRange,
  type OrdinalMap,
  type Workbench,
} from './workbench.ts';

// NOTE: `as number` in this file follows counters and offsets that the counting pass bounds.

const DIGIT_BITS = 11;
const DIGIT_COUNT = 1 << DIGIT_BITS;
const DIGIT_MASK = DIGIT_COUNT - 1;

/** The workbench in plain TypeScript: oracle of `simd-workbench.ts`, and its stand-in. */
export class ScalarWorkbench implements Workbench, Postings {
  hashes: Uint32Array = new Uint32Array(0);
  ordinals: Uint32Array = new Uint32Array(0);
  count = 0;
  #otherHashes: Uint32Array = new Uint32Array(0);
  #otherOrdinals: Uint32Array = new Uint32Array(0);
  #maps: readonly OrdinalMap[] = [];
  readonly #counters = new Uint32Array(DIGIT_COUNT);
  readonly #blocks = {
    ef: createBlockReader('ef'),
    streamvbyte: createBlockReader('streamvbyte'),
  };
  readonly #blockHashes = new Uint32Array(POSTINGS_PER_BLOCK_MAX);
  readonly #blockOrdinals = new Uint32Array(POSTINGS_PER_BLOCK_MAX);

  clear(): void {
    this.count = 0;
  }

  gather({ hashes, starts, ordinals }: DocumentColumns): void {
    this.#reserve(this.count + hashes.length);
    for (let i = 0; i < ordinals.length; i++) {
      const ordinal = ordinals[i] as number;
      if (ordinal === DROPPED) continue;
      const own = hashes.subarray(starts[i], starts[i + 1]);
      this.hashes.set(own, this.count);
      this.ordinals.fill(ordinal, this.count, this.count + own.length);
      this.count += own.length;
    }
  }

  append(hashes: Uint32Array, ordinals: Uint32Array): void {
    this.#reserve(this.count + hashes.length);
    this.hashes.set(hashes, this.count);
    this.ordinals.set(ordinals, this.count);
    this.count += hashes.length;
  }

  commonZeros(): number {
    const { hashes, count } = this;
    let union = 0;
    for (let i = 0; i < count; i++) union |= hashes[i] as number;
    return union === 0 ? 0 : 31 - Math.clz32(union & -union);
  }

  setOrdinalMaps(maps: readonly OrdinalMap[]): void {
    this.#maps = maps;
  }

  decode(source: number, blocks: Uint32Array, form: BlockForm, range: HashRange): void {
    const map = this.#maps[source] as OrdinalMap;
    const block = this.#blocks[form.codec];
    for (let base = 0; base < blocks.length; base += WORDS_PER_BLOCK) {
      block.moveTo(blocks, base);
      const count = block.decode(this.#blockHashes, this.#blockOrdinals, 0);
      this.#reserve(this.count + count);
      let at = this.count;
      for (let i = 0; i < count; i++) {
        const hash = ((this.#blockHashes[i] as number) << form.hashShift) >>> 0;
        const old = this.#blockOrdinals[i] as number;
        const ordinal = typeof map === 'number' ? old + map : (map[old] as number);
        if (ordinal === DROPPED || hash < range.from || hash > range.to) continue;
        this.hashes[at] = hash;
        this.ordinals[at] = ordinal;
        at += 1;
      }
      this.count = at;
    }
  }

  /**
   * A least-significant-digit radix sort, stable. A digit that is the same in all postings costs one
   * counting pass.
   */
  sort(from: number, ordinalsAscend: boolean): void {
    if (!ordinalsAscend) this.#sortBy('ordinals', from);
    this.#sortBy('hashes', from);
  }

  dropRepeats(): void {
    const { hashes, ordinals, count } = this;
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const hash = hashes[i] as number;
      const ordinal = ordinals[i] as number;
      if (kept > 0 && hashes[kept - 1] === hash && ordinals[kept - 1] === ordinal) continue;
      hashes[kept] = hash;
      ordinals[kept] = ordinal;
      kept += 1;
    }
    this.count = kept;
  }

  encode({ codec, hashShift }: BlockForm, isLast: boolean): EncodedBlocks {
    const encode = codec === 'ef' ? encodeBlocks : encodeStreamVByteBlocks;
    const postings = {
      hashes: this.hashes.subarray(0, this.count),
      ordinals: this.ordinals,
      count: this.count,
    };
    const { blocks, directory, used } = encode(postings, hashShift, isLast);
    this.hashes.copyWithin(0, used, this.count);
    this.ordinals.copyWithin(0, used, this.count);
    this.count -= used;
    return { blocks, directory, postingCount: used };
  }

  #sortBy(column: 'hashes' | 'ordinals', from: number): void {
    for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
      const keys = column === 'hashes' ? this.hashes : this.ordinals;
      if (this.#countDigits(keys, shift, from)) this.#scatter(keys, shift, from);
    }
  }

  /** Turns digit counts into start offsets; false if all postings share one digit. */
  #countDigits(keys: Uint32Array, shift: number, from: number): boolean {
    const counters = this.#counters.fill(0);
    const count = this.count;
    for (let i = from; i < count; i++) {
      const digit = ((keys[i] as number) >>> shift) & DIGIT_MASK;
      counters[digit] = (counters[digit] as number) + 1;
    }
    let start = from;
    for (let digit = 0; digit < DIGIT_COUNT; digit++) {
      const size = counters[digit] as number;
      if (size === count - from) return false;
      counters[digit] = start;
      start += size;
    }
    return true;
  }

  #scatter(keys: Uint32Array, shift: number, from: number): void {
    const { hashes, ordinals, count } = this;
    const counters = this.#counters;
    const toHashes = this.#otherHashes;
    const toOrdinals = this.#otherOrdinals;
    toHashes.set(hashes.subarray(0, from));
    toOrdinals.set(ordinals.subarray(0, from));
    for (let i = from; i < count; i++) {
      const digit = ((keys[i] as number) >>> shift) & DIGIT_MASK;
      const to = counters[digit] as number;
      counters[digit] = to + 1;
      toHashes[to] = hashes[i] as number;
      toOrdinals[to] = ordinals[i] as number;
    }
    this.#otherHashes = hashes;
    this.#otherOrdinals = ordinals;
    this.hashes = toHashes;
    this.ordinals = toOrdinals;
  }

  #reserve(capacity: number): void {
    if (capacity <= this.hashes.length) return;
    const size = Math.max(capacity, this.hashes.length * 2);
    const hashes = new Uint32Array(size);
    const ordinals = new Uint32Array(size);
    hashes.set(this.hashes.subarray(0, this.count));
    ordinals.set(this.ordinals.subarray(0, this.count));
    this.hashes = hashes;
    this.ordinals = ordinals;
    this.#otherHashes = new Uint32Array(size);
    this.#otherOrdinals = new Uint32Array(size);
  }
}
