import assert from 'node:assert/strict';
import type { Logger } from 'pino';
import type { ChangeBatch } from './change.ts';
import type { IndexStats } from './contract.ts';
import { RequestError } from './errors.ts';
import { buildMemorySegment } from './memory-segment.ts';
import { Oplog } from './oplog.ts';
import { encodeRecord } from './oplog-record.ts';
import { replayOplog } from './oplog-replay.ts';
import { type Search, type SearchOutcome, searchSegments } from './search.ts';
import { type Segment, supersedeAll } from './segment.ts';

/** Versions are numbers on the wire; beyond this they would lose precision. */
const VERSION_MAX = Number.MAX_SAFE_INTEGER;

/**
 * One index of one generation: an immutable list of segments, oldest first, replaced as a whole by
 * each commit, and the log that makes commits durable. Reading never waits; writes are put in order
 * by their commit id and become visible in that order, after their fsync.
 */
export class InvertedIndex {
  readonly folder: string;
  readonly generation: number;
  readonly #oplog: Oplog;
  readonly #metadata: Map<string, string>;
  #segments: readonly Segment[];
  /** Last commit handed out; runs ahead of `#applied` while fsyncs are under way. */
  #assigned: { commitId: number; version: number };
  #applied: { commitId: number; version: number };

  /** Opens what the folder holds. Throws CorruptionError. */
  static async open(folder: string, generation: number, log: Logger): Promise<InvertedIndex> {
    const segments: Segment[] = [];
    let version = 0;
    const replay = await replayOplog(folder, 0, (head, batch) => {
      const { commitId } = head;
      const identity = { first: commitId, last: commitId, version: head.version };
      const segment = buildMemorySegment(batch, identity);
      for (const older of segments) supersedeAll(older, segment);
      segments.push(segment);
      version = head.version;
    });
    if (replay.tornTailCount > 0) log.warn({ folder, ...replay }, 'oplog had a torn tail');
    const metadata = new Map(segments.flatMap((segment) => [...segment.metadata]));
    const state = { commitId: replay.lastCommitId, version };
    return new InvertedIndex({ folder, generation }, segments, metadata, state);
  }

  private constructor(
    place: { folder: string; generation: number },
    segments: readonly Segment[],
    metadata: Map<string, string>,
    state: { commitId: number; version: number },
  ) {
    this.folder = place.folder;
    this.generation = place.generation;
    this.#segments = segments;
    this.#metadata = metadata;
    this.#assigned = state;
    this.#applied = state;
    this.#oplog = new Oplog(place.folder, state.commitId);
  }

  get version(): number {
    return this.#applied.version;
  }

  /** The newest version that file segments alone would restore. */
  get fileVersion(): number {
    return 0;
  }

  get metadata(): ReadonlyMap<string, string> {
    return this.#metadata;
  }

  stats(): IndexStats {
    const segments = this.#segments;
    const withDocuments = segments.filter((segment) => segment.documents.length > 0);
    const firstIds = withDocuments.map((segment) => segment.documents[0] ?? 0);
    const lastIds = withDocuments.map((segment) => segment.documents.at(-1) ?? 0);
    return {
      min_doc_id: firstIds.length === 0 ? 0 : Math.min(...firstIds),
      max_doc_id: lastIds.length === 0 ? 0 : Math.max(...lastIds),
      num_segments: segments.length,
      num_docs: segments.reduce((sum, segment) => sum + segment.documentTableSize, 0),
    };
  }

  search(search: Search): SearchOutcome {
    return searchSegments(this.#segments, search);
  }

  /** Version of the newest segment that holds the document; undefined if absent or deleted. */
  documentVersion(id: number): number | undefined {
    for (let i = this.#segments.length - 1; i >= 0; i--) {
      const segment = this.#segments[i];
      const mention = segment?.mention(id);
      if (mention !== undefined) {
        return mention === 'document' ? segment?.identity.version : undefined;
      }
    }
    return undefined;
  }

  /**
   * Commits a batch and returns the new version once it is durable and searchable. The batch is read
   * before the first await, so the caller may reuse it at once. Throws RequestError
   * `VersionMismatch`, `WriteFailed`.
   */
  async update(batch: ChangeBatch, expectedVersion?: number): Promise<number> {
    if (expectedVersion !== undefined && expectedVersion !== this.#assigned.version) {
      throw new RequestError('VersionMismatch');
    }
    const commitId = this.#assigned.commitId + 1;
    const version = this.#assigned.version + 1;
    if (version > VERSION_MAX) throw new RequestError('WriteFailed', 'versions are used up');
    const record = encodeRecord({ commitId, version }, batch);
    const segment = buildMemorySegment(batch, { first: commitId, last: commitId, version });
    const durable = this.#oplog.append(commitId, record);
    this.#assigned = { commitId, version };
    await durable;
    this.#publish(segment);
    return version;
  }

  async close(): Promise<void> {
    await this.#oplog.close();
  }

  #publish(segment: Segment): void {
    assert.equal(segment.identity.first, this.#applied.commitId + 1, 'commits appear in order');
    for (const older of this.#segments) supersedeAll(older, segment);
    this.#segments = [...this.#segments, segment];
    for (const [key, value] of segment.metadata) this.#metadata.set(key, value);
    this.#applied = { commitId: segment.identity.last, version: segment.identity.version };
  }
}
