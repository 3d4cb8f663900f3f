import { existsSync } from 'node:fs';
import { mkdir, stat, statfs } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { connectTo } from '../backup/connection.ts';
import type { DatabaseLocation } from '../db/databases.ts';
import type { Queryable } from '../db/queryable.ts';
import { unpackFingerprint } from '../fingerprint/packed.ts';
import type { JobRun } from '../jobs/job.ts';
import { countRows, fetchRows, findFirstDay, noteRows, untilDayIsOver } from './export-queries.ts';
import type { ExportedRow } from './export-queries.ts';
import { writeIndexFiles } from './index-files.ts';
import { dayAfter, dayOf, fileNameOf, isDay, monthFolderOf, STREAMS } from './public-layout.ts';
import type { Day } from './public-layout.ts';
import { writeWhole } from './write-file.ts';

/** As the public files are compressed. */
const GZIP_LEVEL = 6;
/** "Unknown" as the system in a gzip header, so that files do not depend on where they were made. */
const GZIP_SYSTEM_OFFSET = 9;
const GZIP_SYSTEM_UNKNOWN = 255;
/** Bytes a row of fingerprints and of all else takes, to know whether the disk will hold them. */
const FINGERPRINT_BYTES_GUESS = 5_000;
const ROW_BYTES_GUESS = 60;
const FREE_BYTES_SLACK = 64 * 1024 * 1024;

export interface ExportOptions {
  readonly folder: string;
  /** First day; that of the oldest own row when left out. */
  readonly from?: Day;
  /** Last day; yesterday when left out, for a day is exported once it is over. */
  readonly to?: Day;
}

export interface ExportSummary {
  readonly folder: string;
  readonly from: Day | null;
  readonly to: Day | null;
  readonly files: number;
  /** Files that were there already: a day once exported is not exported again. */
  readonly skipped: number;
  readonly rows: number;
  readonly sizeBytes: number;
}

/** What is asked for cannot be exported, for a reason a person can mend. */
export class ExportError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ExportError';
  }
}

interface Wanted {
  readonly day: Day;
  readonly stream: number;
  readonly file: string;
}

/**
 * Writes what was submitted here in the layout of the public data files, a file for each stream and
 * day, empty ones too, because a missing file would be a gap. Files that are there stay, so an
 * export that was ended goes on and a repeated one adds the new days. All files of one run show one
 * moment. Throws `ExportError`.
 */
export async function exportOwnData(
  fingerprint: DatabaseLocation,
  options: ExportOptions,
  run: JobRun,
): Promise<ExportSummary> {
  const yesterday = dayAfter(dayOf(new Date()), -1);
  refuseBadDays(options, yesterday);
  await using connection = await connectTo(fingerprint, run.signal);
  const from = options.from ?? (await findFirstDay(connection));
  const to = options.to ?? yesterday;
  const empty = { folder: options.folder, from: null, to: null, files: 0, skipped: 0 };
  if (from === undefined || from > to) return { ...empty, rows: 0, sizeBytes: 0 };
  const { skipped, wanted } = wantedFiles(options.folder, from, to);
  const [first] = wanted;
  const last = wanted.at(-1);
  let done = 0;
  let sizeBytes = 0;
  if (first && last) {
    run.report({ done: 0, unit: 'rows', current: 'which rows are our own' });
    await untilDayIsOver(connection, last.day, run.signal);
    await connection.query('begin isolation level repeatable read');
    await noteRows(connection, STREAMS, first.day, last.day);
    const counts = await countRows(connection);
    const countOf = ({ day, stream }: Wanted): number => counts.get(`${stream}/${day}`) ?? 0;
    const total = wanted.reduce((sum, each) => sum + countOf(each), 0);
    await assertFreeSpace(options.folder, wanted, countOf);
    for (const each of wanted) {
      run.signal.throwIfAborted();
      sizeBytes += await exportFile(connection, each, run.signal, (rows) => {
        done += rows;
        run.report({ done, total, unit: 'rows', current: each.day });
      });
    }
    await writeIndexFiles(options.folder, new Set(wanted.map(({ day }) => day.slice(0, 7))));
    await connection.query('commit');
  }
  run.log(`${wanted.length} files with ${done} rows are in ${options.folder}.`);
  return { ...empty, from, to, files: wanted.length, skipped, rows: done, sizeBytes };
}

function refuseBadDays({ from, to }: ExportOptions, yesterday: Day): void {
  for (const day of [from, to]) {
    if (day !== undefined && !isDay(day))
      throw new ExportError(`${day} is no day like 2026-07-22.`);
    if (day !== undefined && day > yesterday) {
      throw new ExportError(
        `${day} is not over; the last day that can be exported is ${yesterday}.`,
      );
    }
  }
  if (from !== undefined && to !== undefined && from > to) {
    throw new ExportError(`The first day, ${from}, is after the last, ${to}.`);
  }
}

/** The files of these days that are not there yet, oldest first. */
function wantedFiles(folder: string, from: Day, to: Day): { wanted: Wanted[]; skipped: number } {
  const wanted: Wanted[] = [];
  let skipped = 0;
  for (let day = from; day <= to; day = dayAfter(day)) {
    for (const [stream, { name }] of STREAMS.entries()) {
      const file = join(monthFolderOf(folder, day), fileNameOf(day, name));
      if (existsSync(file)) skipped += 1;
      else wanted.push({ day, stream, file });
    }
  }
  return { wanted, skipped };
}

async function assertFreeSpace(
  folder: string,
  wanted: readonly Wanted[],
  countOf: (file: Wanted) => number,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const needed = wanted.reduce((sum, each) => {
    const isVector = STREAMS[each.stream]?.name === 'fingerprint';
    return sum + countOf(each) * (isVector ? FINGERPRINT_BYTES_GUESS : ROW_BYTES_GUESS);
  }, FREE_BYTES_SLACK);
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= needed) return;
  throw new ExportError(
    `The disk of ${folder} has ${mebibytes(bavail * bsize)} MiB left and this export may take ${mebibytes(needed)} MiB. Free some space, or choose another folder.`,
  );
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / (1024 * 1024));
}

/** Writes one file; returns its size. */
async function exportFile(
  connection: Queryable,
  { day, file, stream: number }: Wanted,
  signal: AbortSignal,
  onRows: (rows: number) => void,
): Promise<number> {
  const stream = STREAMS[number];
  if (!stream) throw new Error(`there is no stream ${number}`);
  await mkdir(join(file, '..'), { recursive: true });
  const lines = async function* (): AsyncGenerator<string> {
    for await (const rows of fetchRows(connection, stream, number, day)) {
      signal.throwIfAborted();
      yield rows.map((row) => `${lineOf(row)}\n`).join('');
      onRows(rows.length);
    }
  };
  await writeWhole(file, async (handle) => {
    await pipeline(
      Readable.from(lines()),
      createGzip({ level: GZIP_LEVEL }),
      async (chunks: AsyncIterable<Buffer>) => writeGzip(handle, chunks),
    );
  });
  const { size } = await stat(file);
  return size;
}

async function writeGzip(handle: FileHandle, chunks: AsyncIterable<Buffer>): Promise<void> {
  let position = 0;
  for await (const chunk of chunks) {
    const at = GZIP_SYSTEM_OFFSET - position;
    if (at >= 0 && at < chunk.length) chunk[at] = GZIP_SYSTEM_UNKNOWN;
    await handle.writeFile(chunk);
    position += chunk.length;
  }
}

/** A vector that is stored packed only is put where the public files have it, after the id. */
function lineOf({ line, packed }: ExportedRow): string {
  if (packed === null) return line;
  const { hashes } = unpackFingerprint(packed);
  const vector = `"fingerprint":[${Int32Array.from(hashes).join(',')}],"length":`;
  return line.replace('"length":', vector);
}
