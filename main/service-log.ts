import { closeSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from './errors.ts';

/** A log file is turned over before it grows beyond this. */
const LOG_FILE_BYTES_MAX = 10 * 1024 * 1024;
/** Files kept per service, the current one included: `x.log`, `x.1.log`, … */
const LOG_FILES_MAX = 5;
/** Lines kept in memory per service, to be shown when it has failed. */
export const LAST_LINES_MAX = 50;

export interface LogLimits {
  readonly fileBytesMax: number;
  readonly filesMax: number;
}

/**
 * What one service says: appended to `<logs>/<service>.log` with rotation by size and count, and
 * the last lines kept in memory. Writes are synchronous: a line is in the file before the next
 * is read, so nothing can pile up and the last words of a dying child are not lost.
 */
export class ServiceLog {
  readonly file: string;
  readonly #folder: string;
  readonly #name: string;
  readonly #limits: LogLimits;
  readonly #last: string[] = [];
  #descriptor: number | undefined;
  #isClosed = false;
  #sizeBytes = 0;
  #lostLines = 0;

  constructor(
    folder: string,
    name: string,
    limits: LogLimits = { fileBytesMax: LOG_FILE_BYTES_MAX, filesMax: LOG_FILES_MAX },
  ) {
    this.#folder = folder;
    this.#name = name;
    this.#limits = limits;
    this.file = this.#fileOf(0);
  }

  /** Lines that could not be written because the disk is full or gone. */
  get lostLines(): number {
    return this.#lostLines;
  }

  write(line: string): void {
    this.#last.push(line);
    if (this.#last.length > LAST_LINES_MAX) this.#last.shift();
    if (this.#isClosed) return;
    const bytes = Buffer.from(`${line}\n`);
    try {
      if (this.#sizeBytes + bytes.length > this.#limits.fileBytesMax) this.#turnOver();
      writeSync(this.#open(), bytes);
      this.#sizeBytes += bytes.length;
    } catch (error) {
      // A log that cannot be written must not take the services down; the loss is counted.
      if (codeOf(error) === undefined) throw error;
      this.#lostLines += 1;
    }
  }

  /** The last lines, oldest first. */
  last(): readonly string[] {
    return [...this.#last];
  }

  /** Ends the log for good; lines after that are only kept in memory. */
  close(): void {
    this.#isClosed = true;
    this.#closeFile();
  }

  #closeFile(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #open(): number {
    if (this.#descriptor === undefined) {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      this.#descriptor = openSync(this.file, 'a', 0o600);
      this.#sizeBytes = statSync(this.file).size;
    }
    return this.#descriptor;
  }

  #turnOver(): void {
    if (this.#descriptor === undefined) return;
    this.#closeFile();
    rmSync(this.#fileOf(this.#limits.filesMax - 1), { force: true });
    for (let index = this.#limits.filesMax - 2; index >= 0; index--) {
      renameIfThere(this.#fileOf(index), this.#fileOf(index + 1));
    }
    this.#sizeBytes = 0;
  }

  #fileOf(index: number): string {
    return join(this.#folder, index === 0 ? `${this.#name}.log` : `${this.#name}.${index}.log`);
  }
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}
