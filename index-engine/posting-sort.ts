import type { Postings } from './block-writer.ts';

// NOTE: `as number` in this file follows counters and offsets that the counting pass bounds.

const DIGIT_BITS = 11;
const DIGIT_COUNT = 1 << DIGIT_BITS;
const DIGIT_MASK = DIGIT_COUNT - 1;

/** Postings being collected, in columns that grow and are kept. */
export class PostingBuffer implements Postings {
  hashes: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  ordinals: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  count = 0;
  #otherHashes: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  #otherOrdinals: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  readonly #counters = new Uint32Array(DIGIT_COUNT);

  /** Makes room for `capacity` postings in all; what was collected stays. */
  reserve(capacity: number): void {
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

  /**
   * Sorts by (hash, ordinal) with a least-significant-digit radix sort and drops repeated pairs.
   * `ordinalsAscend` says that postings were collected in the order of their ordinals; the sort
   * being stable, only hashes need sorting then. Digits that are all equal cost one counting pass.
   */
  sort(ordinalsAscend: boolean): void {
    if (!ordinalsAscend) this.#sortBy('ordinals');
    this.#sortBy('hashes');
    this.#dropRepeats();
  }

  /** Drops the first `count` postings. */
  shift(count: number): void {
    this.hashes.copyWithin(0, count, this.count);
    this.ordinals.copyWithin(0, count, this.count);
    this.count -= count;
  }

  #sortBy(column: 'hashes' | 'ordinals'): void {
    for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
      const keys = column === 'hashes' ? this.hashes : this.ordinals;
      if (!this.#countDigits(keys, shift)) continue;
      this.#scatter(keys, shift);
    }
  }

  /** Turns digit counts into start offsets; false if all postings share one digit. */
  #countDigits(keys: Uint32Array, shift: number): boolean {
    const counters = this.#counters.fill(0);
    const count = this.count;
    for (let i = 0; i < count; i++) {
      const digit = ((keys[i] as number) >>> shift) & DIGIT_MASK;
      counters[digit] = (counters[digit] as number) + 1;
    }
    let start = 0;
    for (let digit = 0; digit < DIGIT_COUNT; digit++) {
      const size = counters[digit] as number;
      if (size === count) return false;
      counters[digit] = start;
      start += size;
    }
    return true;
  }

  #scatter(keys: Uint32Array, shift: number): void {
    const { hashes, ordinals, count } = this;
    const counters = this.#counters;
    const toHashes = this.#otherHashes;
    const toOrdinals = this.#otherOrdinals;
    for (let i = 0; i < count; i++) {
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

  #dropRepeats(): void {
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
}
