import type { Codec } from '../block.ts';

/** Hashes from `from` up to and including `to`. */
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

/** How the blocks of a segment are written. */
export interface BlockForm {
  readonly codec: Codec;
  /** Trailing zero bits all hashes share, which are not stored. */
  readonly hashShift: number;
}

/** Documents in columns: document i has the hashes from starts[i] up to starts[i + 1]. */
export interface DocumentColumns {
  readonly hashes: Uint32Array;
  /** One more than there are documents. */
  readonly starts: Uint32Array;
  /** Ordinal of each document, or DROPPED to leave it out. */
  readonly ordinals: Uint32Array;
}

/** A document that does not live on, in an ordinal map. */
export const DROPPED = 0xffff_ffff;

/** New ordinals of a source's documents: all moved by one number, or looked up one by one. */
export type OrdinalMap = number | Uint32Array;

/**
 * Where segments are made: postings are gathered, sorted and packed into blocks. Its memory is kept
 * from one use to the next, as fresh pages cost more than the work done on them. Hashes are full ones;
 * only blocks have them shifted.
 */
export interface Workbench {
  /** Postings gathered and not yet encoded. */
  readonly count: number;
  clear(): void;
  /** Appends documents; hashes of each in any order, repeats allowed. */
  gather(documents: DocumentColumns): void;
  /** Appends postings that are sorted already, after all before. */
  append(hashes: Uint32Array, ordinals: Uint32Array): void;
  /** Trailing zero bits all gathered hashes share. */
  commonZeros(): number;
  /** Sets, per source, the new ordinals of its documents. */
  setOrdinalMaps(maps: readonly OrdinalMap[]): void;
  /** Appends the postings of whole blocks of a source that are in range and live on. */
  decode(source: number, blocks: Uint32Array, form: BlockForm, range: HashRange): void;
  /**
   * Sorts what was gathered from place `from` on by (hash, ordinal). `ordinalsAscend`: it was
   * gathered in the order of ordinals, so only hashes need sorting.
   */
  sort(from: number, ordinalsAscend: boolean): void;
  /** Drops repeated postings; all must be sorted. */
  dropRepeats(): void;
  /** Packs sorted postings into blocks and removes them; what might not fill a block stays, unless last. */
  encode(form: BlockForm, isLast: boolean): EncodedBlocks;
}
