/**
 * What happens to segments after a commit: memory segments are merged with each other, written to a
 * file when they are many or old (checkpoint), and files are merged with each other. Each job works
 * on pinned, immutable inputs; only its last step touches the index, and in this order:
 *
 *   write the file → load it → replace the manifest (the commit point) → swap the list → drop inputs
 *
 * so that a crash anywhere leaves either the inputs or the output. Checkpoints and file merges may
 * run at once, as their inputs never overlap; their last steps take turns.
 */
import assert from 'node:assert/strict';
import type { Codec } from './block.ts';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { segmentFile } from './file-names.ts';
import { loadSegment } from './file-segment.ts';
import { writeManifest } from './manifest.ts';
import { chooseMerge, FILE_MERGE_POLICY, memoryMergePolicy } from './merge-policy.ts';
import type { MergeThreads } from './merge-threads.ts';
import type { Oplog } from './oplog.ts';
import { residentSegment, type Segment, type SegmentIdentity } from './segment.ts';
import type { SegmentList } from './segment-list.ts';
import type { SegmentMemories } from './segment-memory.ts';
import { concat, mergeSegments, sourceOf } from './segment-merger.ts';

/** Memory segments up to this many postings together are merged in place, without a thread. */
const IN_PLACE_POSTINGS_MAX = 200_000;
/** Writers wait when memory holds this many checkpoints' worth of postings. */
const CHECKPOINTS_BEHIND_MAX = 8;
const RETRY_DELAY_MS = 5000;

export interface MaintenanceSettings {
  /** Postings in memory above which a checkpoint is due. */
  readonly checkpointThreshold: number;
  /** Age of the oldest commit in memory at which a checkpoint is due; 0 for never. */
  readonly checkpointAgeMs: number;
}

export interface MaintenanceEvents {
  checkpointed(): void;
  memoryMerged(): void;
  filesMerged(): void;
}

/** What the jobs of one index work on and with. */
export interface MaintenanceContext {
  readonly folder: string;
  /** Of the files that are written. */
  readonly codec: Codec;
  readonly list: SegmentList;
  readonly oplog: Oplog;
  readonly memories: SegmentMemories;
  readonly threads: MergeThreads;
  readonly settings: MaintenanceSettings;
  readonly events: MaintenanceEvents;
  readonly log: Logger;
}

export class Maintenance {
  readonly #context: MaintenanceContext;
  /** Memory segments being written to a file: not to be merged by anyone else. */
  #beingWritten: readonly Segment[] = [];
  #checkpoint: Promise<void> | undefined;
  #fileMerge: Promise<void> | undefined;
  #turn: Promise<void> = Promise.resolve();
  #ageTimer: NodeJS.Timeout | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  #isAged = false;
  #closed = false;
  #waitingForRoom: (() => void)[] = [];

  constructor(context: MaintenanceContext) {
    this.#context = context;
  }

  /** Looks for work; called after every commit and every job. Never waits. */
  wake(): void {
    if (this.#closed || this.#retryTimer) return;
    this.#tryMergeMemory();
    this.#startAgeTimer();
    if (!this.#checkpoint && this.#isCheckpointDue()) void this.#startCheckpoint();
    if (!this.#fileMerge) this.#startFileMerge();
    if (this.#memoryPostings() < this.#memoryPostingsMax()) this.#letWritersGo();
  }

  /** Resolves when memory has room for another commit. */
  async roomForWrites(): Promise<void> {
    while (!this.#closed && this.#memoryPostings() >= this.#memoryPostingsMax()) {
      await new Promise<void>((resolve) => this.#waitingForRoom.push(resolve));
    }
  }

  /** Writes everything now in memory to a file. Rejects with what went wrong. */
  async checkpointNow(): Promise<void> {
    const last = this.#context.list.all.at(-1)?.identity.last ?? 0;
    const isPending = (): boolean =>
      (this.#context.list.memory[0]?.identity.first ?? Infinity) <= last;
    // One may be running, and the next may begin before this hears of its end.
    while (isPending()) await (this.#checkpoint ?? this.#startCheckpoint());
  }

  /** Waits until nothing is due or running; for tests and orderly measurements. */
  async settle(): Promise<void> {
    while (this.#checkpoint || this.#fileMerge) {
      await Promise.allSettled([this.#checkpoint, this.#fileMerge]);
    }
  }

  /** Starts nothing more. Running jobs are abandoned with the merge threads. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#ageTimer);
    clearTimeout(this.#retryTimer);
    this.#letWritersGo();
    // A manifest being replaced is finished; anything later finds the index closed.
    await this.#turn;
  }

  /** A commit is durable by now: what goes wrong here is not its failure. */
  #tryMergeMemory(): void {
    try {
      this.#mergeMemory();
    } catch (error) {
      this.#failed('memory merge', error);
    }
  }

  #mergeMemory(): void {
    const { list, memories, settings, events } = this.#context;
    const free = list.memory.filter((segment) => !this.#beingWritten.includes(segment));
    const run = chooseMerge(free.map(sizeOf), memoryMergePolicy(settings.checkpointThreshold));
    if (!run) return;
    const inputs = free.slice(run.from, run.to);
    if (inputs.reduce((sum, input) => sum + sizeOf(input), 0) > IN_PLACE_POSTINGS_MAX) return;
    const pieces: Uint32Array[] = [];
    const sink = { blocks: (words: Uint32Array) => void pieces.push(words.slice()) };
    const target = { codec: 'ef', keepTombstones: !list.startsWith(inputs) } as const;
    const parts = mergeSegments(inputs.map(sourceOf), target, sink);
    const blocks = concat(pieces);
    const output = residentSegment(memories, {
      ...parts,
      identity: joinIdentities(inputs),
      blocks,
    });
    list.replace(inputs, output);
    for (const input of inputs) this.#dispose(input);
    events.memoryMerged();
  }

  #startCheckpoint(): Promise<void> {
    assert(!this.#checkpoint, 'one checkpoint at a time: inputs never overlap');
    const inputs = this.#context.list.memory;
    this.#beingWritten = inputs;
    this.#isAged = false;
    clearTimeout(this.#ageTimer);
    this.#ageTimer = undefined;
    const job = this.#writeFile(inputs)
      .then(() => this.#context.oplog.truncate(inputs.at(-1)?.identity.last ?? 0))
      .finally(() => {
        this.#beingWritten = [];
        this.#checkpoint = undefined;
      });
    this.#checkpoint = job;
    job.then(
      () => this.#done('checkpoint', () => this.#context.events.checkpointed()),
      (error: unknown) => this.#failed('checkpoint', error),
    );
    return job;
  }

  #startFileMerge(): void {
    const { files } = this.#context.list;
    const run = chooseMerge(files.map(sizeOf), FILE_MERGE_POLICY);
    if (!run) return;
    const job = this.#writeFile(files.slice(run.from, run.to)).finally(() => {
      this.#fileMerge = undefined;
    });
    this.#fileMerge = job;
    job.then(
      () => this.#done('merge', () => this.#context.events.filesMerged()),
      (error: unknown) => this.#failed('merge', error),
    );
  }

  #done(job: string, report: () => void): void {
    report();
    this.#context.log.debug({ job, segments: this.#context.list.all.length }, 'segments written');
    this.wake();
  }

  /** A full disk is no reason to stop serving: the inputs are still there, and it is tried again. */
  #failed(job: string, error: unknown): void {
    if (this.#closed) return;
    this.#context.log.error({ err: error, job }, 'writing a segment failed');
    this.#retryTimer ??= setTimeout(() => {
      this.#retryTimer = undefined;
      this.wake();
    }, RETRY_DELAY_MS).unref();
  }

  /** Merges the inputs into one file segment and puts it in their place. */
  async #writeFile(inputs: readonly Segment[]): Promise<void> {
    const { folder, list, memories, threads, codec } = this.#context;
    const identity = joinIdentities(inputs);
    const path = join(folder, segmentFile(identity.first, identity.last));
    for (const input of inputs) {
      input.pin();
      input.diedDuringMerge = [];
    }
    try {
      const sources = inputs.map(sourceOf);
      const keepTombstones = !list.startsWith(inputs);
      await threads.run({ format: 'own', sources, codec, keepTombstones, identity, path });
      const releasedSoonBytes = inputs.reduce((sum, { region }) => sum + region.sizeBytes, 0);
      const output = await loadSegment(memories, path, releasedSoonBytes);
      await this.#inTurn(() => this.#commit(inputs, output));
    } finally {
      for (const input of inputs) {
        input.diedDuringMerge = undefined;
        input.unpin();
      }
    }
  }

  async #commit(inputs: readonly Segment[], output: Segment): Promise<void> {
    const { folder, list, memories } = this.#context;
    try {
      if (this.#closed) throw new Error('the index is closed');
      const names = list.replaced(inputs, output).flatMap(({ file }) => file ?? []);
      await writeManifest(folder, names);
    } catch (error) {
      // The file itself stays: the manifest may name it all the same.
      output.disk?.close();
      memories.release(output.region);
      throw error;
    }
    // From here on nothing waits: what died while the job ran is hidden, and the list is swapped.
    for (const input of inputs) for (const id of input.diedDuringMerge ?? []) output.supersede(id);
    list.replace(inputs, output);
    for (const input of inputs) this.#dispose(input);
  }

  /** Frees a segment that is no longer listed, as soon as nobody reads it. */
  #dispose(segment: Segment): void {
    const { folder, memories, log } = this.#context;
    segment.retire(() => {
      segment.disk?.close();
      memories.release(segment.region);
      if (segment.file === undefined) return;
      rm(join(folder, segment.file), { force: true }).catch((error: unknown) => {
        // Swept at the next open; until then it only takes space.
        log.warn({ err: error, file: segment.file }, 'a merged file was not removed');
      });
    });
  }

  #inTurn(run: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(run);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #isCheckpointDue(): boolean {
    if (this.#context.list.memory.length === 0) return false;
    return this.#isAged || this.#memoryPostings() > this.#context.settings.checkpointThreshold;
  }

  #startAgeTimer(): void {
    const { settings, list } = this.#context;
    if (settings.checkpointAgeMs === 0 || this.#ageTimer || list.memory.length === 0) return;
    this.#ageTimer = setTimeout(() => {
      this.#ageTimer = undefined;
      this.#isAged = true;
      this.wake();
    }, settings.checkpointAgeMs).unref();
  }

  #memoryPostings(): number {
    return this.#context.list.memory.reduce((sum, { postingCount }) => sum + postingCount, 0);
  }

  #memoryPostingsMax(): number {
    return CHECKPOINTS_BEHIND_MAX * Math.max(1, this.#context.settings.checkpointThreshold);
  }

  #letWritersGo(): void {
    const waiting = this.#waitingForRoom;
    this.#waitingForRoom = [];
    for (const resolve of waiting) resolve();
  }
}

/** Postings, those of dead documents counted down; a tenth stays, so that nothing is free. */
function sizeOf(segment: Segment): number {
  const { length } = segment.documents;
  if (length === 0) return 0;
  const liveShare = Math.min(1, 1.1 - segment.deadCount / length);
  return Math.ceil(segment.postingCount * liveShare);
}

function joinIdentities(inputs: readonly Segment[]): SegmentIdentity {
  const first = inputs[0]?.identity;
  const last = inputs.at(-1)?.identity;
  if (!first || !last) throw new RangeError('nothing to join');
  return { first: first.first, last: last.last, version: last.version };
}
