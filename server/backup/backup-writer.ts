import { createHash } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import { PARTIAL_SUFFIX } from './backup-folder.ts';
import { BackupError } from './errors.ts';
import {
  CHUNK_SIZE_BYTES_MAX,
  encodeEnd,
  encodeHeader,
  encodeRecordHeader,
  encodeTrailer,
  KIND,
  MANIFEST_SECTION,
  MANIFEST_SIZE_BYTES_MAX,
  TRAILER_SIZE_BYTES,
} from './format.ts';
import { manifestSchema } from './manifest.ts';
import type { Manifest, ManifestSection } from './manifest.ts';

const compress = promisify(zstdCompress);

/** Chunks compressed at once, which is what hides the compression behind the reading. */
const CHUNKS_AT_ONCE = 3;
const LINE_FEED = 0x0a;

export interface SectionContent {
  readonly name: string;
  readonly content: AsyncIterable<Uint8Array>;
  /** Whether each line is a row. */
  readonly isTable: boolean;
  /** Told how many rows were added since it was last called. */
  readonly onRows?: (rows: number) => void;
}

/**
 * Writes a backup beside its final name, which it gets only when it is whole and on the disk: a
 * killed backup leaves nothing that looks like one. Disposing before `finish` removes it.
 */
export class BackupWriter implements AsyncDisposable {
  readonly #file: string;
  readonly #partial: string;
  readonly #sections: ManifestSection[] = [];
  #handle: FileHandle | undefined;
  #position = 0;

  private constructor(file: string, partial: string, handle: FileHandle) {
    this.#file = file;
    this.#partial = partial;
    this.#handle = handle;
  }

  /** Begins the file `file`, whose folder must be there. Only its owner will read it. */
  static async create(file: string): Promise<BackupWriter> {
    const partial = `${file}.${process.pid}${PARTIAL_SUFFIX}`;
    const handle = await open(partial, 'wx', 0o600);
    const writer = new BackupWriter(file, partial, handle);
    await writer.#write(encodeHeader());
    return writer;
  }

  /** Adds a section; returns its number. What `content` throws is thrown. */
  async addSection({ content, isTable, name, onRows }: SectionContent): Promise<number> {
    const number = this.#sections.length;
    const offset = this.#position;
    const hash = createHash('sha256');
    let sizeBytes = 0;
    let rows = 0;
    const waiting: Promise<Buffer>[] = [];
    const writeFirst = async (): Promise<void> => {
      const frame = await waiting.shift();
      if (frame) await this.#writeRecord(KIND.data, number, frame);
    };
    try {
      for await (const chunk of inChunks(content)) {
        hash.update(chunk);
        sizeBytes += chunk.length;
        if (isTable) {
          const added = countLines(chunk);
          rows += added;
          onRows?.(added);
        }
        const frame = compress(chunk);
        // Awaited in its turn; until then its failure must not count as nobody's.
        frame.catch(() => undefined);
        waiting.push(frame);
        if (waiting.length >= CHUNKS_AT_ONCE) await writeFirst();
      }
      while (waiting.length > 0) await writeFirst();
    } catch (error) {
      throw asBackupError(error, this.#partial);
    }
    const sha256 = hash.digest('hex');
    await this.#writeRecord(KIND.end, number, encodeEnd({ rows, sha256, sizeBytes }));
    const storedBytes = this.#position - offset;
    this.#sections.push({ name, offset, storedBytes, sizeBytes, rows, sha256 });
    return number;
  }

  /** Writes the manifest and gives the file its name. Returns its size in bytes. */
  async finish(described: Omit<Manifest, 'sections'>): Promise<number> {
    const manifestOffset = this.#position;
    const manifest = manifestSchema.parse({ ...described, sections: this.#sections });
    const text = Buffer.from(JSON.stringify(manifest));
    if (text.length > MANIFEST_SIZE_BYTES_MAX) {
      throw new BackupError(`There are too many tables for one backup: ${this.#sections.length}.`);
    }
    await this.#writeRecord(KIND.manifest, MANIFEST_SECTION, await compress(text));
    await this.#write(encodeTrailer(manifestOffset, this.#position + TRAILER_SIZE_BYTES));
    await this.#handle?.sync();
    await this.#close();
    await refuseExisting(this.#file);
    await rename(this.#partial, this.#file);
    await syncFolder(dirname(this.#file));
    return this.#position;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    await rm(this.#partial, { force: true });
  }

  async #writeRecord(kind: number, section: number, payload: Buffer): Promise<void> {
    await this.#write(Buffer.concat([encodeRecordHeader(kind, section, payload), payload]));
  }

  async #write(bytes: Buffer): Promise<void> {
    try {
      await this.#handle?.writeFile(bytes);
    } catch (error) {
      throw asBackupError(error, this.#partial);
    }
    this.#position += bytes.length;
  }

  async #close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }
}

/** The same bytes in pieces of CHUNK_SIZE_BYTES_MAX, the last one shorter. */
async function* inChunks(content: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const piece of content) {
    let rest = piece;
    while (length + rest.length >= CHUNK_SIZE_BYTES_MAX) {
      const taken = CHUNK_SIZE_BYTES_MAX - length;
      yield Buffer.concat([...parts, rest.subarray(0, taken)]);
      parts = [];
      length = 0;
      rest = rest.subarray(taken);
    }
    if (rest.length === 0) continue;
    // Copied: the socket's buffer is used again once we ask for more.
    parts.push(Buffer.from(rest));
    length += rest.length;
  }
  if (length > 0) yield Buffer.concat(parts);
}

/** COPY writes a line feed inside a value as `\n`, so each one that is there ends a row. */
function countLines(chunk: Buffer): number {
  let lines = 0;
  for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, at + 1)) {
    lines += 1;
  }
  return lines;
}

async function refuseExisting(file: string): Promise<void> {
  const there = await stat(file).catch(() => undefined);
  if (there) throw new BackupError(`${file} is there already; nothing was changed.`);
}

/** The rename must be on the disk before the backup is called made. */
async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder, and its file systems journal renames.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function asBackupError(error: unknown, file: string): unknown {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) return error;
  return new BackupError(
    `The disk of ${dirname(file)} is full; nothing was kept of the backup. Free some space, or choose another folder with --to.`,
    { cause: error },
  );
}
