import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { segmentFile } from '../../index-engine/file-names.ts';
import { InvertedIndex } from '../../index-engine/inverted-index.ts';
import { createWorkbench } from '../../index-engine/kernels/kernels.ts';
import { writeManifest } from '../../index-engine/manifest.ts';
import { MergeThreads } from '../../index-engine/merge-threads.ts';
import type { Search } from '../../index-engine/search.ts';
import { SegmentMemories } from '../../index-engine/segment-memory.ts';
import { mergeSegments, type MergeSource } from '../../index-engine/segment-merger.ts';
import { SegmentWriter } from '../../index-engine/segment-writer.ts';
import type { Corpus } from './corpus.ts';
import { printRate, printTimes } from './measure.ts';

const resources = () => ({
  memories: new SegmentMemories(1),
  threads: new MergeThreads(),
  settings: { checkpointThreshold: 1_000_000, checkpointAgeMs: 0 },
  events: {
    checkpointed: () => undefined,
    memoryMerged: () => undefined,
    filesMerged: () => undefined,
  },
  log: pino({ level: 'silent' }),
});

/** Searches an index's folder from inside, without HTTP. */
export async function inProcess(corpus: Corpus, folder: string, name: string): Promise<void> {
  const shared = resources();
  const startedMs = performance.now();
  const index = await InvertedIndex.open(folder, { generation: 1 }, shared);
  await index.settle();
  printRate(`open, ${name}`, corpus.count, performance.now() - startedMs, 'fingerprints');
  const sizes = index.segments.map(({ postingCount }) => (postingCount / 1e6).toFixed(1));
  console.log(`segments, millions of postings: ${sizes.join(' ')}`);
  for (const exact of [false, true]) {
    for (const kind of ['hits', 'misses'] as const) {
      measureSearches(index, corpus[kind], exact, `${name}, ${exact ? 'exact ' : ''}${kind}`);
    }
  }
  await index.close();
  await shared.threads.close();
}

function measureSearches(
  index: InvertedIndex,
  queries: Corpus['hits'],
  exact: boolean,
  name: string,
): void {
  const searches = queries.map(({ id, query }) => ({ id, search: searchOf(query, exact) }));
  const times: number[] = [];
  let first = 0;
  let truncatedCount = 0;
  // The first pass warms caches and compiler.
  for (let pass = 0; pass < 2; pass++) {
    times.length = 0;
    first = 0;
    truncatedCount = 0;
    for (const { id, search } of searches) {
      const startedMs = performance.now();
      const { results, truncated } = index.search(search);
      times.push(performance.now() - startedMs);
      if (results[0]?.id === id) first += 1;
      if (truncated) truncatedCount += 1;
    }
  }
  printTimes(name, times, `first ${first}/${searches.length}, truncated ${truncatedCount}`);
  const sum = times.reduce((total, time) => total + time, 0);
  printRate(`${name}, one core`, times.length, sum, 'searches');
}

function searchOf(query: Uint32Array, exact: boolean): Search {
  return {
    query,
    limit: 40,
    scoreMin: undefined,
    scorePct: 10,
    deadlineMs: Infinity,
    exact,
    explain: false,
  };
}

/** Sorts and encodes the whole corpus in parts, then merges them into the one file of an index. */
export async function buildInOneSegment(corpus: Corpus, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const startedMs = performance.now();
  const sources = buildParts(corpus, 50_000);
  const builtMs = performance.now();
  const name = segmentFile(1, 1);
  const writer = new SegmentWriter(join(folder, name));
  const parts = mergeSegments(sources, { codec: 'ef', keepTombstones: false }, writer);
  const sizeBytes = writer.finish({ first: 1, last: 1, version: 1 }, parts);
  const endedMs = performance.now();
  await writeManifest(folder, [name]);
  printRate('bulk build to one segment', corpus.count, endedMs - startedMs, 'fingerprints');
  const inputBytes = sources.reduce((sum, { blocks }) => sum + blocks.byteLength, 0);
  printRate('merge, compressed input', inputBytes / 1e6, endedMs - builtMs, 'MB');
  console.log(`bytes per posting, all included: ${(sizeBytes / parts.postingCount).toFixed(3)}`);
  console.log(`bytes per fingerprint, all included: ${(sizeBytes / corpus.count).toFixed(1)}`);
}

function buildParts(corpus: Corpus, partSize: number): MergeSource[] {
  const bench = createWorkbench();
  const k = corpus.hashesPerFingerprint;
  const sources: MergeSource[] = [];
  for (let from = 1; from <= corpus.count; from += partSize) {
    const size = Math.min(partSize, corpus.count + 1 - from);
    bench.clear();
    const hashes = corpus.all.subarray((from - 1) * k, (from - 1 + size) * k);
    const starts = Uint32Array.from({ length: size + 1 }, (_, i) => i * k);
    bench.gather({ hashes, starts, ordinals: Uint32Array.from({ length: size }, (_, i) => i) });
    const form = { codec: 'ef', hashShift: bench.commonZeros() } as const;
    bench.sort(0, true);
    bench.dropRepeats();
    const { blocks, directory, postingCount } = bench.encode(form, true);
    sources.push({
      ...form,
      postingCount,
      blocks: blocks.slice(),
      directory: directory.slice(),
      documents: Uint32Array.from({ length: size }, (_, i) => from + i),
      live: new Uint32Array(Math.ceil(size / 32)).fill(0xffff_ffff),
      tombstones: new Uint32Array(0),
      metadata: [],
    });
  }
  return sources;
}
