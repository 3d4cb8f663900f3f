import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Codec } from './block.ts';
import type { ChangeBatch } from './change.ts';
import type { IndexStats } from './contract.ts';
import { CorruptionError, RequestError } from './errors.ts';
import { sweepFolder } from './file-io.ts';
import { isSegmentFile, MANIFEST_FILE } from './file-names.ts';
import { loadSegment } from './file-segment.ts';
import { Maintenance, type MaintenanceEvents, type MaintenanceSettings } from './maintenance.ts';
import { readManifest } from './manifest.ts';
import { type PreparedCommit, prepareCommit, prepareContent } from './memory-segment.ts';
import type { MergeThreads } from './merge-threads.ts';
import { Oplog } from './oplog.ts';
import { sealRecord } from './oplog-record.ts';
import { replayOplog } from './oplog-replay.ts';
import { Pace } from './pace.ts';
import { type Search, searchInThread, type SearchOutcome, searchSegments } from './search.ts';
import type { SearchThreads } from './search-threads.ts';
import { residentSegment, type Segment, supersedeAll } from './segment.ts';
import { SegmentList } from './segment-list.ts';
import type { SegmentMemories } from './segment-memory.ts';
import { streamSnapshot } from './snapshot.ts';

/** Versions are numbers on the wire; beyond this they would lose precision. */
const VERSION_MAX = Number.MAX_SAFE_INTEGER;
/** Small commits are gathered at replay until they hold this many hashes, then become one segment. */
const REPLAY_SEGMENT_HASHES = 200_000;

/** What all indexes of a process share. */
export interface IndexResources {
  readonly memories: SegmentMemories;
  readonly threads: MergeThreads;
  /** Absent with one thread, or without a kernel. */
  readonly searchThreads?: SearchThreads | undefined;
  readonly settings: MaintenanceSettings;
  readonly events: MaintenanceEvents;
  readonly log: Logger;
}

/** Which lineage of its name an index is, and how its files are packed: `ef` unless it is said. */
export interface IndexForm {
  readonly generation: number;
  readonly codec?: Codec;
}

export interface CommitOptions {
  /** Refuse unless this is the current version. */
  readonly expectedVersion?: number;
  /** The version in a foreign log; without it, one more than the last. */
  readonly version?: number;
}

interface Position {
  readonly commitId: number;
  readonly version: number;
}

/**
 * One index of one generation: an immutable list of segments, oldest first, replaced as a whole by
 * each commit, and the log that makes commits durable. Reading never waits; writes are put in order
 * by their commit id and become visible in that order, after their fsync.
 */
export class InvertedIndex {
  readonly folder: string;
  readonly generation: number;
  readonly codec: Codec;
  readonly #list: SegmentList;
  readonly #oplog: Oplog;
  readonly #maintenance: Maintenance;
  readonly #resources: IndexResources;
  readonly #memories: SegmentMemories;
  readonly #released = Promise.withResolvers<void>();
  readonly #pace = new Pace();
  readonly #exactPace = new Pace();
  #supersessionCount = 0;
  readonly #metadata = new Map<string, string>();
  /** Last commit handed out; runs ahead of `#applied` while fsyncs are under way. */
  #assigned: Position;
  #applied: Position;

  /** Opens what the folder holds and removes what a crash left over. Throws CorruptionError. */
  static async open(
    folder: string,
    { generation, codec = 'ef' }: IndexForm,
    resources: IndexResources,
  ): Promise<InvertedIndex> {
    const { memories, log } = resources;
    const files = await readManifest(folder);
    const segments: Segment[] = [];
    try {
      for (const file of files) addNewer(segments, await loadSegment(memories, join(folder, file)));
      refuseGaps(segments, join(folder, MANIFEST_FILE));
      const position = await replayInto(segments, folder, resources);
      // Only now is it certain that what the manifest leaves out is not needed.
      const swept = await sweepFolder(folder, (name) => isOrphan(name, files));
      if (swept.length > 0) log.info({ folder, swept }, 'orphans removed');
      return new InvertedIndex({ folder, generation, codec }, segments, position, resources);
    } catch (error) {
      for (const segment of segments) {
        segment.disk?.close();
        memories.release(segment.region);
      }
      throw error;
    }
  }

  private constructor(
    place: Required<IndexForm> & { readonly folder: string },
    segments: readonly Segment[],
    position: Position,
    resources: IndexResources,
  ) {
    this.folder = place.folder;
    this.generation = place.generation;
    this.codec = place.codec;
    this.#memories = resources.memories;
    this.#resources = resources;
    this.#list = new SegmentList(segments);
    this.#oplog = new Oplog(place.folder, position.commitId);
    this.#assigned = position;
    this.#applied = position;
    for (const segment of segments) this.#foldMetadata(segment);
    const list = this.#list;
    const oplog = this.#oplog;
    const { folder, codec } = place;
    this.#maintenance = new Maintenance({ ...resources, folder, codec, list, oplog });
    this.#maintenance.wake();
  }

  get version(): number {
    return this.#applied.version;
  }

  /** The newest version given to a write, which may still be on its way to disk. */
  get versionAssigned(): number {
    return this.#assigned.version;
  }

  /** The newest version that file segments alone would restore. */
  get fileVersion(): number {
    return this.#list.files.at(-1)?.identity.version ?? 0;
  }

  get metadata(): ReadonlyMap<string, string> {
    return this.#metadata;
  }

  /** A fixed point in time; pin what is used across an await. */
  get segments(): readonly Segment[] {
    return this.#list.all;
  }

  stats(): IndexStats {
    const segments = this.#list.all;
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

  /** Searches here and now. Throws RequestError `SearchTimeout`, CorruptionError. */
  search(search: Search): SearchOutcome {
    return searchSegments(this.#list.all, search);
  }

  /**
   * As `search`, but one that would hold up others goes to a thread if one will take it. The query is
   * read before the first await, so the caller may reuse its memory at once.
   */
  async searchAside(search: Search): Promise<SearchOutcome> {
    const segments = this.#list.all;
    const { searchThreads } = this.#resources;
    const pace = search.exact ? this.#exactPace : this.#pace;
    if (!searchThreads?.takes(search) || !pace.isSlow) {
      return pace.measure(() => this.search(search));
    }
    // The caller's query is only valid until its next one is decoded.
    const kept = { ...search, query: search.query.slice() };
    const supersessions = this.#supersessionCount;
    for (const segment of segments) segment.pin();
    const outcome = await searchInThread(searchThreads, segments, kept).finally(() => {
      for (const segment of segments) segment.unpin();
    });
    pace.note(outcome.milliseconds);
    // A document that was replaced meanwhile was hidden here and is not yet in these segments.
    return supersessions === this.#supersessionCount ? outcome : this.search(kept);
  }

  /** Version of the newest segment that holds the document; undefined if absent or deleted. */
  documentVersion(id: number): number | undefined {
    const newest = this.#list.all.findLast((segment) => segment.mention(id) !== undefined);
    return newest?.mention(id) === 'document' ? newest.identity.version : undefined;
  }

  /** Resolves when another update may be decoded: memory for commits is bounded. */
  roomForWrites(): Promise<void> {
    return this.#maintenance.roomForWrites();
  }

  /** As `commit`, for a batch that is prepared here; the caller may reuse it at once. */
  update(batch: ChangeBatch, expectedVersion?: number): Promise<number> {
    return this.commit(
      prepareCommit(batch),
      expectedVersion === undefined ? {} : { expectedVersion },
    );
  }

  /**
   * Commits changes and returns the new version once they are durable and searchable. Throws
   * RequestError `VersionMismatch`, `WriteFailed`.
   */
  async commit(
    prepared: PreparedCommit,
    { expectedVersion, version = this.#assigned.version + 1 }: CommitOptions = {},
  ): Promise<number> {
    if (expectedVersion !== undefined && expectedVersion !== this.#assigned.version) {
      throw new RequestError('VersionMismatch');
    }
    const commitId = this.#assigned.commitId + 1;
    assert(version > this.#assigned.version, 'versions never go back');
    if (version > VERSION_MAX) throw new RequestError('WriteFailed', 'versions are used up');
    const record = sealRecord({ commitId, version }, prepared.changes);
    // Made before the append: once that is under way, nothing may fail but the disk.
    const identity = { first: commitId, last: commitId, version };
    const segment = residentSegment(this.#memories, { ...prepared.content, identity });
    this.#assigned = { commitId, version };
    try {
      await this.#oplog.append(commitId, record);
    } catch (error) {
      this.#memories.release(segment.region);
      throw error;
    }
    this.#publish(segment);
    return version;
  }

  /** Writes what is in memory to a file segment. */
  checkpoint(): Promise<void> {
    return this.#maintenance.checkpointNow();
  }

  /** A point in time as a stream; see snapshot.ts for the formats. */
  async snapshot(format: 'own' | 'upstream'): Promise<AsyncIterable<Uint8Array>> {
    await this.checkpoint();
    const place = { folder: this.folder, generation: this.generation };
    return streamSnapshot(format, this.#list.files, place, this.#resources.threads);
  }

  /** Waits until no checkpoint and no merge runs or is due. */
  settle(): Promise<void> {
    return this.#maintenance.settle();
  }

  async close(): Promise<void> {
    await this.#maintenance.close();
    await this.#oplog.close();
    let left = this.#list.all.length;
    if (left === 0) this.#released.resolve();
    for (const segment of this.#list.all) {
      // A search in a thread or a snapshot may still be reading it.
      segment.retire(() => {
        segment.disk?.close();
        this.#memories.release(segment.region);
        left -= 1;
        if (left === 0) this.#released.resolve();
      });
    }
  }

  /** Resolves when the index is closed and nobody reads its files any more. */
  get released(): Promise<void> {
    return this.#released.promise;
  }

  #publish(segment: Segment): void {
    assert.equal(segment.identity.first, this.#applied.commitId + 1, 'commits appear in order');
    for (const older of this.#list.all) {
      if (supersedeAll(older, segment) > 0) this.#supersessionCount += 1;
    }
    this.#list.append(segment);
    this.#foldMetadata(segment);
    this.#applied = { commitId: segment.identity.last, version: segment.identity.version };
    this.#maintenance.wake();
  }

  #foldMetadata(segment: Segment): void {
    for (const [key, value] of segment.metadata) this.#metadata.set(key, value);
  }
}

/** Replays the log on top of the file segments. Returns the last commit there is. */
async function replayInto(
  segments: Segment[],
  folder: string,
  { memories, log }: IndexResources,
): Promise<Position> {
  const durable = segments.at(-1)?.identity;
  let commitId = durable?.last ?? 0;
  let version = durable?.version ?? 0;
  let gathered: { first: number; batch: ChangeBatch } | undefined;
  const flush = (): void => {
    if (!gathered) return;
    const identity = { first: gathered.first, last: commitId, version };
    const content = { ...prepareContent(gathered.batch), identity };
    addNewer(segments, residentSegment(memories, content));
    gathered.batch.clear();
    gathered = undefined;
  };
  const replay = await replayOplog(folder, commitId, (head, batch) => {
    gathered ??= { first: head.commitId, batch };
    commitId = head.commitId;
    version = head.version;
    if (batch.hashes.size >= REPLAY_SEGMENT_HASHES) flush();
  });
  flush();
  if (replay.tornTailCount > 0) log.warn({ folder, ...replay }, 'oplog had a torn tail');
  return { commitId: Math.max(commitId, replay.lastCommitId), version };
}

/** A segment no manifest names, or the staging folder of a snapshot that was cut off. */
function isOrphan(name: string, files: readonly string[]): boolean {
  return (isSegmentFile(name) && !files.includes(name)) || name.startsWith('snapshot-');
}

function addNewer(segments: Segment[], newer: Segment): void {
  for (const older of segments) supersedeAll(older, newer);
  segments.push(newer);
}

function refuseGaps(segments: readonly Segment[], manifest: string): void {
  segments.forEach(({ identity }, i) => {
    const previous = segments[i - 1]?.identity;
    if (previous && identity.first !== previous.last + 1) {
      throw new CorruptionError(manifest, 0, `commits before ${identity.first} are missing`);
    }
  });
}
