import { pino } from 'pino';
import type { Codec } from '../block.ts';
import { ChangeBatch } from '../change.ts';
import { type IndexResources, InvertedIndex } from '../inverted-index.ts';
import { writeManifest } from '../manifest.ts';
import { MergeThreads } from '../merge-threads.ts';
import type { Search, SearchOutcome } from '../search.ts';
import { SegmentMemories } from '../segment-memory.ts';

/** What an index needs, with limits small enough that a handful of documents crosses them. */
export function testResources(
  settings: Partial<IndexResources['settings']> = {},
  memoryLimitBytes = Infinity,
): IndexResources {
  return {
    memories: new SegmentMemories(1, memoryLimitBytes),
    threads: new MergeThreads(),
    settings: { checkpointThreshold: 300, checkpointAgeMs: 0, ...settings },
    events: {
      checkpointed: () => undefined,
      memoryMerged: () => undefined,
      filesMerged: () => undefined,
    },
    log: pino({ level: 'silent' }),
  };
}

/** An index in an empty folder. */
export async function createTestIndex(
  folder: string,
  resources: IndexResources,
  codec: Codec = 'ef',
): Promise<InvertedIndex> {
  await writeManifest(folder, []);
  return InvertedIndex.open(folder, { generation: 1, codec }, resources);
}

export function batchOf(
  changes: readonly (readonly [number, readonly number[] | null])[],
): ChangeBatch {
  const batch = new ChangeBatch();
  for (const [id, hashes] of changes) {
    if (hashes) batch.insert(id, hashes);
    else batch.delete(id);
  }
  return batch;
}

export function searchFor(query: ArrayLike<number>, rest: Partial<Search> = {}): Search {
  return {
    query: Uint32Array.from(query),
    limit: 100,
    scoreMin: 1,
    scorePct: 0,
    deadlineMs: Infinity,
    exact: true,
    explain: false,
    ...rest,
  };
}

/** The definition of a search: count shared hashes of every document, order, cut. */
export function bruteForce(
  documents: ReadonlyMap<number, ReadonlySet<number>>,
  search: Search,
): SearchOutcome['results'] {
  const query = new Set(search.query);
  const scoreMin = Math.max(1, search.scoreMin ?? Math.ceil(search.query.length / 20));
  const scored = [...documents]
    .map(([id, hashes]) => ({ id, score: [...query].filter((hash) => hashes.has(hash)).length }))
    .filter(({ score }) => score >= scoreMin)
    .sort((a, b) => b.score - a.score || a.id - b.id);
  const bar = Math.floor(((scored[0]?.score ?? 0) * search.scorePct) / 100);
  return scored.filter(({ score }) => score >= bar).slice(0, search.limit);
}
