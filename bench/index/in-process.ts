import { pino } from 'pino';
import { ChangeBatch } from '../../index-engine/change.ts';
import { InvertedIndex } from '../../index-engine/inverted-index.ts';
import { MergeThreads } from '../../index-engine/merge-threads.ts';
import { type Search, searchInThread } from '../../index-engine/search.ts';
import { SearchThreads } from '../../index-engine/search-threads.ts';
import { SegmentMemories } from '../../index-engine/segment-memory.ts';
import type { Corpus, Query, QueryKind } from './corpus.ts';
import { above, below, type Goal, type Report } from './report.ts';

const KINDS: readonly QueryKind[] = ['hit', 'miss', 'skewed'];
/** Searches on their way to the threads at once. */
const SEARCHES_AHEAD = 32;
/** One in so many documents is deleted. */
const DELETED_SHARE = 10;

const resources = (memories = new SegmentMemories(1)) => ({
  memories,
  threads: new MergeThreads(),
  settings: { checkpointThreshold: 1_000_000, checkpointAgeMs: 0 },
  events: {
    checkpointed: () => undefined,
    memoryMerged: () => undefined,
    filesMerged: () => undefined,
  },
  log: pino({ level: 'silent' }),
});

type Resources = ReturnType<typeof resources>;

/** Runs with an index's folder opened in this process. */
export async function withIndex(
  folder: string,
  run: (index: InvertedIndex, shared: Resources) => Promise<void> | void,
  memories?: SegmentMemories,
): Promise<void> {
  const shared = resources(memories);
  const index = await InvertedIndex.open(folder, { generation: 1 }, shared);
  await index.settle();
  await run(index, shared);
  await index.close();
  await shared.threads.close();
}

export interface SearchGoals {
  readonly hit?: { p50?: Goal; p99?: Goal };
  readonly exactHit?: { p50?: Goal; p99?: Goal };
  readonly rate?: Goal;
}

/** Every kind of query by default, and hits exactly. */
export function measureAll(
  index: InvertedIndex,
  corpus: Corpus,
  { name, report, goals = {} }: { name: string; report: Report; goals?: SearchGoals },
): void {
  for (const kind of KINDS) {
    const times = measure(index, corpus.queries[kind], { name: `${name}, ${kind}`, report });
    report.times(`${name}, ${kind}`, times, kind === 'hit' ? goals.hit : {});
    if (kind !== 'hit') continue;
    const seconds = times.reduce((sum, time) => sum + time, 0) / 1000;
    report.note(`${name}, ${kind}, one core`, times.length / seconds, 'searches/s', goals.rate);
  }
  const exact = measure(index, corpus.queries.hit, { name: `${name}, exact`, report }, true);
  report.times(`${name}, exact hit`, exact, goals.exactHit);
}

function measure(
  index: InvertedIndex,
  queries: readonly Query[],
  { name, report }: { name: string; report: Report },
  exact = false,
): number[] {
  const times: number[] = [];
  let wrong = 0;
  let truncated = 0;
  // The first pass warms caches and compiler.
  for (let pass = 0; pass < 2; pass++) {
    times.length = 0;
    wrong = 0;
    truncated = 0;
    for (const { id, hashes } of queries) {
      const search = searchOf(hashes, exact);
      const startedMs = performance.now();
      const outcome = index.search(search);
      times.push(performance.now() - startedMs);
      if (id !== 0 && outcome.results[0]?.id !== id) wrong += 1;
      if (outcome.truncated) truncated += 1;
    }
  }
  if (wrong > 0) report.note(`${name}, not first`, wrong, `of ${queries.length}`, below(0));
  if (truncated > 0) report.note(`${name}, truncated`, truncated, `of ${queries.length}`);
  return times;
}

function searchOf(query: Uint32Array, exact: boolean): Search {
  const scoring = { limit: 40, scoreMin: undefined, scorePct: 10 };
  return { query, ...scoring, deadlineMs: Infinity, exact, explain: false };
}

/** Deletes one document in ten, then searches the others while the deleted are still in their segments. */
export async function measureDeletes(
  index: InvertedIndex,
  corpus: Corpus,
  report: Report,
): Promise<void> {
  const batch = new ChangeBatch();
  for (let id = DELETED_SHARE; id <= corpus.count; id += DELETED_SHARE) batch.delete(id);
  const startedMs = performance.now();
  await index.update(batch);
  const seconds = (performance.now() - startedMs) / 1000;
  report.note('deleting a tenth in one commit', batch.size / seconds, 'documents/s');
  const queries = corpus.queries.hit.filter(({ id }) => id % DELETED_SHARE !== 0);
  const name = 'inside, a tenth deleted, hit';
  report.times(name, measure(index, queries, { name, report }));
}

/** Searches per second of two threads against one. */
export async function measureThreads(
  folder: string,
  corpus: Corpus,
  report: Report,
): Promise<void> {
  const memories = new SegmentMemories(3);
  const rates: number[] = [];
  await withIndex(
    folder,
    async ({ segments }) => {
      for (const count of [1, 2]) {
        const threads = new SearchThreads(memories, count);
        for (let pass = 0; pass < 2; pass++) {
          const startedMs = performance.now();
          await searchAhead(corpus.queries.hit, ({ hashes }) =>
            searchInThread(threads, segments, searchOf(hashes, false)),
          );
          rates[count] = corpus.queries.hit.length / ((performance.now() - startedMs) / 1000);
        }
        report.note(`${count} search threads, hit`, rates[count] ?? 0, 'searches/s');
        await threads.close();
      }
    },
    memories,
  );
  report.note('two threads over one', (rates[2] ?? 0) / (rates[1] ?? 1), '×', above(1.8));
}

async function searchAhead<T>(
  queries: readonly Query[],
  run: (query: Query) => Promise<T>,
): Promise<void> {
  let next = 0;
  const lanes = Array.from({ length: SEARCHES_AHEAD }, async () => {
    for (let i = next++; i < queries.length; i = next++) {
      const query = queries[i];
      if (query) await run(query);
    }
  });
  await Promise.all(lanes);
}

/** The same index with its blocks on disk, which the system has cached. */
export async function measureOnDisk(folder: string, corpus: Corpus, report: Report): Promise<void> {
  const memories = new SegmentMemories(1, 0);
  await withIndex(
    folder,
    (index) => {
      const name = 'inside, on disk, one segment';
      const goals = { p50: below(170) };
      for (const kind of ['hit', 'miss'] as const) {
        const times = measure(index, corpus.queries[kind], { name: `${name}, ${kind}`, report });
        report.times(`${name}, ${kind}`, times, kind === 'hit' ? goals : {});
      }
      report.note(`${name}, tables`, memories.residentBytes / 1e6, 'MB', below(100));
    },
    memories,
  );
}
