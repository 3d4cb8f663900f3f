/** Lines of logs in both directions, in pieces: no file is ever read as a whole. */
import { listLogFiles, readRange } from './log-files.ts';
import type { LogFile, LogName, LogPlace, PlacedLine } from './log-files.ts';

const PIECE_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

/** Lines before a place, or all that there are, the newest first. */
export async function* linesBefore(
  folder: string,
  name: LogName,
  before: LogPlace | undefined,
): AsyncGenerator<PlacedLine> {
  const files = await listLogFiles(folder, name);
  const first = before ? files.findIndex(({ number }) => number === before.file) : 0;
  // A file that is gone was the oldest: there is nothing before it.
  if (first < 0) return;
  for (const [at, file] of files.slice(first).entries()) {
    const end = at === 0 && before ? Math.min(before.offset, file.sizeBytes) : file.sizeBytes;
    yield* fileLinesBefore(file, end);
  }
}

async function* fileLinesBefore(file: LogFile, end: number): AsyncGenerator<PlacedLine> {
  while (end > 0) {
    const start = Math.max(0, end - PIECE_BYTES);
    const bytes = await readRange(file.path, start, end);
    const lines = linesOf(bytes, file.number, start);
    // What the piece begins with is the end of a line that begins before it.
    const whole = start > 0 && lines.length > 1 ? lines.slice(1) : lines;
    for (const line of [...whole].reverse()) yield line;
    end = whole[0]?.offset ?? start;
  }
}

export interface NewLines {
  readonly lines: readonly PlacedLine[];
  /** Where to go on; `undefined` as long as there is no file. */
  readonly reached: LogPlace | undefined;
}

/** Whole lines from a place on, oldest first, as many as fit into `bytesMax`. */
export async function linesAfter(
  folder: string,
  name: LogName,
  from: LogPlace | undefined,
  bytesMax: number,
): Promise<NewLines> {
  const files = (await listLogFiles(folder, name)).reverse();
  const known = from ? files.findIndex(({ number }) => number === from.file) : -1;
  const lines: PlacedLine[] = [];
  let reached = from;
  let room = bytesMax;
  // Where it was is gone, or there was nothing: the newest file from its beginning.
  for (const file of files.slice(known < 0 ? -1 : known)) {
    const start = known >= 0 && file.number === from?.file ? from.offset : 0;
    const bytes = await readRange(file.path, start, Math.min(file.sizeBytes, start + room));
    const whole = bytes.subarray(0, bytes.lastIndexOf(NEWLINE) + 1);
    lines.push(...linesOf(whole, file.number, start));
    reached = { file: file.number, offset: start + whole.length };
    room -= bytes.length;
    if (room <= 0) break;
  }
  return { lines, reached };
}

/** Where the newest file of a log ends just now. */
export async function endOf(folder: string, name: LogName): Promise<LogPlace | undefined> {
  const [newest] = await listLogFiles(folder, name);
  return newest && { file: newest.number, offset: newest.sizeBytes };
}

function linesOf(bytes: Buffer, file: number, start: number): PlacedLine[] {
  const lines: PlacedLine[] = [];
  let from = 0;
  while (from < bytes.length) {
    const found = bytes.indexOf(NEWLINE, from);
    const end = found < 0 ? bytes.length : found;
    lines.push({ file, offset: start + from, text: bytes.toString('utf8', from, end) });
    from = end + 1;
  }
  return lines;
}
