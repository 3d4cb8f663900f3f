import assert from 'node:assert/strict';
import { type FileHandle, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RequestError } from './errors.ts';
import { syncFolder } from './file-io.ts';
import { oplogFile, parseOplogFile } from './file-names.ts';

/** A file this long is closed and the next record begins a new one. */
const OPLOG_FILE_SIZE_BYTES_MAX = 16 * 1024 * 1024;

interface Pending {
  readonly commitId: number;
  readonly record: readonly Uint8Array[];
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * The log of an index's commits: appended and fsynced before a commit is acknowledged, replayed at
 * open (`oplog-replay.ts`), cut when a checkpoint has made the same commits durable as a segment.
 *
 * Appends that arrive while an fsync runs share the next one. After a failed write or fsync nothing
 * is accepted until restart: what the disk holds is unknown then, and only replay can tell.
 */
export class Oplog {
  readonly #folder: string;
  #handle: FileHandle | undefined;
  #fileSizeBytes = 0;
  #pending: Pending[] = [];
  #flushing: Promise<void> | undefined;
  #failure: Error | undefined;
  #lastCommitId: number;

  constructor(folder: string, lastCommitId: number) {
    this.#folder = folder;
    this.#lastCommitId = lastCommitId;
  }

  /** Why writes are refused, if they are. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Resolves once the record is on disk. Promises resolve in the order of the calls. */
  append(commitId: number, record: readonly Uint8Array[]): Promise<void> {
    if (this.#failure) {
      return Promise.reject(
        new RequestError('WriteFailed', 'the oplog failed earlier', { cause: this.#failure }),
      );
    }
    assert.equal(commitId, this.#lastCommitId + 1, 'commit ids are dense');
    this.#lastCommitId = commitId;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#pending.push({ commitId, record, resolve, reject });
    this.#flushing ??= this.#flush();
    return promise;
  }

  /** Removes files whose every commit is at or below `durableCommitId`. */
  async truncate(durableCommitId: number): Promise<void> {
    const starts = await listOplogFiles(this.#folder);
    // The file before the first that starts after the durable commit may still hold later ones.
    const kept = starts.findLastIndex((start) => start <= durableCommitId + 1);
    const removed = starts.slice(0, Math.max(0, kept));
    for (const start of removed) await rm(join(this.#folder, oplogFile(start)), { force: true });
    if (removed.length > 0) await syncFolder(this.#folder);
  }

  /** Waits for what was appended and closes the file. */
  async close(): Promise<void> {
    await this.#flushing;
    this.#failure ??= new Error('the oplog is closed');
    await this.#handle?.close();
    this.#handle = undefined;
  }

  async #flush(): Promise<void> {
    try {
      while (this.#pending.length > 0) {
        const group = this.#pending;
        this.#pending = [];
        try {
          await this.#write(group);
        } catch (cause) {
          this.#fail(group, new Error('writing the oplog failed', { cause }));
          return;
        }
        for (const { resolve } of group) resolve();
      }
    } finally {
      this.#flushing = undefined;
    }
  }

  async #write(group: readonly Pending[]): Promise<void> {
    if (this.#handle && this.#fileSizeBytes >= OPLOG_FILE_SIZE_BYTES_MAX) {
      await this.#handle.close();
      this.#handle = undefined;
    }
    if (!this.#handle) await this.#startFile(group[0]?.commitId ?? 0);
    const handle = this.#handle;
    assert(handle);
    const pieces = group.flatMap(({ record }) => record);
    const sizeBytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const { bytesWritten } = await handle.writev(pieces);
    if (bytesWritten < sizeBytes) {
      // A file system may take part of a vector; the rest is sent as one piece.
      await handle.appendFile(Buffer.concat(pieces, sizeBytes).subarray(bytesWritten));
    }
    this.#fileSizeBytes += sizeBytes;
    await handle.datasync();
  }

  /** A file of this name can only hold a torn first record (replay saw no commit in it): overwritten. */
  async #startFile(commitId: number): Promise<void> {
    this.#handle = await open(join(this.#folder, oplogFile(commitId)), 'w');
    this.#fileSizeBytes = 0;
    await syncFolder(this.#folder);
  }

  #fail(group: readonly Pending[], error: Error): void {
    this.#failure = error;
    const lost = [...group, ...this.#pending];
    this.#pending = [];
    for (const { reject } of lost) {
      reject(new RequestError('WriteFailed', error.message, { cause: error }));
    }
  }
}

/** First commit ids of the oplog files in a folder, ascending. */
export async function listOplogFiles(folder: string): Promise<number[]> {
  const starts: number[] = [];
  for (const name of await readdir(folder)) {
    const start = parseOplogFile(name);
    if (start !== undefined) starts.push(start);
  }
  return starts.sort((a, b) => a - b);
}
