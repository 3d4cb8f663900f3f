import assert from 'node:assert/strict';
import type { Segment } from './segment.ts';

/**
 * The segments of an index, oldest first: file segments, then memory segments. The array is replaced,
 * never changed, so whoever holds one sees a fixed point in time.
 */
export class SegmentList {
  #segments: readonly Segment[];

  constructor(segments: readonly Segment[]) {
    this.#segments = segments;
    assertTiling(segments);
  }

  get all(): readonly Segment[] {
    return this.#segments;
  }

  get files(): readonly Segment[] {
    return this.#segments.filter((segment) => segment.file !== undefined);
  }

  get memory(): readonly Segment[] {
    return this.#segments.filter((segment) => segment.file === undefined);
  }

  append(segment: Segment): void {
    const last = this.#segments.at(-1);
    if (last) assertTiling([last, segment]);
    this.#segments = [...this.#segments, segment];
  }

  /** Whether the oldest segment is among `segments`, so that nothing older can hold a document. */
  startsWith(segments: readonly Segment[]): boolean {
    return this.#segments[0] === segments[0];
  }

  /** The list as it will be when neighbours have become one. */
  replaced(inputs: readonly Segment[], output: Segment): readonly Segment[] {
    const [first] = inputs;
    assert(first);
    const from = this.#segments.indexOf(first);
    const to = from + inputs.length;
    assert(from >= 0 && inputs.every((input, i) => this.#segments[from + i] === input));
    return [...this.#segments.slice(0, from), output, ...this.#segments.slice(to)];
  }

  replace(inputs: readonly Segment[], output: Segment): void {
    this.#segments = this.replaced(inputs, output);
    assertTiling(this.#segments);
  }
}

/** Commit ids have no gaps and no overlaps, and versions never go back. */
function assertTiling(segments: readonly Segment[]): void {
  segments.forEach((segment, i) => {
    const previous = segments[i - 1]?.identity;
    const { first, last, version } = segment.identity;
    assert(first <= last, 'a segment covers at least one commit');
    if (!previous) return;
    assert.equal(first, previous.last + 1, 'segments tile the commits');
    assert(version >= previous.version, 'versions never go back');
  });
}
