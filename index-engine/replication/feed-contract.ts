/**
 * The changelog feed that index nodes follow over HTTP (fpindex.md section 6), in MessagePack; a
 * key is the first letter of the field's name, as everywhere on the engine's wire.
 *
 *   GET /_changelog/:index/:generation?after=&max=   a batch of entries after a position
 *   GET /_meta?after=&max=                           which indexes there are
 *   GET /_bootstrap/:index/:generation?chunk=        the whole corpus
 *
 * A bootstrap is a stream of values: its head, arrays of changes, and an empty array at the end,
 * without which it was cut short. A follower asks for the changelog after the head's position then.
 * 410 says that the changelog does not reach back to `after`; 403 that this feed takes no writes.
 */

export const FEED_TYPE = 'application/vnd.msgpack';

/** How long a follower that has everything waits before it asks again. */
export const FEED_IDLE_MS = 1000;

export type FeedChange =
  | { readonly i: { readonly i: number; readonly h: readonly number[] } }
  | { readonly d: { readonly i: number } };

export interface FeedEntry {
  /** Its position, from 1 on, rising, not without gaps. */
  readonly i: number;
  readonly c: FeedChange;
}

export interface FeedBatch {
  readonly e: readonly FeedEntry[];
  /** Milliseconds to wait before the next call; 0 when there is more. */
  readonly r: number;
}

/** What happened to an index name; the position of a creation is its generation. */
export interface FeedOperation {
  readonly p: number;
  readonly k: 0 | 1;
  readonly i: string;
}

export interface FeedOperations {
  readonly o: readonly FeedOperation[];
  readonly r: number;
}

export interface BootstrapHead {
  /** The position the stream is complete up to. */
  readonly p: number;
}
