/**
 * Reading an oplog back. What follows the last whole record of a file is its tail. A tail is torn,
 * and dropped, when a crash explains it:
 *
 *  - in the last file, if no whole record follows it: nothing after it was ever acknowledged;
 *  - in an earlier file, if the next file starts with exactly the next commit: the tail was there
 *    when the engine reopened and began a new file.
 *
 * Any other unreadable byte is damage to acknowledged commits: CorruptionError, and the index does
 * not open. (Upstream's replay stopped at the first bad record and lost later files: lessons, WAL.)
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { ChangeBatch } from './change.ts';
import { CorruptionError } from './errors.ts';
import { oplogFile } from './file-names.ts';
import { listOplogFiles } from './oplog.ts';
import {
  decodePayload,
  RECORD_HEADER_SIZE_BYTES,
  RECORD_PAYLOAD_SIZE_BYTES_MAX,
  type RecordHead,
} from './oplog-record.ts';

export interface Replay {
  /** Last commit found, or the durable one if the log holds nothing newer. */
  lastCommitId: number;
  recordCount: number;
  tornTailCount: number;
}

/**
 * Calls `onRecord` for each commit above `durableCommitId`, in order. The batch gathers the changes of
 * all commits until `onRecord` clears it, so that many small commits can become one segment. Throws CorruptionError where the rules above forbid going on.
 */
export async function replayOplog(
  folder: string,
  durableCommitId: number,
  onRecord: (head: RecordHead, batch: ChangeBatch) => void,
): Promise<Replay> {
  const starts = await listOplogFiles(folder);
  const batch = new ChangeBatch();
  const replay: Replay = { lastCommitId: durableCommitId, recordCount: 0, tornTailCount: 0 };
  let expected = starts[0] ?? durableCommitId + 1;
  if (expected > durableCommitId + 1) {
    throw new CorruptionError(
      join(folder, oplogFile(expected)),
      0,
      `commits ${durableCommitId + 1} … ${expected - 1} are missing`,
    );
  }
  for (const [i, start] of starts.entries()) {
    const path = join(folder, oplogFile(start));
    if (start !== expected) {
      throw new CorruptionError(path, 0, `commits ${expected} … ${start - 1} are missing`);
    }
    const bytes = await readFile(path);
    const end = readRecords(bytes, (payload, offset) => {
      const head = decodePayload(payload, batch, { file: path, offset });
      if (head.commitId !== expected) {
        throw new CorruptionError(path, offset, `commit ${head.commitId} instead of ${expected}`);
      }
      expected += 1;
      if (head.commitId <= durableCommitId) {
        batch.clear();
        return;
      }
      onRecord(head, batch);
      replay.recordCount += 1;
    });
    if (end < bytes.length) {
      replay.tornTailCount += 1;
      const isLast = i === starts.length - 1;
      if (isLast) refuseRecordsAfter(path, bytes, end);
      else if (starts[i + 1] !== expected)
        throw new CorruptionError(path, end, 'unreadable record');
    }
  }
  replay.lastCommitId = Math.max(durableCommitId, expected - 1);
  return replay;
}

/** Calls `onPayload` for each whole record and returns where the first that is not one begins. */
function readRecords(bytes: Buffer, onPayload: (payload: Buffer, offset: number) => void): number {
  let offset = 0;
  for (;;) {
    const payload = payloadAt(bytes, offset);
    if (!payload) return offset;
    onPayload(payload, offset);
    offset += RECORD_HEADER_SIZE_BYTES + payload.length;
  }
}

function payloadAt(bytes: Buffer, offset: number): Buffer | undefined {
  const start = offset + RECORD_HEADER_SIZE_BYTES;
  if (start > bytes.length) return undefined;
  const length = bytes.readUInt32LE(offset);
  if (length === 0 || length > RECORD_PAYLOAD_SIZE_BYTES_MAX || start + length > bytes.length) {
    return undefined;
  }
  const payload = bytes.subarray(start, start + length);
  return crc32(payload) === bytes.readUInt32LE(offset + 4) ? payload : undefined;
}

/** A whole record beyond the tail proves that the tail is damage, not the end of writing. */
function refuseRecordsAfter(path: string, bytes: Buffer, tail: number): void {
  const last = bytes.length - RECORD_HEADER_SIZE_BYTES;
  for (let offset = tail + 1; offset < last; offset++) {
    // Payloads start with a map of two or three fields and the key "i"; a checksum per byte would be slow.
    const map = bytes[offset + RECORD_HEADER_SIZE_BYTES];
    if (map !== 0x82 && map !== 0x83) continue;
    if (bytes[offset + RECORD_HEADER_SIZE_BYTES + 1] !== 0xa1) continue;
    if (payloadAt(bytes, offset)) throw new CorruptionError(path, tail, 'unreadable record');
  }
}
