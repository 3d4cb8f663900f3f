/** Lines of several logs as one list by time, backwards page by page and forwards as they come. */
import { LOG_LEVELS, readLogLine } from './log-line.ts';
import type { LogLevel, LogLine } from './log-line.ts';
import type { LogName, LogPlace, PlacedLine } from './log-files.ts';
import { endOf, linesAfter, linesBefore } from './read-lines.ts';
import type { Redactor } from './redact.ts';

/** Lines looked at for one page; a filter that matches little gives a short page. */
const SCANNED_MAX = 20_000;
/** Bytes of each log read for one look at what is new. */
const NEW_BYTES_MAX = 512 * 1024;
/** Lines without a time in a row that still belong to the line before them. */
const TIMELESS_MAX = 500;

/** How far each log was read. */
export type LogPlaces = Readonly<Partial<Record<LogName, LogPlace>>>;

export interface LogFilter {
  readonly names: readonly LogName[];
  /** This or worse. */
  readonly level: LogLevel;
  /** Somewhere in the line, whatever its case. */
  readonly text: string;
}

export interface LogRow extends LogLine {
  readonly id: string;
}

export interface LogPage {
  /** Newest first. */
  readonly rows: readonly LogRow[];
  /** Where older lines begin; `undefined` when there are none. */
  readonly next: LogPlaces | undefined;
}

interface Source {
  readonly name: LogName;
  readonly rows: AsyncGenerator<Read>;
  head: Read | undefined;
}

interface Read {
  readonly line: LogLine;
  readonly place: PlacedLine;
}

export class LogReader {
  readonly #folder: string;
  readonly #redactor: Redactor;

  constructor(folder: string, redactor: Redactor) {
    this.#folder = folder;
    this.#redactor = redactor;
  }

  /** Where the logs end just now. */
  async ends(names: readonly LogName[]): Promise<LogPlaces> {
    const places: Partial<Record<LogName, LogPlace>> = {};
    for (const name of names) {
      const end = await endOf(this.#folder, name);
      if (end) places[name] = end;
    }
    return places;
  }

  /** The newest lines before these places, at most `limit`. */
  async before(filter: LogFilter, places: LogPlaces, limit: number): Promise<LogPage> {
    const reached = { ...places };
    const sources: Source[] = [];
    for (const name of filter.names) {
      // A log that had no file when the first page was read has none for the others either.
      const place = places[name];
      if (!place) continue;
      const rows = this.#readBefore(name, place);
      sources.push({ name, rows, head: await nextOf(rows) });
    }
    const rows: LogRow[] = [];
    let scanned = 0;
    for (let newest = newestOf(sources); newest; newest = newestOf(sources)) {
      if (rows.length >= limit || scanned >= SCANNED_MAX) break;
      const { head, name } = newest;
      if (!head) break;
      scanned += 1;
      reached[name] = { file: head.place.file, offset: head.place.offset };
      if (matches(head.line, filter)) rows.push(rowOf(head));
      newest.head = await nextOf(newest.rows);
    }
    const hasMore = sources.some(({ head }) => head !== undefined);
    return { rows, next: hasMore ? reached : undefined };
  }

  /** What was written since, newest first, and how far that went. */
  async after(
    filter: LogFilter,
    places: LogPlaces,
  ): Promise<{ readonly rows: readonly LogRow[]; readonly reached: LogPlaces }> {
    const reached = { ...places };
    const rows: LogRow[] = [];
    for (const name of filter.names) {
      const from = places[name];
      const found = await linesAfter(this.#folder, name, from, NEW_BYTES_MAX);
      if (found.reached) reached[name] = found.reached;
      let at: string | null = null;
      for (const place of found.lines) {
        const line = this.#read(name, place.text);
        at = line.at ?? at;
        if (matches(line, filter)) rows.push(rowOf({ line: { ...line, at }, place }));
      }
    }
    return { rows: rows.reverse().sort(newestFirst), reached };
  }

  /** Lines backwards; those without a time get that of the line they follow. */
  async *#readBefore(name: LogName, place: LogPlace): AsyncGenerator<Read> {
    let timeless: Read[] = [];
    for await (const placed of linesBefore(this.#folder, name, place)) {
      const line = this.#read(name, placed.text);
      if (line.at === null && timeless.length < TIMELESS_MAX) {
        timeless.push({ line, place: placed });
        continue;
      }
      for (const each of timeless) yield { ...each, line: { ...each.line, at: line.at } };
      timeless = [];
      yield { line, place: placed };
    }
    yield* timeless;
  }

  #read(name: LogName, text: string): LogLine {
    return readLogLine(name, this.#redactor.redact(text));
  }
}

async function nextOf(rows: AsyncGenerator<Read>): Promise<Read | undefined> {
  const { done, value } = await rows.next();
  return done === true ? undefined : value;
}

function newestOf(sources: readonly Source[]): Source | undefined {
  let newest: Source | undefined;
  for (const source of sources) {
    if (!source.head) continue;
    if (!newest?.head || (source.head.line.at ?? '') > (newest.head.line.at ?? '')) newest = source;
  }
  return newest;
}

function newestFirst(a: LogRow, b: LogRow): number {
  return (b.at ?? '').localeCompare(a.at ?? '');
}

function rowOf({ line, place }: Read): LogRow {
  return { ...line, id: `${line.name}:${place.file}:${place.offset}` };
}

function matches(line: LogLine, { level, text }: LogFilter): boolean {
  if (LOG_LEVELS.indexOf(line.level) < LOG_LEVELS.indexOf(level)) return false;
  if (text === '') return true;
  const wanted = text.toLowerCase();
  if (line.message.toLowerCase().includes(wanted)) return true;
  return line.fields.some(({ name, value }) => `${name}=${value}`.toLowerCase().includes(wanted));
}
