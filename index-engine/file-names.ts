/**
 * Every file name the engine makes, and the parser of each (fpindex.md section 5.6, our own suffixes):
 *
 *   DIR/.lock                                  one engine per data folder
 *   DIR/<index>/current                        which generation is live, or that none is
 *   DIR/<index>/g<generation, 6+ digits>/      one lineage
 *     manifest                                 the file segments, oldest first
 *     <first, 16 hex>-<last, 16 hex>.segment   commits first … last
 *     <first, 16 hex>.xlog                     oplog from that commit on
 *   *.tmp                                      unfinished; swept at open
 *   g…/restore.tmp/                            a snapshot being received
 */
import { join } from 'node:path';

const INDEX_NAME = /^[A-Za-z0-9_-]{1,255}$/;
const SEGMENT = /^([0-9a-f]{16})-([0-9a-f]{16})\.segment$/;
const OPLOG = /^([0-9a-f]{16})\.xlog$/;
const GENERATION = /^g(\d{6,})$/;

export const LOCK_FILE = '.lock';
export const CURRENT_FILE = 'current';
export const MANIFEST_FILE = 'manifest';
export const TEMPORARY_SUFFIX = '.tmp';

export function isIndexName(name: string): boolean {
  return INDEX_NAME.test(name);
}

export function generationFolder(indexFolder: string, generation: number): string {
  return join(indexFolder, `g${String(generation).padStart(6, '0')}`);
}

export function parseGenerationFolder(name: string): number | undefined {
  const match = GENERATION.exec(name);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

export function segmentFile(commitFirst: number, commitLast: number): string {
  return `${hex16(commitFirst)}-${hex16(commitLast)}.segment`;
}

export function isSegmentFile(name: string): boolean {
  return SEGMENT.test(name);
}

export function oplogFile(commitFirst: number): string {
  return `${hex16(commitFirst)}.xlog`;
}

/** The first commit id of an oplog file, or undefined for any other name. */
export function parseOplogFile(name: string): number | undefined {
  const match = OPLOG.exec(name);
  return match?.[1] === undefined ? undefined : Number.parseInt(match[1], 16);
}

function hex16(value: number): string {
  return value.toString(16).padStart(16, '0');
}
