/** Hashes from `from` up to and including `to`, in a source's own shifted form. */
export interface HashRange {
  readonly from: number;
  readonly to: number;
}

/** Blocks and their first hashes; valid until the next call on the workbench. */
export interface EncodedBlocks {
  readonly blocks: Uint32Array;
  readonly directory: Uint32Array;
  readonly postingCount: number;
}

/** A document that does not live on, in an ordinal map. */
export const DROPPED = 0xffff_ffff;

/**
 * Where segments are made: postings are gathered in two columns, sorted and packed into blocks. Its
 * memory is kept from one use to the next, as fresh pages cost more than the work done on them.
 */
export interface Workbench {
  /** Postings gathered and not yet encoded. */
  readonly count: number;
  clear(): void;
  /** Appends one document's hashes, in any order, repeats allowed. */
  add(hashes: Uint32Array, ordinal: number): void;
  /** Appends postings that are sorted already, after all before. */
  append(hashes: Uint32Array, ordinals: Uint32Array): void;
  /** Shifts out the trailing zero bits all gathered hashes share; returns how many. */
  dropCommonZeros(): number;
  /** Sets, per source, the new ordinal of each old one or DROPPED. */
  setOrdinalMaps(maps: readonly Uint32Array[]): void;
  /** Appends the postings of whole blocks of a source that are in range and live on. */
  decode(source: number, blocks: Uint32Array, range: HashRange, widen: number): void;
  /**
   * Sorts what was gathered from place `from` on by (hash, ordinal). `ordinalsAscend`: it was
   * gathered in the order of ordinals, so only hashes need sorting.
   */
  sort(from: number, ordinalsAscend: boolean): void;
  /** Drops repeated postings; all must be sorted. */
  dropRepeats(): void;
  /** Packs sorted postings into blocks and removes them; what might not fill a block stays, unless last. */
  encode(isLast: boolean): EncodedBlocks;
}
