import type { Corpus } from './corpus.ts';
import type { Report } from './report.ts';

/** The peer anyone would write first: one sorted array of hashes, one of ids, a Map to count in. */
export function typedArrays(corpus: Corpus, report: Report): void {
  const { hashes, ids } = sortedPostings(corpus);
  for (const kind of ['hit', 'miss', 'skewed'] as const) {
    const times = corpus.queries[kind].map((query) => {
      const startedMs = performance.now();
      search(hashes, ids, query.hashes);
      return performance.now() - startedMs;
    });
    report.times(`peer: sorted typed arrays, ${kind}`, times);
  }
}

function sortedPostings(corpus: Corpus): { hashes: Uint32Array; ids: Uint32Array } {
  // Hash and id in one double: 32 bits and 21 bits, sorted natively.
  const keys = new Float64Array(corpus.count * corpus.hashesPerFingerprint);
  let at = 0;
  for (let id = 1; id <= corpus.count; id++) {
    for (const hash of corpus.hashesOf(id)) keys[at++] = hash * 2 ** 21 + id;
  }
  keys.sort();
  const hashes = new Uint32Array(keys.length);
  const ids = new Uint32Array(keys.length);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] ?? 0;
    hashes[i] = key / 2 ** 21;
    ids[i] = key % 2 ** 21;
  }
  return { hashes, ids };
}

function search(hashes: Uint32Array, ids: Uint32Array, query: Uint32Array): unknown {
  const counts = new Map<number, number>();
  for (const hash of query) {
    let from = 0;
    let to = hashes.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((hashes[middle] ?? 0) < hash) from = middle + 1;
      else to = middle;
    }
    for (; hashes[from] === hash; from++) {
      const id = ids[from] ?? 0;
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  }
  const scoreMin = Math.ceil(query.length / 20);
  const good = [...counts].filter(([, count]) => count >= scoreMin);
  return good.sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 40);
}
