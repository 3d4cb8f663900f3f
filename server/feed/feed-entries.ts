import type {
  BootstrapHead,
  FeedBatch,
  FeedChange,
  FeedOperations,
} from '../../index-engine/replication/feed-contract.ts';
import { FEED_IDLE_MS } from '../../index-engine/replication/feed-contract.ts';
import type { Queryable } from '../db/queryable.ts';
import { listChangelog, readChangelogReach } from '../index/changelog-queries.ts';
import { listCorpus } from '../index/corpus-queries.ts';

/** The one index this feed knows, and its only generation. */
export const LINEAGE = { index: 'acoustid', generation: '1' } as const;

/** Entries after a position; `undefined` when the changelog does not reach back to it any more. */
export async function readBatch(
  fingerprint: Queryable,
  after: number,
  max: number,
): Promise<FeedBatch | undefined> {
  const entries = max === 0 ? [] : await listChangelog(fingerprint, after, max);
  // After the entries: what is dropped between the two reads is marked by then.
  const { trimmed } = await readChangelogReach(fingerprint);
  if (after < trimmed) return undefined;
  return {
    e: entries.map(({ fingerprint_id: id, id: position, query }) => ({
      i: position,
      c: query === null ? { d: { i: id } } : insertOf(id, Uint32Array.from(query)),
    })),
    r: max > 0 && entries.length === max ? 0 : FEED_IDLE_MS,
  };
}

/** Which indexes there are: ours was created at the beginning of time. */
export function readOperations(after: number, max: number): FeedOperations {
  const created = { p: Number(LINEAGE.generation), k: 0, i: LINEAGE.index } as const;
  return { o: after < created.p && max > 0 ? [created] : [], r: FEED_IDLE_MS };
}

/**
 * The values of a bootstrap, in order. Changes made while it runs may be in it or not: they are in
 * the changelog after its position, and applying one twice changes nothing.
 */
export async function* bootstrap(
  fingerprint: Queryable,
  chunk: number,
): AsyncGenerator<BootstrapHead | FeedChange[]> {
  const { newest } = await readChangelogReach(fingerprint);
  yield { p: newest };
  let page = await listCorpus(fingerprint, 0, chunk);
  while (page.length > 0) {
    const next = listCorpus(fingerprint, page.at(-1)?.id ?? 0, chunk);
    // Whoever asked may be gone before it is awaited.
    next.catch(() => undefined);
    const changes = page.flatMap(({ id, query }) => (query.length > 0 ? insertOf(id, query) : []));
    // An empty array would end the stream.
    if (changes.length > 0) yield changes;
    page = await next;
  }
  yield [];
}

function insertOf(id: number, query: Uint32Array): FeedChange {
  return { i: { i: id, h: [...query] } };
}
