import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { CountedHistogram } from './counted-histogram.ts';
import type { Engine } from './engine.ts';
import { BLOCK_BOUNDS, DOCUMENT_BOUNDS, type Scans } from './kernels/searcher.ts';
import type { MaintenanceEvents } from './maintenance.ts';

/**
 * Every metric of the engine (fpindex.md section 2.8): one function per event, which alone knows
 * names and labels. Counters of an index are looked up once and kept, as label lookup would cost
 * more than the counting.
 */
export class Metrics implements MaintenanceEvents {
  readonly #registry = new Registry();
  readonly #searches = this.#counter('searches_total', 'Searches answered', ['index']);
  readonly #hits = this.#counter('search_hits_total', 'Searches with a result', ['index']);
  readonly #misses = this.#counter('search_misses_total', 'Searches without a result', ['index']);
  readonly #updates = this.#counter('updates_total', 'Commits', ['index']);
  readonly #durations = new Histogram({
    name: 'fpindex_search_duration_seconds',
    help: 'Time of successful searches',
    labelNames: ['index'],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
    registers: [this.#registry],
  });
  readonly #scannedDocs = new CountedHistogram(
    'fpindex_scanned_docs_per_hash',
    'Postings counted for a hash in a segment',
    DOCUMENT_BOUNDS,
  );
  readonly #scannedBlocks = new CountedHistogram(
    'fpindex_scanned_blocks_per_hash',
    'Blocks read to count them',
    BLOCK_BOUNDS,
  );
  readonly #checkpoints = this.#counter('checkpoints_total', 'Checkpoints written', []);
  readonly #memoryMerges = this.#counter('memory_merges_total', 'Merges of memory segments', []);
  readonly #fileMerges = this.#counter('file_merges_total', 'Merges of file segments', []);
  readonly #docs = this.#gauge('docs', 'Documents and tombstones in segments');
  readonly #version = this.#gauge('version', 'Newest version that is searchable');
  readonly #ofIndex = new Map<string, IndexMetrics>();

  constructor() {
    // Memory, processor time and open files of the process, under their customary names.
    collectDefaultMetrics({ register: this.#registry });
  }

  searched(index: string, seconds: number, hit: boolean): void {
    const metrics = this.#metricsOf(index);
    metrics.searches.inc();
    (hit ? metrics.hits : metrics.misses).inc();
    metrics.durations.observe(seconds);
  }

  /** What a search read of each of its segments. */
  scanned(scans: readonly Scans[]): void {
    for (const { documents, blocks, postings, blocksRead } of scans) {
      this.#scannedDocs.add(documents, postings);
      this.#scannedBlocks.add(blocks, blocksRead);
    }
  }

  updated(index: string): void {
    this.#metricsOf(index).updates.inc();
  }

  checkpointed(): void {
    this.#checkpoints.inc();
  }

  memoryMerged(): void {
    this.#memoryMerges.inc();
  }

  filesMerged(): void {
    this.#fileMerges.inc();
  }

  /** Removes the series of a deleted index; its durations stay, as upstream's do. */
  indexDeleted(index: string): void {
    this.#ofIndex.delete(index);
    for (const metric of [this.#searches, this.#hits, this.#misses, this.#updates]) {
      metric.remove(index);
    }
    this.#docs.remove(index);
    this.#version.remove(index);
  }

  /** The exposition text; gauges are read off the engine now. */
  async scrape(engine: Engine): Promise<{ type: string; text: string }> {
    for (const [name, index] of engine.indexes) {
      this.#metricsOf(name);
      this.#docs.labels(name).set(index.stats().num_docs);
      this.#version.labels(name).set(index.version);
    }
    const texts = [await this.#registry.metrics(), this.#scannedDocs.text()];
    const text = [...texts, this.#scannedBlocks.text()].join('\n');
    return { type: this.#registry.contentType, text };
  }

  #metricsOf(index: string): IndexMetrics {
    let metrics = this.#ofIndex.get(index);
    if (!metrics) {
      metrics = {
        searches: this.#searches.labels(index),
        hits: this.#hits.labels(index),
        misses: this.#misses.labels(index),
        updates: this.#updates.labels(index),
        durations: this.#durations.labels(index),
      };
      this.#ofIndex.set(index, metrics);
    }
    return metrics;
  }

  #counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name: `fpindex_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #gauge(name: string, help: string): Gauge {
    const labelNames = ['index'];
    return new Gauge({ name: `fpindex_${name}`, help, labelNames, registers: [this.#registry] });
  }
}

interface IndexMetrics {
  searches: Counter.Internal;
  hits: Counter.Internal;
  misses: Counter.Internal;
  updates: Counter.Internal;
  durations: Histogram.Internal<string>;
}
