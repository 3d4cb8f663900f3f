import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { BackupDamagedError, BackupError } from './errors.ts';
import {
  CHUNK_SIZE_BYTES_MAX,
  decodeEnd,
  decodeHeader,
  decodeRecordHeader,
  decodeTrailer,
  END_SIZE_BYTES,
  FORMAT,
  HEADER_SIZE_BYTES,
  isRecordWhole,
  KIND,
  MANIFEST_SECTION,
  MANIFEST_SIZE_BYTES_MAX,
  PAYLOAD_SIZE_BYTES_MAX,
  RECORD_HEADER_SIZE_BYTES,
  TRAILER_SIZE_BYTES,
} from './format.ts';
import { manifestSchema } from './manifest.ts';
import type { Manifest, ManifestSection } from './manifest.ts';

const decompress = promisify(zstdDecompress);

/** A record as it was read, its checksum verified. */
interface StoredRecord {
  readonly kind: number;
  readonly payload: Buffer;
  /** Of the record after it. */
  readonly next: number;
}

/**
 * A backup opened for reading. Header, trailer and manifest have been verified, and that the
 * sections leave no byte out; each section is verified while it is read. What is wrong is thrown as
 * `BackupDamagedError` with its place.
 */
export class BackupReader implements AsyncDisposable {
  readonly file: string;
  readonly sizeBytes: number;
  readonly manifest: Manifest;
  readonly #handle: FileHandle;

  private constructor(file: string, handle: FileHandle, sizeBytes: number, manifest: Manifest) {
    this.file = file;
    this.#handle = handle;
    this.sizeBytes = sizeBytes;
    this.manifest = manifest;
  }

  /** Throws `BackupError` for a file that is no backup or of a later format. */
  static async open(file: string): Promise<BackupReader> {
    const handle = await open(file, 'r').catch((cause: Error) => {
      throw new BackupError(`The backup ${file} cannot be opened: ${cause.message}.`, { cause });
    });
    try {
      const { size } = await handle.stat();
      await readHeader(handle, file);
      const manifestOffset = await readTrailer(handle, file, size);
      const manifest = await readManifest(handle, file, manifestOffset);
      refuseGaps(file, manifest, manifestOffset);
      return new BackupReader(file, handle, size, manifest);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** The content of a section, piece by piece; ends only when all of it was as it was written. */
  async *content(number: number, signal?: AbortSignal): AsyncGenerator<Buffer> {
    const section = this.manifest.sections[number];
    if (!section) throw new BackupError(`${this.file} has no section ${number}.`);
    const hash = createHash('sha256');
    let sizeBytes = 0;
    let at = section.offset;
    for (;;) {
      signal?.throwIfAborted();
      const place = { file: this.file, offset: at, section: section.name };
      const record = await readRecord(this.#handle, place, number);
      if (record.kind === KIND.end) {
        this.#assertEnd(section, record, { place, sha256: hash.digest('hex'), sizeBytes });
        return;
      }
      const chunk = await inflate(record.payload, CHUNK_SIZE_BYTES_MAX, place);
      hash.update(chunk);
      sizeBytes += chunk.length;
      yield chunk;
      at = record.next;
    }
  }

  /** A small section as a whole. */
  async readAll(number: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.content(number)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }

  #assertEnd(
    section: ManifestSection,
    { next, payload }: StoredRecord,
    found: { place: Place; sha256: string; sizeBytes: number },
  ): void {
    const end = payload.length === END_SIZE_BYTES ? decodeEnd(payload) : undefined;
    const isWhole =
      end?.sha256 === found.sha256 &&
      end.sha256 === section.sha256 &&
      end.sizeBytes === found.sizeBytes &&
      end.sizeBytes === section.sizeBytes &&
      end.rows === section.rows &&
      next === section.offset + section.storedBytes;
    if (!isWhole) throw new BackupDamagedError(found.place, 'its end does not fit its content');
  }
}

interface Place {
  readonly file: string;
  readonly offset: number;
  readonly section: string;
}

async function readHeader(handle: FileHandle, file: string): Promise<void> {
  const place = { file, offset: 0, section: 'header' };
  const bytes = await readAt(handle, 0, HEADER_SIZE_BYTES);
  const format = decodeHeader(bytes);
  if (format === undefined) throw new BackupDamagedError(place, 'it is no header of a backup');
  if (format !== FORMAT) {
    throw new BackupError(
      `${file} is of backup format ${format}, and this program reads ${FORMAT}: restore it with the program version that made it, or a later one.`,
    );
  }
}

async function readTrailer(handle: FileHandle, file: string, size: number): Promise<number> {
  const offset = Math.max(0, size - TRAILER_SIZE_BYTES);
  const place = { file, offset, section: 'trailer' };
  const trailer = decodeTrailer(await readAt(handle, offset, TRAILER_SIZE_BYTES));
  if (!trailer) throw new BackupDamagedError(place, 'it is no trailer; the file was cut short');
  if (trailer.fileSize !== size) {
    throw new BackupDamagedError(place, `the file has ${size} bytes, not ${trailer.fileSize}`);
  }
  return trailer.manifestOffset;
}

async function readManifest(handle: FileHandle, file: string, offset: number): Promise<Manifest> {
  const place = { file, offset, section: 'manifest' };
  const record = await readRecord(handle, place, MANIFEST_SECTION);
  if (record.kind !== KIND.manifest) throw new BackupDamagedError(place, 'it is no manifest');
  const text = await inflate(record.payload, MANIFEST_SIZE_BYTES_MAX, place);
  try {
    return manifestSchema.parse(JSON.parse(text.toString('utf8')));
  } catch (cause) {
    // Its checksum is right, so this is what was written: by a program we do not know.
    throw new BackupError(`The manifest of ${file} is not one this program can read.`, { cause });
  }
}

/** A gap would be bytes that no checksum covers. */
function refuseGaps(file: string, { sections }: Manifest, manifestOffset: number): void {
  let end = HEADER_SIZE_BYTES;
  for (const { name, offset, storedBytes } of sections) {
    if (offset !== end) {
      throw new BackupDamagedError({ file, offset, section: name }, 'it is not where it should be');
    }
    end += storedBytes;
  }
  if (end !== manifestOffset) {
    const place = { file, offset: end, section: 'manifest' };
    throw new BackupDamagedError(place, 'it is not where it should be');
  }
}

async function readRecord(
  handle: FileHandle,
  place: Place,
  section: number,
): Promise<StoredRecord> {
  const header = await readAt(handle, place.offset, RECORD_HEADER_SIZE_BYTES);
  if (header.length < RECORD_HEADER_SIZE_BYTES) {
    throw new BackupDamagedError(place, 'the file ends in it');
  }
  const { kind, section: found, size } = decodeRecordHeader(header);
  const limit = section === MANIFEST_SECTION ? MANIFEST_SIZE_BYTES_MAX : PAYLOAD_SIZE_BYTES_MAX;
  if (size > limit) throw new BackupDamagedError(place, `its size ${size} cannot be`);
  const payload = await readAt(handle, place.offset + RECORD_HEADER_SIZE_BYTES, size);
  if (payload.length < size || !isRecordWhole(header, payload)) {
    throw new BackupDamagedError(place, 'its checksum is wrong');
  }
  const isKnown = kind === KIND.data || kind === KIND.end || kind === KIND.manifest;
  if (!isKnown || found !== section) {
    throw new BackupDamagedError(place, `a record of section ${found} and kind ${kind} lies there`);
  }
  return { kind, payload, next: place.offset + RECORD_HEADER_SIZE_BYTES + size };
}

async function inflate(frame: Buffer, sizeMax: number, place: Place): Promise<Buffer> {
  try {
    return await decompress(frame, { maxOutputLength: sizeMax });
  } catch (cause) {
    throw new BackupDamagedError(place, `it cannot be decompressed: ${String(cause)}`);
  }
}

async function readAt(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset);
  return buffer.subarray(0, bytesRead);
}
