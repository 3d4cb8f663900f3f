/**
 * The one view of a request body that decoders are written against, so that JSON and MessagePack
 * differ in syntax only. A decoder asks for what it expects; anything else is a `MalformedBody`.
 * Nothing recurses on the input's own nesting, so hostile depth is a type error like any other.
 */
export interface ValueReader {
  /**
   * Reads a map with known fields and calls `onField` with the index into `names` of each one.
   * An unknown or repeated field is refused. JSON compares whole names, MessagePack first letters.
   */
  fields(names: FieldNames, onField: (field: number) => void): void;
  /** Reads a map of string to string. */
  stringMap(onEntry: (key: string, value: string) => void): void;
  array(onElement: () => void): void;
  /** Reads an array of u32 into `sink`, without a call per element. */
  u32Array(sink: U32Sink): void;
  u32(): number;
  /** An integer in 0 … 2^53 - 1. */
  integer(): number;
  boolean(): boolean;
  string(): string;
  /** Consumes a null if the next value is one. */
  takeNull(): boolean;
  /** Asserts that nothing follows. */
  end(): void;
}

/** Field names as JSON spells them, each with its MessagePack letter. */
export interface FieldNames {
  readonly json: readonly string[];
  readonly letters: readonly string[];
}

/** A growing list of u32 that keeps its memory when cleared. */
export interface U32Sink {
  values: Uint32Array;
  size: number;
}

/** The body is not what the route accepts; answered as 400 `BadRequest`. */
export class MalformedBody extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = 'MalformedBody';
  }
}

export function fieldNames(keys: Readonly<Record<string, string>>): FieldNames {
  return { json: Object.keys(keys), letters: Object.values(keys) };
}

/** Makes room for `extra` more values, doubling, so that a loop over input stays linear. */
export function reserve(sink: U32Sink, extra: number): void {
  const needed = sink.size + extra;
  if (needed <= sink.values.length) return;
  const grown = new Uint32Array(Math.max(needed, sink.values.length * 2, 1024));
  grown.set(sink.values.subarray(0, sink.size));
  sink.values = grown;
}
